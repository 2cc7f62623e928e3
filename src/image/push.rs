//! Pushes an image to a registry, per the OCI distribution specification.
//! <https://github.com/opencontainers/distribution-spec>

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::time::timeout;

use super::{
    http::{Problem, Wire},
    oci::{Blob, Digest, Image, MANIFEST_TYPE},
};
use crate::{
    error::{Code, Error, Result},
    http::{Answer, Client},
};

/// A registry and its credentials.
#[derive(Clone)]
pub(crate) struct Registry {
    /// Such as `https://123456789012.dkr.ecr.eu-west-1.amazonaws.com`.
    pub(crate) endpoint: String,
    /// User and password, as ECR returns them: base64 of `AWS:…`.
    pub(crate) token: String,
    /// The way to it, which all pushes share.
    pub(crate) client: Arc<Client>,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// The attempts for each part, and the first pause between two; each next one is twice as long.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(200);

/// The timeout for the whole image. It has some 2.5 MB.
const LONGEST: Duration = Duration::from_mins(10);

/// Pushes an image under a tag. What the registry already has is not sent again.
///
/// # Errors
/// When the registry cannot be reached, or rejects it.
pub(crate) async fn push(
    registry: &Registry,
    repository: &str,
    tag: &str,
    image: &Image,
    status: &(dyn Fn(String) + Sync),
) -> Result<()> {
    let pushed = async {
        let wire = Wire::new(registry)?;
        let push = Push { wire: &wire, repository, status };
        for blob in &image.blobs {
            push.send(Part::Blob(blob)).await?;
        }
        push.send(Part::Manifest { tag, image }).await
    };
    match timeout(LONGEST, pushed).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(problem)) => Err(failed(registry, &problem)),
        Err(_) => Err(failed(registry, &Problem::Lasting("it took too long".to_owned()))),
    }
}

fn failed(registry: &Registry, problem: &Problem) -> Error {
    let message = format!("the image could not be pushed to {}: {problem}", registry.endpoint);
    Error::new(Code::Push, message)
}

struct Push<'a> {
    wire: &'a Wire<'a>,
    repository: &'a str,
    status: &'a (dyn Fn(String) + Sync),
}

/// A part to send.
#[derive(Clone, Copy)]
enum Part<'a> {
    Blob(&'a Blob),
    Manifest { tag: &'a str, image: &'a Image },
}

impl Push<'_> {
    /// Each attempt checks the registry first: the lost response may have been a success.
    async fn try_blob(&self, blob: &Blob) -> Result<(), Problem> {
        let path = format!("/v2/{}/blobs/{}", self.repository, blob.digest);
        let answer = self.wire.send("HEAD", &path, None).await?;
        match answer.status {
            200 => return Ok(()),
            404 => {}
            _ => return Err(Problem::of(&answer, "looking for a part of the image")),
        }
        (self.status)(format!("pushing {}", kilobytes(blob.content.len())));
        let path = format!("/v2/{}/blobs/uploads/", self.repository);
        let answer = self.wire.send("POST", &path, None).await?;
        let location = match (answer.status, answer.header("location")) {
            (202, Some(location)) => with_digest(location, &blob.digest),
            _ => return Err(Problem::of(&answer, "beginning to send a part of the image")),
        };
        // One request with all of it: ECR loses content that arrives in several.
        let body = ("application/octet-stream", blob.content.clone());
        let answer = self.wire.send("PUT", &location, Some(body)).await?;
        expect(&answer, &blob.digest, "sending a part of the image")
    }

    async fn try_manifest(&self, tag: &str, image: &Image) -> Result<(), Problem> {
        (self.status)(format!("pushing the manifest as `{tag}`"));
        let path = format!("/v2/{}/manifests/{tag}", self.repository);
        let body: (_, Bytes) = (MANIFEST_TYPE, image.manifest.content.clone());
        let answer = self.wire.send("PUT", &path, Some(body)).await?;
        expect(&answer, image.digest(), "sending the manifest")
    }

    async fn attempt(&self, part: Part<'_>) -> Result<(), Problem> {
        match part {
            Part::Blob(blob) => self.try_blob(blob).await,
            Part::Manifest { tag, image } => self.try_manifest(tag, image).await,
        }
    }

    /// Sends a part, and retries it after a transient failure.
    async fn send(&self, part: Part<'_>) -> Result<(), Problem> {
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            match self.attempt(part).await {
                Err(Problem::Passing(why)) => (self.status)(format!("trying again: {why}")),
                ended => return ended,
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        self.attempt(part).await
    }
}

/// Checks that the content was accepted, and arrived intact.
fn expect(answer: &Answer, digest: &Digest, doing: &str) -> Result<(), Problem> {
    if answer.status != 201 {
        return Err(Problem::of(answer, doing));
    }
    match answer.header("docker-content-digest") {
        Some(other) if other != digest.as_str() => {
            Err(Problem::Lasting(format!("{doing}: the registry has {other} instead of {digest}")))
        }
        _ => Ok(()),
    }
}

/// Adds the digest to the upload location, which may already have a query.
fn with_digest(location: &str, digest: &Digest) -> String {
    let separator = if location.contains('?') { '&' } else { '?' };
    format!("{location}{separator}digest={digest}")
}

fn kilobytes(bytes: usize) -> String {
    format!("{} kB", bytes.div_ceil(1000))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::{
        http::Network,
        image::{Architecture, fake_registry::FakeRegistry, oci},
    };

    fn image() -> Image {
        oci::assemble(Architecture::X86_64, b"a program").unwrap()
    }

    async fn push_to(fake: &FakeRegistry) -> Result<()> {
        push(&fake.registry(), "mythicalmysfits/service", "v1", &image(), &|_| ()).await
    }

    #[tokio::test]
    async fn an_image_arrives_whole_and_once() {
        for absolute in [false, true] {
            let fake = FakeRegistry::start(absolute).await;
            push_to(&fake).await.unwrap();
            assert!(fake.has(image().digest().as_str()));
            assert_eq!(fake.count("POST"), 2);
            push_to(&fake).await.unwrap();
            assert_eq!(fake.count("POST"), 2);
        }
    }

    #[tokio::test]
    async fn what_is_sent_is_told() {
        let fake = FakeRegistry::start(false).await;
        let said = Mutex::new(Vec::new());
        let status = |words| said.lock().unwrap().push(words);
        push(&fake.registry(), "a", "v1", &image(), &status).await.unwrap();
        assert_eq!(said.lock().unwrap().last().unwrap(), "pushing the manifest as `v1`");
    }

    #[tokio::test(start_paused = true)]
    async fn each_request_may_fail_once_in_every_way() {
        let whole = FakeRegistry::start(false).await;
        push_to(&whole).await.unwrap();
        for trouble in ["500", "429", "lost", "lost after"] {
            for number in 0..whole.count("") {
                let fake = FakeRegistry::start(false).await;
                fake.trouble_at(number, trouble);
                push_to(&fake).await.unwrap_or_else(|error| panic!("{trouble} {number}: {error}"));
                assert!(fake.has(image().digest().as_str()));
            }
        }
    }

    #[tokio::test]
    async fn a_refusal_is_told_in_the_registrys_words() {
        let fake = FakeRegistry::start(false).await;
        fake.trouble_at(0, "403");
        let error = push_to(&fake).await.unwrap_err();
        assert_eq!(error.code, Code::Push);
        assert!(error.message.contains("HTTP 403"), "{error}");
        fake.trouble_at(2, "403");
        let error = push_to(&fake).await.unwrap_err();
        assert!(error.message.contains("DENIED: not you"), "{error}");
    }

    #[tokio::test]
    async fn another_digest_is_no_success() {
        let fake = FakeRegistry::start(false).await;
        fake.trouble_at(2, "digest");
        let error = push_to(&fake).await.unwrap_err();
        assert!(error.message.contains("instead of sha256:"), "{error}");
    }

    #[tokio::test]
    async fn the_password_is_not_sent_in_the_clear_and_not_shown() {
        let registry = Registry {
            endpoint: "http://registry.example".to_owned(),
            token: "hidden".to_owned(),
            client: Arc::new(Client::of_uploads(Network::default())),
        };
        let error = push(&registry, "a", "v1", &image(), &|_| ()).await.unwrap_err();
        assert!(error.message.contains("not encrypted"), "{error}");
        assert!(!format!("{registry:?} {error:?}").contains("hidden"));
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_answers() {
        let endpoint = FakeRegistry::nowhere().await;
        let client = Arc::new(Client::of_uploads(Network::default()));
        let registry = Registry { endpoint, token: String::new(), client };
        let error = push(&registry, "a", "v1", &image(), &|_| ()).await.unwrap_err();
        assert_eq!(error.code, Code::Push);
    }
}
