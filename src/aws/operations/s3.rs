//! The bucket and its content.

use crate::aws::{Also, On, Retry, Service};

const S3: Service = Service { name: "s3", sdk: "S3", iam: "s3", cli: "s3api" };

/// A new bucket takes time to propagate.
const NEW: Retry = Retry::code("NoSuchBucket", 120);
/// S3 accepts one change of a bucket's configuration at a time.
const BUSY: Retry = Retry::code("OperationAborted", 300);

operations! {
    LIST_BUCKETS = S3.reads("ListBuckets").action("ListAllMyBuckets").on(On::All);
    HEAD_BUCKET = S3.reads("HeadBucket").action("ListBucket");
    GET_BUCKET_TAGGING = S3.reads("GetBucketTagging");
    GET_BUCKET_POLICY = S3.reads("GetBucketPolicy");
    GET_BUCKET_WEBSITE = S3.reads("GetBucketWebsite");
    GET_PUBLIC_ACCESS_BLOCK =
        S3.reads("GetPublicAccessBlock").action("GetBucketPublicAccessBlock");
    LIST_OBJECTS = S3.reads("ListObjectsV2").action("ListBucket").retries(&[NEW]);
    LIST_OBJECT_VERSIONS = S3.reads("ListObjectVersions").action("ListBucketVersions");
    LIST_MULTIPART_UPLOADS = S3.reads("ListMultipartUploads").action("ListBucketMultipartUploads");
    HEAD_OBJECT = S3.reads("HeadObject").action("GetObject").on(On::Below("/*"));
    GET_OBJECT = S3.reads("GetObject").on(On::Below("/*"));
    // A bucket with this name was deleted a moment ago.
    CREATE_BUCKET = S3.writes("CreateBucket").also(&[Also::new("s3:TagResource")]).retries(&[BUSY]);
    PUT_BUCKET_TAGGING = S3.writes("PutBucketTagging").retries(&[NEW, BUSY]);
    PUT_PUBLIC_ACCESS_BLOCK =
        S3.writes("PutPublicAccessBlock").action("PutBucketPublicAccessBlock").retries(&[NEW, BUSY]);
    PUT_BUCKET_POLICY = S3.writes("PutBucketPolicy").retries(&[
        // A change of Block Public Access takes some seconds to reach the policy check.
        Retry::message("AccessDenied", "BlockPublicPolicy", 60),
        NEW,
        BUSY,
    ]);
    DELETE_BUCKET_POLICY = S3.writes("DeleteBucketPolicy");
    PUT_BUCKET_WEBSITE = S3.writes("PutBucketWebsite").retries(&[NEW, BUSY]);
    PUT_OBJECT = S3.writes("PutObject").on(On::Below("/*")).retries(&[NEW]);
    DELETE_OBJECT = S3.writes("DeleteObject").on(On::Below("/*"));
    DELETE_OBJECTS = S3
        .writes("DeleteObjects")
        .action("DeleteObject")
        .on(On::Below("/*"))
        .also(&[Also::on("s3:DeleteObjectVersion", On::Below("/*"))]);
    ABORT_MULTIPART_UPLOAD = S3.writes("AbortMultipartUpload").on(On::Below("/*"));
    DELETE_BUCKET = S3.writes("DeleteBucket").retries(&[BUSY]);
}
