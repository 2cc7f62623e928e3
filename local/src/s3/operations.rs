//! The operations of S3 that the local cloud has, in one table.

use super::{
    account_block, bucket_policy, buckets, complete, config, copy, defaults, delete, list_objects,
    list_uploads, list_versions, multipart,
    operation::{
        ASKS_ITSELF, Operation,
        Run::{self, InOne, OnAll},
        Target::{self, Account, Bucket, Object, Service},
    },
    read_object,
    request::Request,
    tags, website_config, write_object,
};
use crate::service::{self, Summary};

const fn row(
    name: &'static str,
    method: &'static str,
    target: Target,
    markers: &'static [&'static str],
    action: &'static str,
    run: Run,
) -> Operation {
    Operation { name, method, target, markers, header: None, action, run }
}

const fn when(header: &'static str, operation: Operation) -> Operation {
    Operation { header: Some(header), ..operation }
}

const COPY_SOURCE: &str = "x-amz-copy-source";

/// What S3 does and what it refuses.
pub(super) const SUMMARY: Summary = Summary {
    title: "S3",
    real: "Buckets, objects and their versions, ranges and conditions, checksums, multipart uploads, \
           copies, tags, bucket policies, Block Public Access of buckets and of the account, and websites. Everything settles at \
           once. Shown only: storage classes, default encryption.",
    refused: "ACLs other than private, Object Lock, MFA delete, SSE-KMS and SSE-C, appending to \
              objects, reading single parts, a website's routing rules, and CORS. A policy \
              statement with conditions applies to nobody.",
};

/// Returns all operations.
pub(super) fn all() -> Vec<service::Operation> {
    OPERATIONS.iter().map(Operation::outline).collect()
}

/// The first row that fits is the operation.
#[rustfmt::skip]
static OPERATIONS: &[Operation] = &[
    row("ListBuckets", "GET", Service, &[], "s3:ListAllMyBuckets", OnAll(buckets::list)),
    row("CreateBucket", "PUT", Bucket, &[], "s3:CreateBucket", OnAll(buckets::create)),
    row("DeleteBucket", "DELETE", Bucket, &[], "s3:DeleteBucket", OnAll(buckets::delete)),
    row("HeadBucket", "HEAD", Bucket, &[], "s3:ListBucket", InOne(config::head)),
    row("GetBucketLocation", "GET", Bucket, &["location"], "s3:GetBucketLocation", InOne(config::get_location)),

    row("GetPublicAccessBlock", "GET", Bucket, &["publicAccessBlock"], "s3:GetBucketPublicAccessBlock", InOne(bucket_policy::get_block)),
    row("PutPublicAccessBlock", "PUT", Bucket, &["publicAccessBlock"], "s3:PutBucketPublicAccessBlock", InOne(bucket_policy::put_block)),
    row("DeletePublicAccessBlock", "DELETE", Bucket, &["publicAccessBlock"], "s3:PutBucketPublicAccessBlock", InOne(bucket_policy::delete_block)),
    row("GetAccountPublicAccessBlock", "GET", Account, &[], "s3:GetAccountPublicAccessBlock", OnAll(account_block::get)),
    row("PutAccountPublicAccessBlock", "PUT", Account, &[], "s3:PutAccountPublicAccessBlock", OnAll(account_block::put)),
    row("DeleteAccountPublicAccessBlock", "DELETE", Account, &[], "s3:PutAccountPublicAccessBlock", OnAll(account_block::delete)),
    row("GetBucketPolicy", "GET", Bucket, &["policy"], "s3:GetBucketPolicy", InOne(bucket_policy::get)),
    row("PutBucketPolicy", "PUT", Bucket, &["policy"], "s3:PutBucketPolicy", InOne(bucket_policy::put)),
    row("DeleteBucketPolicy", "DELETE", Bucket, &["policy"], "s3:DeleteBucketPolicy", InOne(bucket_policy::delete)),
    row("GetBucketPolicyStatus", "GET", Bucket, &["policyStatus"], "s3:GetBucketPolicyStatus", InOne(bucket_policy::status)),
    row("GetBucketWebsite", "GET", Bucket, &["website"], "s3:GetBucketWebsite", InOne(website_config::get)),
    row("PutBucketWebsite", "PUT", Bucket, &["website"], "s3:PutBucketWebsite", InOne(website_config::put)),
    row("DeleteBucketWebsite", "DELETE", Bucket, &["website"], "s3:DeleteBucketWebsite", InOne(website_config::delete)),
    row("GetBucketTagging", "GET", Bucket, &["tagging"], "s3:GetBucketTagging", InOne(tags::get_of_bucket)),
    row("PutBucketTagging", "PUT", Bucket, &["tagging"], "s3:PutBucketTagging", InOne(tags::put_of_bucket)),
    row("DeleteBucketTagging", "DELETE", Bucket, &["tagging"], "s3:PutBucketTagging", InOne(tags::delete_of_bucket)),
    row("GetBucketVersioning", "GET", Bucket, &["versioning"], "s3:GetBucketVersioning", InOne(config::get_versioning)),
    row("PutBucketVersioning", "PUT", Bucket, &["versioning"], "s3:PutBucketVersioning", InOne(config::put_versioning)),
    row("GetBucketOwnershipControls", "GET", Bucket, &["ownershipControls"], "s3:GetBucketOwnershipControls", InOne(config::get_ownership)),
    row("PutBucketOwnershipControls", "PUT", Bucket, &["ownershipControls"], "s3:PutBucketOwnershipControls", InOne(config::put_ownership)),
    row("DeleteBucketOwnershipControls", "DELETE", Bucket, &["ownershipControls"], "s3:PutBucketOwnershipControls", InOne(config::delete_ownership)),
    row("GetBucketAcl", "GET", Bucket, &["acl"], "s3:GetBucketAcl", InOne(config::get_acl)),
    row("PutBucketAcl", "PUT", Bucket, &["acl"], "s3:PutBucketAcl", InOne(config::put_acl)),
    row("GetBucketEncryption", "GET", Bucket, &["encryption"], "s3:GetEncryptionConfiguration", InOne(config::get_encryption)),
    row("GetBucketCors", "GET", Bucket, &["cors"], "s3:GetBucketCORS", InOne(config::get_cors)),
    row("GetBucketLifecycleConfiguration", "GET", Bucket, &["lifecycle"], "s3:GetLifecycleConfiguration", InOne(defaults::lifecycle)),
    row("GetBucketReplication", "GET", Bucket, &["replication"], "s3:GetReplicationConfiguration", InOne(defaults::replication)),
    row("GetObjectLockConfiguration", "GET", Bucket, &["object-lock"], "s3:GetBucketObjectLockConfiguration", InOne(defaults::object_lock)),
    row("GetBucketNotificationConfiguration", "GET", Bucket, &["notification"], "s3:GetBucketNotification", InOne(defaults::notification)),
    row("GetBucketLogging", "GET", Bucket, &["logging"], "s3:GetBucketLogging", InOne(defaults::logging)),
    row("GetBucketRequestPayment", "GET", Bucket, &["requestPayment"], "s3:GetBucketRequestPayment", InOne(defaults::request_payment)),
    row("GetBucketAccelerateConfiguration", "GET", Bucket, &["accelerate"], "s3:GetAccelerateConfiguration", InOne(defaults::accelerate)),

    row("ListObjects", "GET", Bucket, &[], "s3:ListBucket", InOne(list_objects::list)),
    row("ListObjectsV2", "GET", Bucket, &["list-type"], "s3:ListBucket", InOne(list_objects::list_v2)),
    row("ListObjectVersions", "GET", Bucket, &["versions"], "s3:ListBucketVersions", InOne(list_versions::list)),
    row("ListMultipartUploads", "GET", Bucket, &["uploads"], "s3:ListBucketMultipartUploads", InOne(list_uploads::list)),
    row("DeleteObjects", "POST", Bucket, &["delete"], ASKS_ITSELF, InOne(delete::delete_many)),

    when(COPY_SOURCE, row("CopyObject", "PUT", Object, &[], "s3:PutObject", InOne(copy::copy))),
    row("PutObject", "PUT", Object, &[], "s3:PutObject", InOne(write_object::put)),
    row("GetObject", "GET", Object, &[], "s3:GetObject", InOne(read_object::get)),
    row("HeadObject", "HEAD", Object, &[], "s3:GetObject", InOne(read_object::get)),
    row("DeleteObject", "DELETE", Object, &[], "s3:DeleteObject", InOne(delete::delete)),
    row("GetObjectTagging", "GET", Object, &["tagging"], "s3:GetObjectTagging", InOne(tags::get_of_object)),
    row("PutObjectTagging", "PUT", Object, &["tagging"], "s3:PutObjectTagging", InOne(tags::put_of_object)),
    row("DeleteObjectTagging", "DELETE", Object, &["tagging"], "s3:DeleteObjectTagging", InOne(tags::delete_of_object)),
    row("GetObjectAcl", "GET", Object, &["acl"], "s3:GetObjectAcl", InOne(config::get_acl)),
    row("PutObjectAcl", "PUT", Object, &["acl"], "s3:PutObjectAcl", InOne(config::put_acl)),

    row("CreateMultipartUpload", "POST", Object, &["uploads"], "s3:PutObject", InOne(multipart::create)),
    when(COPY_SOURCE, row("UploadPartCopy", "PUT", Object, &["uploadId"], "s3:PutObject", InOne(multipart::upload_part_copy))),
    row("UploadPart", "PUT", Object, &["uploadId"], "s3:PutObject", InOne(multipart::upload_part)),
    row("CompleteMultipartUpload", "POST", Object, &["uploadId"], "s3:PutObject", InOne(complete::complete)),
    row("AbortMultipartUpload", "DELETE", Object, &["uploadId"], "s3:AbortMultipartUpload", InOne(multipart::abort)),
    row("ListParts", "GET", Object, &["uploadId"], "s3:ListMultipartUploadParts", InOne(list_uploads::list_parts)),
];

/// Every query parameter that makes a request another operation, even if it is not supported: a
/// request with one of them must never pass for its plain neighbour.
const MARKERS: [&str; 42] = [
    "abac",
    "accelerate",
    "acl",
    "analytics",
    "attributes",
    "cors",
    "delete",
    "encryption",
    "intelligent-tiering",
    "inventory",
    "legal-hold",
    "lifecycle",
    "list-type",
    "location",
    "logging",
    "metadataConfiguration",
    "metadataInventoryTable",
    "metadataJournalTable",
    "metadataTable",
    "metrics",
    "notification",
    "object-lock",
    "ownershipControls",
    "policy",
    "policyStatus",
    "publicAccessBlock",
    "renameObject",
    "replication",
    "requestPayment",
    "restore",
    "retention",
    "select",
    "select-type",
    "session",
    "tagging",
    "torrent",
    "updateObjectEncryption",
    "uploadId",
    "uploads",
    "versioning",
    "versions",
    "website",
];

/// Describes a request that asks for none of the operations.
pub(super) fn describe(request: &Request) -> String {
    let marked = MARKERS.iter().filter(|name| request.query(name).is_some());
    let of = if request.key.is_empty() { "bucket" } else { "object" };
    let markers = marked.map(|name| format!(" `?{name}`")).collect::<Vec<_>>().concat();
    format!("{} of {of}{markers}", request.method)
}

/// Finds the operation that a request asks for.
pub(super) fn find(request: &Request) -> Option<&'static Operation> {
    let target = match (request.bucket.is_empty(), request.key.is_empty()) {
        _ if account_block::is_asked(request) => Account,
        (true, true) => Service,
        (true, false) => return None,
        (false, true) => Bucket,
        (false, false) => Object,
    };
    let is_marked = |name: &str| request.query(name).is_some();
    let count = MARKERS.iter().filter(|name| is_marked(name)).count();
    OPERATIONS.iter().find(|operation| {
        operation.method == request.method.as_str()
            && operation.target == target
            && operation.markers.len() == count
            && operation.markers.iter().all(|name| is_marked(name))
            && operation.header.is_none_or(|name| request.headers.contains_key(name))
    })
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Method};

    use super::super::request::tests::call;
    use super::*;

    fn name(method: Method, uri: &str) -> Option<&'static str> {
        find(&Request::parse(call(method, uri, "")).unwrap()).map(|operation| operation.name)
    }

    #[test]
    fn requests_are_told_apart() {
        assert_eq!(name(Method::GET, "/"), Some("ListBuckets"));
        assert_eq!(name(Method::GET, "/b?list-type=2&prefix=a"), Some("ListObjectsV2"));
        assert_eq!(name(Method::GET, "/b/"), Some("ListObjects"));
        assert_eq!(name(Method::PUT, "/b/k?x-id=PutObject"), Some("PutObject"));
        assert_eq!(name(Method::PUT, "/b/k?uploadId=1&partNumber=2"), Some("UploadPart"));
        assert_eq!(name(Method::DELETE, "/b/k?versionId=1"), Some("DeleteObject"));
        assert_eq!(name(Method::POST, "/b?delete"), Some("DeleteObjects"));
    }

    #[test]
    fn what_is_not_here_is_no_plain_neighbour() {
        assert_eq!(name(Method::DELETE, "/b?lifecycle"), None);
        assert_eq!(name(Method::DELETE, "/b?cors"), None);
        assert_eq!(name(Method::PUT, "/b/k?retention"), None);
        assert_eq!(name(Method::PUT, "/b?replication"), None);
        assert_eq!(name(Method::POST, "/b"), None);
    }

    #[test]
    fn a_copy_is_known_by_its_header() {
        let mut call = call(Method::PUT, "/b/k", "");
        call.headers.insert(COPY_SOURCE, HeaderValue::from_static("b/k"));
        let request = Request::parse(call).unwrap();
        assert_eq!(find(&request).unwrap().name, "CopyObject");
    }

    #[test]
    fn every_marker_of_the_table_is_in_the_list() {
        for operation in OPERATIONS {
            assert!(operation.markers.iter().all(|name| MARKERS.contains(name)));
        }
    }

    #[test]
    fn reading_changes_nothing() {
        let mutating = |uri: &str, method| {
            find(&Request::parse(call(method, uri, "")).unwrap()).unwrap().outline().mutating
        };
        assert!(!mutating("/b/k", Method::HEAD));
        assert!(mutating("/b/k", Method::DELETE));
        assert!(mutating("/b?delete", Method::POST));
    }
}
