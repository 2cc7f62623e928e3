//! The addresses of the lab.

use std::net::ToSocketAddrs;

use super::{Destination, Place};
use crate::lab::regions;

impl Destination {
    /// Returns the address of a bucket's website.
    pub(crate) fn website_url(&self, bucket: &str) -> String {
        match &self.place {
            Place::Aws => regions::website_url(bucket, self.region.as_str()),
            Place::Endpoint(url) => format!("{}/{bucket}/index.html", url.trim_end_matches('/')),
            Place::Local { port, .. } => local_website_url(bucket, *port),
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
            Place::Local { port, .. } => local_api_url(api, stage, *port),
        }
    }
}

/// Returns the bucket's own host name if the system resolves such names, else the path form.
fn local_website_url(bucket: &str, port: u16) -> String {
    let host = format!("{bucket}.s3-website.localhost");
    if resolves("bucket.s3-website.localhost", port) {
        format!("http://{host}:{port}")
    } else {
        format!("http://127.0.0.1:{port}/_website/{bucket}/")
    }
}

/// Returns the same for an API's own host name.
fn local_api_url(api: &str, stage: &str, port: u16) -> String {
    let host = format!("{api}.execute-api.localhost");
    // Its id may not be known yet: all names of this kind resolve, or none.
    if resolves("api.execute-api.localhost", port) {
        format!("http://{host}:{port}/{stage}")
    } else {
        format!("http://127.0.0.1:{port}/_execute-api/{api}/{stage}")
    }
}

fn resolves(host: &str, port: u16) -> bool {
    (host, port).to_socket_addrs().is_ok_and(|mut found| found.next().is_some())
}
