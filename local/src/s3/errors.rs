//! The errors of S3: status, code and message as AWS words them, and their XML.

use http::{HeaderName, HeaderValue, StatusCode};

use super::{answers, ids, xml::Xml};
use crate::{
    service::{Answer, AwsError},
    store::StoreError,
};

/// An error that S3 always words the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known(StatusCode, pub(super) &'static str, &'static str);

const BAD_REQUEST: StatusCode = StatusCode::BAD_REQUEST;
const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
const NOT_FOUND: StatusCode = StatusCode::NOT_FOUND;
const CONFLICT: StatusCode = StatusCode::CONFLICT;

/// Writes each error as one line of a table.
macro_rules! known {
    ($($name:ident = $status:expr, $code:literal, $message:literal;)*) => {
        $(pub(super) const $name: Known = Known($status, $code, $message);)*
    };
}

known! {
    ACCESS_DENIED = FORBIDDEN, "AccessDenied", "Access Denied";
    ACL_NOT_SUPPORTED = BAD_REQUEST, "AccessControlListNotSupported", "The bucket does not allow ACLs";
    AUTHORIZATION_QUERY = BAD_REQUEST, "AuthorizationQueryParametersError", "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
    BAD_DIGEST = BAD_REQUEST, "BadDigest", "The Content-MD5 you specified did not match what we received.";
    BUCKET_ACL_WITH_OWNERSHIP = BAD_REQUEST, "InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
    BUCKET_EXISTS = CONFLICT, "BucketAlreadyExists", "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.";
    BUCKET_NOT_EMPTY = CONFLICT, "BucketNotEmpty", "The bucket you tried to delete is not empty";
    BUCKET_NOT_EMPTY_OF_VERSIONS = CONFLICT, "BucketNotEmpty", "The bucket you tried to delete is not empty. You must delete all versions in the bucket.";
    BUCKET_OWNED_BY_YOU = CONFLICT, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.";
    CONTENT_HASH_MISMATCH = BAD_REQUEST, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.";
    CORS_FORBIDDEN = FORBIDDEN, "AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.";
    ENTITY_TOO_SMALL = BAD_REQUEST, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size";
    ILLEGAL_LOCATION = BAD_REQUEST, "IllegalLocationConstraintException", "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.";
    ILLEGAL_VERSIONING = BAD_REQUEST, "IllegalVersioningConfigurationException", "The Versioning element must be specified";
    INTERNAL_ERROR = StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "We encountered an internal error. Please try again.";
    INVALID_ARGUMENT = BAD_REQUEST, "InvalidArgument", "Invalid Argument";
    INVALID_BUCKET_NAME = BAD_REQUEST, "InvalidBucketName", "The specified bucket is not valid.";
    INVALID_DIGEST = BAD_REQUEST, "InvalidDigest", "The Content-MD5 you specified was invalid.";
    INVALID_LOCATION = BAD_REQUEST, "InvalidLocationConstraint", "The specified location-constraint is not valid";
    INVALID_PART = BAD_REQUEST, "InvalidPart", "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.";
    INVALID_PART_ORDER = BAD_REQUEST, "InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.";
    INVALID_RANGE = StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", "The requested range is not satisfiable";
    INVALID_REDIRECT = BAD_REQUEST, "InvalidRedirectLocation", "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.";
    INVALID_REQUEST = BAD_REQUEST, "InvalidRequest", "Invalid Request";
    INVALID_STORAGE_CLASS = BAD_REQUEST, "InvalidStorageClass", "The storage class you specified is not valid";
    INVALID_TAG = BAD_REQUEST, "InvalidTag", "The tag provided was not a valid tag.";
    INVALID_URI = BAD_REQUEST, "InvalidURI", "Couldn't parse the specified URI.";
    KEY_TOO_LONG = BAD_REQUEST, "KeyTooLongError", "Your key is too long";
    MALFORMED_AUTHORIZATION = BAD_REQUEST, "AuthorizationHeaderMalformed", "The authorization header is malformed";
    MALFORMED_POLICY = BAD_REQUEST, "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'";
    MALFORMED_XML = BAD_REQUEST, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema";
    METADATA_TOO_LARGE = BAD_REQUEST, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size";
    METHOD_NOT_ALLOWED = StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", "The specified method is not allowed against this resource.";
    MISSING_LENGTH = StatusCode::LENGTH_REQUIRED, "MissingContentLength", "You must provide the Content-Length HTTP header.";
    MISSING_NAMESPACE_HEADER = BAD_REQUEST, "MissingNamespaceHeader", "The requested bucket is an account-regional namespace bucket, but your request is missing the required x-amz-bucket-namespace header.";
    NO_SUCH_BUCKET = NOT_FOUND, "NoSuchBucket", "The specified bucket does not exist";
    NO_SUCH_CORS = NOT_FOUND, "NoSuchCORSConfiguration", "The CORS configuration does not exist";
    NO_SUCH_KEY = NOT_FOUND, "NoSuchKey", "The specified key does not exist.";
    NO_SUCH_LIFECYCLE = NOT_FOUND, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist";
    NO_SUCH_OBJECT_LOCK = NOT_FOUND, "ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket";
    NO_SUCH_OWNERSHIP = NOT_FOUND, "OwnershipControlsNotFoundError", "The bucket ownership controls were not found";
    NO_SUCH_POLICY = NOT_FOUND, "NoSuchBucketPolicy", "The bucket policy does not exist";
    NO_SUCH_PUBLIC_ACCESS_BLOCK = NOT_FOUND, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found";
    NO_SUCH_REPLICATION = NOT_FOUND, "ReplicationConfigurationNotFoundError", "The replication configuration was not found";
    NO_SUCH_TAGS = NOT_FOUND, "NoSuchTagSet", "The TagSet does not exist";
    NO_SUCH_UPLOAD = NOT_FOUND, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
    NO_SUCH_VERSION = NOT_FOUND, "NoSuchVersion", "The specified version does not exist.";
    NO_SUCH_WEBSITE = NOT_FOUND, "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration";
    NOT_IMPLEMENTED = StatusCode::NOT_IMPLEMENTED, "NotImplemented", "A header or query you provided implies functionality that is not implemented";
    NOT_IMPLEMENTED_HEADER = StatusCode::NOT_IMPLEMENTED, "NotImplemented", "A header you provided implies functionality that is not implemented";
    PERMANENT_REDIRECT = StatusCode::MOVED_PERMANENTLY, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.";
    PRECONDITION_FAILED = StatusCode::PRECONDITION_FAILED, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold";
    SLOW_DOWN = StatusCode::SERVICE_UNAVAILABLE, "SlowDown", "Please reduce your request rate.";
    TOO_MANY_TAGS = BAD_REQUEST, "BadRequest", "Object tags cannot be greater than 10";
}

impl From<Known> for AwsError {
    fn from(known: Known) -> Self {
        Self::new(known.0, known.1, known.2)
    }
}

/// An error of S3 with what its XML and its headers contain besides code and message.
#[derive(Debug)]
pub(super) struct S3Error {
    pub(super) error: AwsError,
    details: Vec<(&'static str, String)>,
    headers: Vec<(&'static str, String)>,
}

/// The result of a handler.
pub(super) type Outcome<T> = Result<T, S3Error>;

impl S3Error {
    /// Returns a known error with another message.
    pub(super) fn saying(known: Known, message: impl Into<String>) -> Self {
        Self::from(AwsError::new(known.0, known.1, message))
    }

    /// Adds an element to its XML, such as `Key`.
    pub(super) fn with(mut self, element: &'static str, value: impl Into<String>) -> Self {
        self.details.push((element, value.into()));
        self
    }

    /// Adds a header.
    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Returns the error as S3 answers it.
    pub(super) fn answer(&self) -> Answer {
        let request_id = ids::request_id();
        let host_id = ids::host_id();
        let body = Xml::plain("Error", |xml| {
            xml.leaf("Code", &self.error.code).leaf("Message", &self.error.message);
            for (element, value) in &self.details {
                xml.leaf(element, value);
            }
            xml.leaf("RequestId", &request_id).leaf("HostId", &host_id);
        });
        let mut answer = answers::xml(body);
        *answer.status_mut() = self.error.status;
        answers::set(&mut answer, "x-amz-request-id", &request_id);
        answers::set(&mut answer, "x-amz-id-2", &host_id);
        self.put_headers(&mut answer);
        answer
    }

    /// Writes the error's own headers into an answer.
    pub(super) fn put_headers(&self, answer: &mut Answer) {
        for (name, value) in &self.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                answer.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
    }
}

impl From<AwsError> for S3Error {
    fn from(error: AwsError) -> Self {
        Self { error, details: Vec::new(), headers: Vec::new() }
    }
}

impl From<Known> for S3Error {
    fn from(known: Known) -> Self {
        AwsError::from(known).into()
    }
}

impl From<StoreError> for S3Error {
    fn from(error: StoreError) -> Self {
        Self::saying(INTERNAL_ERROR, error.to_string())
    }
}

impl From<std::io::Error> for S3Error {
    fn from(error: std::io::Error) -> Self {
        Self::saying(INTERNAL_ERROR, format!("cannot use the file of an object: {error}"))
    }
}

/// Returns `NoSuchBucket` for this name.
pub(super) fn no_such_bucket(name: &str) -> S3Error {
    S3Error::from(NO_SUCH_BUCKET).with("BucketName", name)
}

/// Returns an `InvalidArgument` that names the argument.
pub(super) fn invalid_argument(name: &str, value: &str, message: &str) -> S3Error {
    S3Error::saying(INVALID_ARGUMENT, message)
        .with("ArgumentName", name)
        .with("ArgumentValue", value)
}

/// Returns `NotImplemented`, naming what the local cloud lacks.
pub(super) fn not_implemented(what: &str) -> S3Error {
    S3Error::saying(
        NOT_IMPLEMENTED,
        format!("The local cloud does not have this part of S3: {what}"),
    )
}
