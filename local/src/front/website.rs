//! The websites of buckets, for browsers.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, Uri, header, request::Parts};

use super::{cloud::Cloud, services::unserved};
use crate::{
    protocol,
    service::{Answer, Call, Caller},
};

/// Answers with a page of a bucket's website, or its error. These requests are unsigned and have no
/// body.
pub(super) async fn answer(cloud: &Arc<Cloud>, bucket: &str, path: Uri, parts: Parts) -> Answer {
    let Parts { method, headers, .. } = parts;
    let call = Call::new(method, path, headers, Bytes::new(), Caller::Anonymous);
    let _turn = cloud.turn("s3").await;
    match cloud.services().await {
        Ok(services) => services.s3.website(bucket, call).await,
        Err(error) => unserved(&error),
    }
}

/// Redirects a browser to where the links of the website's pages work.
pub(super) fn with_slash(bucket: &str) -> Answer {
    let mut answer = protocol::answer(StatusCode::FOUND, "text/plain", "");
    if let Ok(location) = HeaderValue::from_str(&format!("/_website/{bucket}/")) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer
}
