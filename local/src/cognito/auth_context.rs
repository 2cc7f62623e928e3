//! How a call finds its pool: owners name it, visitors name one of its clients, and signed-in users
//! present a token. Ids of pools and clients are valid across all accounts and regions, so visitors
//! need to know neither.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{
    Cognito,
    errors::{Outcome, no_client, not_authorized},
    rules::Rules,
    srp::Name,
    state::{Client, Pool},
    tokens::Token,
    users::{User, Users},
};
use crate::{
    place::Place,
    ports::{TokenRefusal, TokenUse},
    protocol::input::Input,
    times,
};

/// A pool, as its users meet it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) id: String,
    pub(super) rules: Rules,
}

/// A pool, entered with one of its clients.
#[derive(Clone, Debug)]
pub(super) struct AuthContext {
    pub(super) pool: Found,
    pub(super) client_id: String,
    pub(super) client: Client,
}

/// The bearer of an access token.
#[derive(Clone, Debug)]
pub(super) struct Bearer {
    pub(super) context: AuthContext,
    pub(super) user: String,
}

impl Found {
    fn of(place: &Place, id: &str, pool: &Pool) -> Self {
        Self { place: place.clone(), id: id.to_owned(), rules: Rules::of(&pool.settings) }
    }

    /// Returns a user's name in the exchange of keys.
    pub(super) fn name<'a>(&'a self, user: &'a str) -> Name<'a> {
        let pool = self.id.split_once('_').map_or(self.id.as_str(), |(_, part)| part);
        Name { pool, user }
    }
}

impl AuthContext {
    /// Refuses callers who do not know the client's secret, if it has one.
    pub(super) fn check_secret(&self, user: &str, hash: Option<&str>) -> Outcome<()> {
        let id = &self.client_id;
        match (&self.client.secret, hash) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(not_authorized(format!(
                "Client {id} is not configured for secret but secret hash was received"
            ))),
            (Some(_), None) => Err(not_authorized(format!(
                "Client {id} is configured with secret but SECRET_HASH was not received"
            ))),
            (Some(secret), Some(hash)) if is_hash(secret, &format!("{user}{id}"), hash) => Ok(()),
            (Some(_), Some(_)) => {
                Err(not_authorized(format!("Unable to verify secret hash for client {id}")))
            }
        }
    }
}

fn is_hash(secret: &str, text: &str, hash: &str) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .unwrap_or_else(|_| unreachable!("keys of any length are taken"));
    mac.update(text.as_bytes());
    STANDARD.decode(hash).is_ok_and(|hash| mac.verify_slice(&hash).is_ok())
}

impl Cognito {
    /// Returns the pool that its owner names.
    pub(super) fn found(&self, place: &Place, id: &str) -> Outcome<Found> {
        self.pool(place, id, |pool| Found::of(place, id, pool))
    }

    /// Returns the pool of this id, whoever owns it.
    pub(super) fn anywhere(&self, id: &str) -> Option<Found> {
        self.pools.all().iter().find_map(|(place, pools)| {
            pools.read(|pools| pools.get(id).map(|pool| Found::of(place, id, pool)))
        })
    }

    /// Returns the pool of the client that a visitor names.
    pub(super) fn context(&self, input: Input<'_>) -> Outcome<AuthContext> {
        let id = input.needed("ClientId")?;
        self.context_of(id).ok_or_else(|| no_client(id))
    }

    /// Returns the pool and the client that the pool's owner names.
    pub(super) fn owners_context(&self, place: &Place, input: Input<'_>) -> Outcome<AuthContext> {
        let pool = self.found(place, input.needed("UserPoolId")?)?;
        let id = input.needed("ClientId")?;
        let context = self.context_of(id).filter(|context| context.pool.id == pool.id);
        context.ok_or_else(|| no_client(id))
    }

    fn context_of(&self, client_id: &str) -> Option<AuthContext> {
        self.pools.all().iter().find_map(|(place, pools)| {
            pools.read(|pools| {
                let (id, pool) =
                    pools.iter().find(|(_, one)| one.clients.contains_key(client_id))?;
                Some(AuthContext {
                    pool: Found::of(place, id, pool),
                    client_id: client_id.to_owned(),
                    client: pool.clients.get(client_id)?.clone(),
                })
            })
        })
    }

    /// Returns the bearer of an access token, unless it was revoked.
    pub(super) fn bearer(&self, input: Input<'_>) -> Outcome<Bearer> {
        let invalid = || not_authorized("Invalid Access Token");
        let token = Token::parse(input.needed("AccessToken")?).ok_or_else(invalid)?;
        let pool = token.pool().and_then(|id| self.anywhere(id)).ok_or_else(invalid)?;
        let (keys, issuer) = (self.keys.of(&pool.id)?, self.issuer(&pool.id));
        token.verify(&keys, &issuer, TokenUse::Access, times::now()).map_err(|why| match why {
            TokenRefusal::Expired => not_authorized("Access Token has expired"),
            TokenRefusal::Invalid => invalid(),
        })?;
        let user = token.text("username").to_owned();
        let is_alive = |user: &User| {
            let mut sessions = user.sessions.iter();
            user.enabled && sessions.any(|one| one.id == token.text("event_id") && !one.revoked)
        };
        let alive = self.users(&pool, |users| users.find(&pool.rules, &user).map(is_alive))?;
        // The token of a deleted user is of no use either, but AWS reports the missing user.
        if !alive.ok_or_else(super::users::no_user)? {
            return Err(not_authorized("Access Token has been revoked"));
        }
        let context = self.context_of(token.text("client_id")).ok_or_else(invalid)?;
        Ok(Bearer { context, user })
    }

    /// Looks at the users of a pool.
    pub(super) fn users<R>(&self, pool: &Found, look: impl FnOnce(&Users) -> R) -> Outcome<R> {
        self.pool(&pool.place, &pool.id, |kept| look(&kept.users))
    }

    /// Changes the users of a pool, if the change succeeds.
    pub(super) fn change_users<R>(
        &self,
        pool: &Found,
        change: impl FnOnce(&mut Users) -> Outcome<R>,
    ) -> Outcome<R> {
        self.change_pool(&pool.place, &pool.id, |kept| change(&mut kept.users))
    }

    /// Changes the users of a pool even if the attempt fails: failures are counted.
    pub(super) fn attempt<R>(
        &self,
        pool: &Found,
        attempt: impl FnOnce(&mut Users) -> Outcome<R>,
    ) -> Outcome<R> {
        self.change_users(pool, |users| Ok(attempt(users)))?
    }

    /// Returns the claim `iss` of a pool's tokens: an address from which every client can fetch its
    /// keys, even where names below `.localhost` do not resolve.
    pub(super) fn issuer(&self, pool: &str) -> String {
        format!("http://127.0.0.1:{}/_cognito/{pool}", self.port)
    }
}
