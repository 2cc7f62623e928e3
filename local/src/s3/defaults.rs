//! What no bucket has here, as tools read it that look at everything: 404 with a code of its own, or
//! AWS's default.

#![expect(
    clippy::unnecessary_wraps,
    reason = "in the table of operations those that cannot fail stand beside those that can"
)]

use super::{
    Context, answers,
    errors::{
        Known, NO_SUCH_LIFECYCLE, NO_SUCH_OBJECT_LOCK, NO_SUCH_REPLICATION, Outcome, S3Error,
    },
    xml::Xml,
};
use crate::service::Answer;

fn none(at: &Context, error: Known) -> Outcome<Answer> {
    Err(S3Error::from(error).with("BucketName", &at.request.bucket))
}

fn empty(root: &'static str) -> Outcome<Answer> {
    Ok(answers::xml(Xml::answer(root, |_| {})))
}

/// `GetBucketLifecycleConfiguration`
pub(super) fn lifecycle(at: &Context) -> Outcome<Answer> {
    none(at, NO_SUCH_LIFECYCLE)
}

/// `GetBucketReplication`
pub(super) fn replication(at: &Context) -> Outcome<Answer> {
    none(at, NO_SUCH_REPLICATION)
}

/// `GetObjectLockConfiguration`
pub(super) fn object_lock(at: &Context) -> Outcome<Answer> {
    none(at, NO_SUCH_OBJECT_LOCK)
}

/// `GetBucketNotificationConfiguration`
pub(super) fn notification(_: &Context) -> Outcome<Answer> {
    empty("NotificationConfiguration")
}

/// `GetBucketLogging`
pub(super) fn logging(_: &Context) -> Outcome<Answer> {
    empty("BucketLoggingStatus")
}

/// `GetBucketAccelerateConfiguration`
pub(super) fn accelerate(_: &Context) -> Outcome<Answer> {
    empty("AccelerateConfiguration")
}

/// `GetBucketRequestPayment`
pub(super) fn request_payment(_: &Context) -> Outcome<Answer> {
    Ok(answers::xml(Xml::answer("RequestPaymentConfiguration", |xml| {
        xml.leaf("Payer", "BucketOwner");
    })))
}
