//! ECR's errors in the words of the registry protocol.

use http::{StatusCode, Uri};
use serde_json::json;

use super::received::Trouble;
use crate::service::{Answer, AwsError};

/// What each of ECR's codes is in the protocol.
const WORDS: [(&str, StatusCode, &str); 13] = [
    ("RepositoryNotFoundException", StatusCode::NOT_FOUND, "NAME_UNKNOWN"),
    ("ImageNotFoundException", StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN"),
    ("LayersNotFoundException", StatusCode::NOT_FOUND, "MANIFEST_BLOB_UNKNOWN"),
    ("ReferencedImagesNotFoundException", StatusCode::NOT_FOUND, "MANIFEST_BLOB_UNKNOWN"),
    ("LayerInaccessibleException", StatusCode::NOT_FOUND, "BLOB_UNKNOWN"),
    ("UploadNotFoundException", StatusCode::NOT_FOUND, "BLOB_UPLOAD_UNKNOWN"),
    ("InvalidLayerPartException", StatusCode::RANGE_NOT_SATISFIABLE, "BLOB_UPLOAD_INVALID"),
    ("InvalidLayerException", StatusCode::BAD_REQUEST, "DIGEST_INVALID"),
    ("ImageTagAlreadyExistsException", StatusCode::BAD_REQUEST, "TAG_INVALID"),
    ("InvalidParameterException", StatusCode::BAD_REQUEST, "MANIFEST_INVALID"),
    ("ThrottlingException", StatusCode::TOO_MANY_REQUESTS, "TOOMANYREQUESTS"),
    ("RequestEntityTooLarge", StatusCode::PAYLOAD_TOO_LARGE, "SIZE_INVALID"),
    ("UnauthorizedException", StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
];

/// Returns an error as an answer.
pub(super) fn refuse(error: &AwsError) -> Answer {
    let words = WORDS.iter().find(|(code, _, _)| *code == error.code);
    let (status, code) = match words {
        Some((_, status, code)) => (*status, *code),
        None => (error.status, "UNSUPPORTED"),
    };
    let body = json!({ "errors": [{ "code": code, "message": error.message }] });
    super::json(status, body.to_string())
}

pub(super) fn unauthorized() -> AwsError {
    AwsError::new(StatusCode::UNAUTHORIZED, "UnauthorizedException", "Not Authorized")
}

pub(super) fn not_received(trouble: &Trouble) -> AwsError {
    match trouble {
        Trouble::TooLarge => {
            let message = "The body is larger than a manifest or layer may be";
            AwsError::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", message)
        }
        Trouble::NotKept(why) => {
            let message = format!("The local cloud cannot keep what was sent: {why}");
            AwsError::new(StatusCode::INTERNAL_SERVER_ERROR, "ServerException", message)
        }
    }
}

pub(super) fn not_here(uri: &Uri) -> AwsError {
    let message = format!("The registry has nothing at '{}'.", uri.path());
    AwsError::new(StatusCode::NOT_FOUND, "UnsupportedOperation", message)
}
