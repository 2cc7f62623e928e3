//! The websites of buckets, for browsers.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, Uri, header, request::Parts};

use crate::{
    cloud::Cloud,
    protocol,
    service::{Answer, Call, Caller},
};

/// A page of a bucket's website, or its error. Nobody signs these requests, and they have no body.
pub(crate) async fn answer(cloud: &Arc<Cloud>, bucket: String, path: Uri, parts: Parts) -> Answer {
    let Parts { method, headers, .. } = parts;
    let call = Call { method, uri: path, headers, body: Bytes::new(), caller: Caller::Anonymous };
    cloud.services.read().await.website(&bucket, call).await
}

/// Sends a browser to where the links of the website's pages work.
pub(crate) fn with_slash(bucket: &str) -> Answer {
    let mut answer = protocol::answer(StatusCode::FOUND, "text/plain", "");
    if let Ok(location) = HeaderValue::from_str(&format!("/_website/{bucket}/")) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer
}
