//! The website endpoint: objects as pages, to anyone whom the policy lets read them.

use http::{HeaderMap, Method, StatusCode};

use super::{
    access, answers,
    bucket::Bucket,
    errors::{
        ACCESS_DENIED, INVALID_URI, METHOD_NOT_ALLOWED, NO_SUCH_BUCKET, NO_SUCH_WEBSITE, Outcome,
        S3Error,
    },
    ids,
    read_object::{self, Found},
    request::decode,
    state::Website,
};
use crate::service::{Answer, AwsError, Call, Caller};

/// What a browser requests: the path inside the website, as sent.
struct Visit<'a> {
    method: &'a Method,
    headers: &'a HeaderMap,
    path: &'a str,
}

/// Answers a visit to the website of a bucket, which may be absent.
pub(super) fn visit(bucket: Option<&Bucket>, call: &Call) -> Answer {
    let visit = Visit { method: &call.method, headers: &call.headers, path: call.uri.path() };
    let outcome = page_or_redirect(bucket, &visit);
    let mut answer = outcome.unwrap_or_else(|error| error_answer(&error, bucket, &visit));
    if call.method == Method::HEAD {
        answer.body_mut().clear();
    }
    answer
}

fn page_or_redirect(bucket: Option<&Bucket>, visit: &Visit) -> Outcome<Answer> {
    if !matches!(*visit.method, Method::GET | Method::HEAD) {
        return Err(METHOD_NOT_ALLOWED.into());
    }
    let bucket = bucket.ok_or(NO_SUCH_BUCKET)?;
    match bucket.read(|state| state.website.clone()).ok_or(NO_SUCH_WEBSITE)? {
        Website::Redirect { host, protocol } => {
            let protocol = protocol.as_deref().unwrap_or("http");
            let location = format!("{protocol}://{host}{}", visit.path);
            Ok(redirect(StatusCode::MOVED_PERMANENTLY, &location))
        }
        Website::Pages { index, .. } => page(bucket, &index, visit),
    }
}

fn page(bucket: &Bucket, index: &str, visit: &Visit) -> Outcome<Answer> {
    let path = visit.path.strip_prefix('/').unwrap_or(visit.path);
    let mut key = decode(path).map_err(|_| INVALID_URI)?;
    let is_folder = key.is_empty() || key.ends_with('/');
    if is_folder {
        key.push_str(index);
    }
    match readable(bucket, &key) {
        Ok(found) => serve(found, visit),
        Err(_) if !is_folder && readable(bucket, &format!("{key}/{index}")).is_ok() => {
            Ok(redirect(StatusCode::FOUND, &into_folder(path)))
        }
        Err(error) => Err(error),
    }
}

/// Finds an object that anyone may read.
fn readable(bucket: &Bucket, key: &str) -> Outcome<Found> {
    let anyone = &Caller::Anonymous;
    if bucket.read(|state| access::may(state, anyone, "s3:GetObject", key)) {
        read_object::find(bucket, anyone, key, None)
    } else {
        Err(ACCESS_DENIED.into())
    }
}

fn serve(found: Found, visit: &Visit) -> Outcome<Answer> {
    let elsewhere = found.content.headers.get("x-amz-website-redirect-location");
    match elsewhere {
        Some(location) => Ok(redirect(StatusCode::MOVED_PERMANENTLY, location)),
        None => read_object::serve(found, visit.method, visit.headers),
    }
}

/// Redirects from `docs` to `docs/`, relatively: the endpoint does not know under which path it is
/// served.
fn into_folder(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or(path);
    format!("./{last}/")
}

fn redirect(status: StatusCode, location: &str) -> Answer {
    let mut answer = answers::empty(status);
    answers::set(&mut answer, "location", location);
    answer
}

/// Answers with the website's own error document with the status of the error, or a plain page.
fn error_answer(error: &S3Error, bucket: Option<&Bucket>, visit: &Visit) -> Answer {
    let own = bucket.and_then(|bucket| error_document(bucket, visit));
    let mut answer = own.unwrap_or_else(|| plain_page(&error.error));
    *answer.status_mut() = error.error.status;
    answers::set(&mut answer, "x-amz-error-code", &error.error.code);
    answers::set(&mut answer, "x-amz-error-message", &error.error.message);
    error.put_headers(&mut answer);
    answer
}

fn error_document(bucket: &Bucket, visit: &Visit) -> Option<Answer> {
    let website = bucket.read(|state| state.website.clone())?;
    let Website::Pages { error: Some(key), .. } = website else { return None };
    let found = readable(bucket, &key).ok()?;
    // Conditions and ranges are about the page that was requested, not about this one.
    read_object::serve(found, visit.method, &HeaderMap::new()).ok()
}

fn plain_page(error: &AwsError) -> Answer {
    let AwsError { status, code, message } = error;
    let request_id = ids::request_id();
    // Codes, messages and ids are S3's own words: nothing that a caller sent is in this page.
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>{status}</title></head>\n<body>\n\
         <h1>{status}</h1>\n<ul>\n<li>Code: {code}</li>\n<li>Message: {message}</li>\n\
         <li>RequestId: {request_id}</li>\n</ul>\n</body>\n</html>\n"
    );
    let mut answer = Answer::new(page.into());
    answers::set(&mut answer, "content-type", "text/html; charset=utf-8");
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_relative_to_where_the_visitor_is() {
        assert_eq!(into_folder("docs"), "./docs/");
        assert_eq!(into_folder("a/b%20c"), "./b%20c/");
    }
}
