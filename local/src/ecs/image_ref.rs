//! Which image a task definition means.

use crate::place::Place;

/// An image in the local registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ImageRef {
    pub(super) place: Place,
    pub(super) repository: String,
    /// A tag or a digest.
    pub(super) reference: String,
}

/// Parses the name of an image; `None` if it is not in the local registry, which listens on `port`.
/// AWS's own addresses of repositories mean the same repositories here.
pub(super) fn parse(image: &str, port: u16, own: &Place) -> Option<ImageRef> {
    let (host, rest) = image.split_once('/')?;
    let place = if [format!("localhost:{port}"), format!("127.0.0.1:{port}")]
        .iter()
        .any(|known| known == host)
    {
        own.clone()
    } else {
        let (account, rest) = host.split_once(".dkr.ecr.")?;
        let region = rest.strip_suffix(".amazonaws.com")?;
        Place::named(account, region)
    };
    let (repository, reference) = match rest.split_once('@') {
        // With both, the digest counts.
        Some((name, digest)) => (name.split(':').next().unwrap_or(name), digest),
        None => rest.rsplit_once(':').unwrap_or((rest, "latest")),
    };
    Some(ImageRef { place, repository: repository.to_owned(), reference: reference.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(image: &str) -> Option<(String, String, String)> {
        let own = Place::named("111111111111", "eu-west-1");
        let image = parse(image, 4566, &own)?;
        Some((image.place.account.to_string(), image.repository, image.reference))
    }

    fn known(account: &str, reference: &str) -> (String, String, String) {
        (account.to_owned(), "lab/service".to_owned(), reference.to_owned())
    }

    #[test]
    fn the_registry_has_several_names() {
        assert_eq!(parsed("localhost:4566/lab/service"), Some(known("111111111111", "latest")));
        assert_eq!(parsed("127.0.0.1:4566/lab/service:v1"), Some(known("111111111111", "v1")));
        assert_eq!(
            parsed("localhost:4566/lab/service:v1@sha256:00"),
            Some(known("111111111111", "sha256:00"))
        );
        assert_eq!(
            parsed("222222222222.dkr.ecr.eu-west-1.amazonaws.com/lab/service:v1"),
            Some(known("222222222222", "v1"))
        );
        for image in ["nginx", "docker.io/library/nginx", "localhost:5000/lab/service"] {
            assert_eq!(parsed(image), None, "{image}");
        }
    }
}
