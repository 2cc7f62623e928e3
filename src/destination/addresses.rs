//! The addresses of the lab.

use std::time::Duration;

use tokio::{net::lookup_host, time::timeout};

use super::{Destination, Place};
use crate::lab::regions;

impl Destination {
    /// Returns the address of a bucket's website.
    pub(crate) fn website_url(&self, bucket: &str) -> String {
        match &self.place {
            Place::Aws => regions::website_url(bucket, self.region.as_str()),
            Place::Endpoint(url) => format!("{}/{bucket}/index.html", url.trim_end_matches('/')),
            Place::Local { port, .. } if self.has_local_names => {
                format!("http://{bucket}.s3-website.localhost:{port}")
            }
            Place::Local { port, .. } => format!("http://127.0.0.1:{port}/_website/{bucket}/"),
        }
    }

    /// Returns the address of AWS's console in the region; `None` anywhere else than on AWS.
    pub(crate) fn console_url(&self) -> Option<String> {
        let region = &self.region;
        let on_aws = matches!(self.place, Place::Aws);
        on_aws.then(|| {
            format!("https://{region}.console.aws.amazon.com/console/home?region={region}")
        })
    }

    /// Returns the address of Cognito for browsers: registration, sign-in.
    pub(crate) fn cognito_url(&self) -> String {
        match &self.place {
            Place::Aws => format!("https://cognito-idp.{}.amazonaws.com", self.region),
            Place::Endpoint(url) => url.trim_end_matches('/').to_owned(),
            // An IP address: the backend fetches the keys below it, and may be in a container
            // without name resolution.
            Place::Local { port, .. } => format!("http://127.0.0.1:{port}/_cognito"),
        }
    }

    /// Returns the issuer of a user pool's tokens.
    pub(crate) fn issuer(&self, user_pool: &str) -> String {
        format!("{}/{user_pool}", self.cognito_url())
    }

    /// Returns the address of a stage of a REST API.
    pub(crate) fn api_url(&self, api: &str, stage: &str) -> String {
        match &self.place {
            Place::Aws => {
                format!("https://{api}.execute-api.{}.amazonaws.com/{stage}", self.region)
            }
            Place::Endpoint(url) => {
                format!("{}/_execute-api/{api}/{stage}", url.trim_end_matches('/'))
            }
            Place::Local { port, .. } if self.has_local_names => {
                format!("http://{api}.execute-api.localhost:{port}/{stage}")
            }
            Place::Local { port, .. } => {
                format!("http://127.0.0.1:{port}/_execute-api/{api}/{stage}")
            }
        }
    }
}

/// How long the system may take to resolve a name.
const LOOK_UP: Duration = Duration::from_secs(2);

/// Returns whether the system resolves names below `.localhost`, as browsers do: then a bucket and an
/// API have a host of their own, as on AWS. Where the system asks a name server, that can take seconds.
pub(super) async fn resolves_local_names() -> bool {
    let found = timeout(LOOK_UP, lookup_host(("bucket.s3-website.localhost", 0))).await;
    found.is_ok_and(|found| found.is_ok_and(|mut found| found.next().is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::AccountId;

    #[test]
    fn a_local_lab_has_hosts_of_its_own_where_the_system_knows_them() {
        let account = AccountId::new("000000000000");
        let place = Place::Local { port: 4566, account };
        let addresses = |has_local_names| {
            let never = Destination::never_asked("000000000000", "eu-west-1");
            let to = Destination { place: place.clone(), has_local_names, ..never };
            [to.website_url("b"), to.api_url("a", "prod")]
        };
        let with =
            ["http://b.s3-website.localhost:4566", "http://a.execute-api.localhost:4566/prod"];
        assert_eq!(addresses(true), with);
        let without =
            ["http://127.0.0.1:4566/_website/b/", "http://127.0.0.1:4566/_execute-api/a/prod"];
        assert_eq!(addresses(false), without);
    }
}
