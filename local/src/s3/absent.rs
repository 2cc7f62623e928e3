//! What this service answers to a look at something that is not there, for fault rules.

use crate::absent::{
    Absent,
    Named::Nowhere,
    Reply::{self, Empty, Never, Refused},
};

const NO_BUCKET: Reply = Refused(404, "NoSuchBucket", "The specified bucket does not exist");
const NO_KEY: Reply = Refused(404, "NoSuchKey", "The specified key does not exist.");

#[rustfmt::skip]
pub(super) const ABSENT: &[Absent] = &[
    (&["ListBuckets"], Nowhere, Empty(&["Buckets"])),
    (&["GetObject", "HeadObject", "GetObjectAcl", "GetObjectTagging"], Nowhere, NO_KEY),
    (&["HeadBucket", "ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads"], Nowhere, NO_BUCKET),
    (&["GetBucketAcl", "GetBucketCors", "GetBucketEncryption", "GetBucketLocation", "GetBucketOwnershipControls", "GetBucketPolicy", "GetBucketPolicyStatus", "GetBucketTagging", "GetBucketVersioning", "GetBucketWebsite", "GetPublicAccessBlock", "GetBucketAccelerateConfiguration", "GetBucketLifecycleConfiguration", "GetBucketLogging", "GetBucketNotificationConfiguration", "GetBucketReplication", "GetBucketRequestPayment", "GetObjectLockConfiguration"], Nowhere, NO_BUCKET),
    (&["ListParts", "GetAccountPublicAccessBlock"], Nowhere, Never),
];
