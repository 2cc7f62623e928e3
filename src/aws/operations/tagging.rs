//! The resources with a tag.

use crate::aws::{On, Service};

const TAGGING: Service = Service {
    name: "tagging",
    sdk: "Resource Groups Tagging API",
    iam: "tag",
    cli: "resourcegroupstaggingapi",
};

operations! {
    use aws_sdk_resourcegroupstagging;
    GET_RESOURCES = TAGGING.reads("GetResources").on(On::All);
}
