//! The settings, all from the environment.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::Uri;

/// The backend's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Where it listens: `HOST` and `PORT`.
    pub(crate) address: SocketAddr,
    /// The table of the mysfits: `TABLE_NAME`.
    pub(crate) table: String,
    /// The table of their likes: `LIKES_TABLE_NAME`.
    pub(crate) likes_table: String,
    /// The table's region: `AWS_REGION` or `AWS_DEFAULT_REGION`.
    pub(crate) region: String,
    /// Another endpoint than AWS's: `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL`.
    pub(crate) endpoint: Option<String>,
    /// Whose visitors may like and adopt; without one, everybody may.
    pub(crate) user_pool: Option<UserPool>,
}

/// The user pool that signs the visitors in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserPool {
    /// The issuer of its tokens, a URL: `USER_POOL_ISSUER`.
    pub(crate) issuer: String,
    /// The client that they are issued for: `USER_POOL_CLIENT_ID`.
    pub(crate) client: String,
}

impl Settings {
    /// Reads them with this function for looking up a variable. An empty one counts as not set.
    ///
    /// # Errors
    /// When one is missing or not valid, as text.
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
            likes_table: get("LIKES_TABLE_NAME").unwrap_or_else(|| "MysfitsTableLikes".to_owned()),
            region: get("AWS_REGION")
                .or_else(|| get("AWS_DEFAULT_REGION"))
                .ok_or("AWS_REGION is not set")?,
            endpoint: get("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| get("AWS_ENDPOINT_URL")),
            user_pool: user_pool(get("USER_POOL_ISSUER"), get("USER_POOL_CLIENT_ID"))?,
        })
    }
}

/// One alone would leave unguarded what should be guarded.
fn user_pool(issuer: Option<String>, client: Option<String>) -> Result<Option<UserPool>, String> {
    match (issuer, client) {
        (None, None) => Ok(None),
        (Some(_), None) => Err("USER_POOL_ISSUER is set, USER_POOL_CLIENT_ID is not".to_owned()),
        (None, Some(_)) => Err("USER_POOL_CLIENT_ID is set, USER_POOL_ISSUER is not".to_owned()),
        (Some(issuer), Some(client)) if is_issuer(&issuer) => Ok(Some(UserPool { issuer, client })),
        (Some(issuer), Some(_)) => Err(format!(
            "USER_POOL_ISSUER: `{issuer}` is no issuer such as \
             `https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC`"
        )),
    }
}

/// Returns whether this is a URL without anything at its end that the pool's tokens do not have.
fn is_issuer(text: &str) -> bool {
    let uri: Option<Uri> = text.parse().ok();
    uri.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.query().is_none()
            && !text.ends_with('/')
    })
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
        assert_eq!((settings.endpoint, settings.user_pool), (None, None));
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

    #[test]
    fn a_user_pool_needs_both() {
        let pool = |issuer, client| {
            let region = ("AWS_REGION", "eu-west-1");
            read(&[region, ("USER_POOL_ISSUER", issuer), ("USER_POOL_CLIENT_ID", client)])
                .map(|settings| settings.user_pool)
        };
        for issuer in [
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC",
            "http://127.0.0.1:4566/_cognito/eu-west-1_AbC",
        ] {
            let expected = UserPool { issuer: issuer.to_owned(), client: "4client".to_owned() };
            assert_eq!(pool(issuer, "4client"), Ok(Some(expected)));
            assert!(pool(issuer, "").unwrap_err().ends_with("USER_POOL_CLIENT_ID is not"));
        }
        assert_eq!(pool("", ""), Ok(None));
        assert!(pool("", "4client").unwrap_err().ends_with("USER_POOL_ISSUER is not"));
    }

    #[test]
    fn an_issuer_is_an_address_as_it_stands_in_tokens() {
        for wrong in [
            "eu-west-1_AbC",
            "/eu-west-1_AbC",
            "ftp://cognito.example/eu-west-1_AbC",
            "https://cognito.example/eu-west-1_AbC/",
            "https://cognito.example/eu-west-1_AbC?a=b",
            "https://cognito.example/eu west",
        ] {
            let problem = user_pool(Some(wrong.to_owned()), Some("4client".to_owned()));
            assert!(problem.unwrap_err().contains(&format!("`{wrong}`")), "{wrong}");
        }
    }
}
