//! S3's settings of an account as a whole.

use crate::aws::{Api, On, Protocol, Service};

const S3_CONTROL: Service =
    Service { name: "s3control", sdk: "S3 Control", iam: "s3", cli: "s3control" };

operations! {
    use signed Api {
        service: &S3_CONTROL,
        host: "ACCOUNT.s3-control.REGION.amazonaws.com",
        signs: "s3",
        signs_in: None,
        protocol: Protocol::RestXml,
    };
    GET_ACCOUNT_PUBLIC_ACCESS_BLOCK =
        S3_CONTROL.reads("GetPublicAccessBlock").action("GetAccountPublicAccessBlock").on(On::All);
}
