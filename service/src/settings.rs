//! The settings, all from the environment.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// What the backend runs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Where it listens: `HOST` and `PORT`.
    pub(crate) address: SocketAddr,
    /// The table of the mysfits: `TABLE_NAME`.
    pub(crate) table: String,
    /// The table's region: `AWS_REGION` or `AWS_DEFAULT_REGION`.
    pub(crate) region: String,
    /// Another endpoint than AWS's: `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL`.
    pub(crate) endpoint: Option<String>,
}

impl Settings {
    /// Reads them with this way to look up a variable. An empty one counts as not set.
    ///
    /// # Errors
    /// When one is missing or not valid, in words.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let get = |name| variable(name).filter(|value| !value.is_empty());
        let host = match get("HOST") {
            Some(host) => host.parse().map_err(|_| format!("HOST: `{host}` is no IP address"))?,
            None => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        };
        let port = match get("PORT") {
            Some(port) => port.parse().map_err(|_| format!("PORT: `{port}` is no port"))?,
            None => 8080,
        };
        Ok(Self {
            address: SocketAddr::new(host, port),
            table: get("TABLE_NAME").unwrap_or_else(|| "MysfitsTable".to_owned()),
            region: get("AWS_REGION")
                .or_else(|| get("AWS_DEFAULT_REGION"))
                .ok_or("AWS_REGION is not set")?,
            endpoint: get("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| get("AWS_ENDPOINT_URL")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::read(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn what_is_not_set_has_the_labs_value() {
        let settings = read(&[("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", "")]).unwrap();
        assert_eq!(settings.address.to_string(), "0.0.0.0:8080");
        assert_eq!(settings.table, "MysfitsTable");
        assert_eq!(settings.endpoint, None);
    }

    #[test]
    fn everything_can_be_set() {
        let settings = read(&[
            ("HOST", "127.0.0.1"),
            ("PORT", "9000"),
            ("TABLE_NAME", "MysfitsTable-team-7"),
            ("AWS_DEFAULT_REGION", "eu-north-1"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
        ])
        .unwrap();
        assert_eq!(settings.address.to_string(), "127.0.0.1:9000");
        assert_eq!(settings.table, "MysfitsTable-team-7");
        assert_eq!(settings.region, "eu-north-1");
        assert_eq!(settings.endpoint.as_deref(), Some("http://127.0.0.1:4566"));
    }

    #[test]
    fn wrong_ones_are_named() {
        let region = ("AWS_REGION", "eu-west-1");
        assert!(read(&[]).unwrap_err().contains("AWS_REGION"));
        assert!(read(&[region, ("PORT", "many")]).unwrap_err().contains("`many`"));
        assert!(read(&[region, ("HOST", "here")]).unwrap_err().contains("`here`"));
    }
}
