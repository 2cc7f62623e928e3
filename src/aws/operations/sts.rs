//! The identity of the caller.

use crate::aws::{On, Service};

const STS: Service = Service { name: "sts", sdk: "STS", iam: "sts", cli: "sts" };

operations! {
    use aws_sdk_sts;
    // A profile calls it with other credentials than those that it gets.
    ASSUME_ROLE = STS.reads("AssumeRole").on(On::Free);
    GET_CALLER_IDENTITY = STS.reads("GetCallerIdentity").on(On::Free);
}
