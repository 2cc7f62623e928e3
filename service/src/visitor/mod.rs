//! Who the caller is. With a user pool, liking and adopting need an ID token of it. The API in
//! front checks it, too, but everybody can reach the load balancer behind that API.

mod fetch;
mod key;
mod keys;
mod token;

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use crate::{failure::Failure, routes::App, settings};
use keys::Keys;
pub(crate) use token::Refusal;
use token::Token;

/// Who likes or adopts.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Visitor {
    /// There is no user pool: visitors cannot be told apart.
    Anybody,
    /// The user pool's id of a visitor who is signed in.
    Subject(String),
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        match &app.user_pool {
            None => Ok(Self::Anybody),
            Some(pool) => pool.subject(token(&parts.headers)?).await.map(Self::Subject),
        }
    }
}

/// The user pool whose tokens are trusted.
#[derive(Clone)]
pub(crate) struct UserPool {
    settings: Arc<settings::UserPool>,
    keys: Arc<Keys>,
}

impl UserPool {
    /// Creates the pool of these settings. Nothing is requested yet.
    ///
    /// # Errors
    /// When the client cannot be created, as text.
    pub(crate) fn new(settings: settings::UserPool) -> Result<Self, String> {
        let keys = Arc::new(Keys::of(&settings.issuer)?);
        Ok(Self { settings: Arc::new(settings), keys })
    }

    /// Returns the visitor to whom the pool gave this token.
    async fn subject(&self, token: &str) -> Result<String, Failure> {
        let token = Token::parse(token)?;
        // Before its key is looked up: tokens of other issuers are no reason to fetch keys.
        token.is_of(&self.settings.issuer)?;
        let key = self.keys.find(token.key_id()).await?;
        Ok(token.verify(&key)?.subject(&self.settings.client, now())?)
    }
}

/// Returns the token of a request: as it is, as the lab's page sends it, or after `Bearer`.
fn token(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or(Refusal::NoToken)?;
    if values.next().is_some() {
        return Err(Refusal::Malformed);
    }
    let value = value.to_str().map_err(|_| Refusal::Malformed)?.trim();
    let token = match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => token.trim_start(),
        _ => value,
    };
    if token.is_empty() { Err(Refusal::NoToken) } else { Ok(token) }
}

/// Returns the current time in seconds since 1970, like the times in a token.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let value = |value: &&str| HeaderValue::from_bytes(value.as_bytes()).unwrap();
        values.iter().map(value).map(|value| (header::AUTHORIZATION, value)).collect()
    }

    #[test]
    fn a_token_comes_as_it_is_or_after_bearer() {
        for value in ["a.b.c", "Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c", " a.b.c "] {
            assert_eq!(token(&headers(&[value])), Ok("a.b.c"), "{value}");
        }
    }

    #[test]
    fn no_token_and_two() {
        assert_eq!(token(&headers(&[])), Err(Refusal::NoToken));
        assert_eq!(token(&headers(&[""])), Err(Refusal::NoToken));
        assert_eq!(token(&headers(&["a.b.c", "d.e.f"])), Err(Refusal::Malformed));
        assert_eq!(token(&headers(&["é"])), Err(Refusal::Malformed));
    }
}
