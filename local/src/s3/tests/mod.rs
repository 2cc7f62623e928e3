//! S3 as its callers see it: whole requests and their answers.

mod access;
mod account_block;
mod buckets;
mod objects;
mod uploads;
mod versions;
mod website;

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use http::{HeaderValue, Method};

use super::{
    S3,
    request::tests::{call, signed},
};
use crate::{
    pace::Pace,
    service::{Answer, Call, Caller, Service as _},
    test_folder::Folder,
};

/// The account and region of requests that do not name others.
const OWNER: &str = "111111111111";
const REGION: &str = "eu-west-1";

/// An S3 in a folder of its own.
struct Cloud {
    folder: Folder,
    s3: S3,
}

impl Cloud {
    fn start() -> Self {
        let folder = Folder::new("s3");
        let s3 = S3::open(&folder, Pace::new(0.0).unwrap()).unwrap();
        Self { folder, s3 }
    }

    /// Creates one with the bucket `site`.
    async fn with_site() -> Self {
        let cloud = Self::start();
        let location = "<CreateBucketConfiguration><LocationConstraint>eu-west-1\
                        </LocationConstraint></CreateBucketConfiguration>";
        assert_eq!(cloud.put("/site", location).await.status(), 200);
        cloud
    }

    /// Reopens it, as after a restart.
    fn restart(&mut self) {
        self.s3 = S3::open(&self.folder, Pace::new(0.0).unwrap()).unwrap();
    }

    async fn send(&self, call: Call) -> Answer {
        self.s3.answer(call).await
    }

    async fn put(&self, uri: &str, body: &str) -> Answer {
        self.send(call(Method::PUT, uri, body)).await
    }

    async fn get(&self, uri: &str) -> Answer {
        self.send(call(Method::GET, uri, "")).await
    }

    async fn delete(&self, uri: &str) -> Answer {
        self.send(call(Method::DELETE, uri, "")).await
    }

    /// Sends the same request from a browser.
    async fn anonymous(&self, method: Method, uri: &str) -> Answer {
        let mut call = call(method, uri, "");
        call.caller = Caller::Anonymous;
        self.send(call).await
    }

    /// Returns how many files hold bodies of the bucket `site`.
    fn bodies(&self) -> usize {
        fs::read_dir(self.folder.join("site/bodies")).unwrap().count()
    }
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body().to_vec()).unwrap()
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers().get(name).map(|value| value.to_str().unwrap())
}

/// Returns the texts of all elements of this name, in order.
fn all(answer: &Answer, element: &str) -> Vec<String> {
    let text = text(answer);
    let (start, end) = (format!("<{element}>"), format!("</{element}>"));
    let parts = text.split(&start).skip(1);
    parts.map(|part| part.split(&end).next().unwrap().to_owned()).collect()
}

/// Returns status and code of a refusal.
fn refusal(answer: &Answer) -> (u16, String) {
    (answer.status().as_u16(), all(answer, "Code").join(" "))
}

fn with(mut call: Call, name: &'static str, value: &str) -> Call {
    call.headers.insert(name, HeaderValue::from_str(value).unwrap());
    call
}

/// Returns a request of this account from this region.
fn by(account: &str, region: &str, mut call: Call) -> Call {
    call.caller = signed(account, region);
    call
}

/// Returns a `DeleteObjects` with the digest that S3 insists on.
fn delete_objects(body: &str) -> Call {
    let md5 = hex::decode(super::checksums::etag(body.as_bytes())).unwrap();
    with(call(Method::POST, "/site?delete", body), "content-md5", &BASE64.encode(md5))
}

const PUBLIC: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",
    "Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*"}]}"#;

/// Opens a bucket as the lab does: lets public policies in, then puts one.
async fn open_to_everyone(cloud: &Cloud) {
    let switches = "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls>\
                    </PublicAccessBlockConfiguration>";
    assert_eq!(cloud.put("/site?publicAccessBlock", switches).await.status(), 200);
    assert_eq!(cloud.put("/site?policy", PUBLIC).await.status(), 204);
}
