//! Cognito: user pools with their clients and users. The API is in `operations`; sent mails are in
//! `mail`.

mod absent;
mod access;
mod account;
mod adapters;
mod admin;
mod attributes;
mod auth;
mod auth_context;
mod claims;
mod client_settings;
mod clients;
mod codes;
mod delivery;
mod domains;
mod errors;
mod filter;
mod keys;
mod limits;
mod lockout;
mod mail;
pub(crate) mod mail_page;
mod mail_templates;
mod names;
pub(crate) mod operations;
mod passwords;
mod pools;
mod redirects;
mod reset;
mod rules;
mod schema;
mod secret;
mod sessions;
mod settings;
mod sign_up;
mod srp;
mod state;
mod tags;
mod tokens;
mod users;
pub(crate) mod web;

#[cfg(test)]
mod tests;

use std::{io, path::Path, sync::Arc};

use http::StatusCode;

use crate::{
    absent::Absent,
    authorize::Access,
    open::OpenError,
    place::Place,
    protocol::{
        Protocol,
        json::Dialect,
        operations::{Operation, Tabled},
    },
    regional::Regional,
    service::{Answer, AwsError, Summary, Tagged},
};
use auth::Challenges;
use errors::{Outcome, no_pool};
use keys::Keys;
pub(crate) use mail::Mail;
use mail::Mailbox;
use operations::Run;
use state::{Pool, Pools};

pub(crate) const DIALECT: Dialect = Dialect {
    target: "AWSCognitoIdentityProviderService",
    content_type: "application/x-amz-json-1.1",
    error_prefix: "",
};

/// The service. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Cognito {
    pools: Arc<Regional<Pools>>,
    keys: Arc<Keys>,
    mail: Arc<Mailbox>,
    challenges: Arc<Challenges>,
    /// Seeds the decoys for users who do not exist.
    decoy: [u8; 32],
    /// The local cloud's port, which is in the name of every issuer.
    port: u16,
}

impl Cognito {
    /// Opens the service on its folder.
    pub(crate) fn open(folder: &Path, port: u16) -> Result<Self, OpenError> {
        let unusable = |error: AwsError| OpenError::Folder {
            path: folder.to_owned(),
            source: io::Error::other(error),
        };
        let cognito = Self {
            pools: Arc::new(Regional::open(folder.join("pools"))?),
            keys: Arc::new(Keys::open(folder.join("keys"))),
            mail: Arc::new(Mailbox::open(folder.join("mail.json"))?),
            challenges: Arc::default(),
            decoy: secret::bytes().map_err(unusable)?,
            port,
        };
        for (_, pools) in cognito.pools.all() {
            let damaged = |pool: &String| cognito.keys.damage(pool);
            if let Some((path, error)) = pools.read(|pools| pools.keys().find_map(damaged)) {
                return Err(OpenError::Damaged { path, source: error.message.into() });
            }
        }
        Ok(cognito)
    }

    /// Returns the mails after the one with this id, and the id of the last.
    pub(crate) fn mails(&self, since: u64) -> (Vec<Mail>, u64) {
        self.mail.since(since)
    }

    /// Looks at a pool.
    fn pool<R>(&self, place: &Place, id: &str, look: impl FnOnce(&Pool) -> R) -> Outcome<R> {
        self.pools.look_at(place, id, || no_pool(id), look)
    }

    /// Changes a pool.
    fn change_pool<R>(
        &self,
        place: &Place,
        id: &str,
        change: impl FnOnce(&mut Pool) -> Outcome<R>,
    ) -> Outcome<R> {
        self.pools.change_one(place, id, || no_pool(id), change)
    }
}

impl Tabled for Cognito {
    const NAME: &'static str = "cognito-idp";
    const PROTOCOL: Protocol = Protocol::AwsJson(DIALECT);
    const OPERATIONS: &'static [Operation<Run>] = operations::OPERATIONS;
    const ABSENT: &'static [Absent] = absent::ABSENT;
    const ACCESS: &'static [Access] = access::ACCESS;
    const SUMMARY: Summary = Summary {
        title: "Cognito user pools",
        real: "Pools, clients and users; sign-up, confirmation and password reset with codes that lie \
               in the mailbox; sign-in by password or SRP, lockout, refreshing and revoking; tokens \
               signed with the pool's own RSA key, which is published as on AWS. Kept only: domains, \
               and the settings of OAuth.",
        refused: "Multi-factor authentication, Lambda triggers, text messages, confirmation by link, \
                  a history of passwords, `CUSTOM_AUTH` and `USER_AUTH`, groups, identity providers, \
                  and sign-in pages.",
    };

    type Handler = Run;

    fn refused(error: &AwsError) -> Answer {
        web::with_error_type(DIALECT.refuse(error))
    }

    fn throttling() -> AwsError {
        AwsError::new(StatusCode::BAD_REQUEST, "TooManyRequestsException", "Rate exceeded")
    }

    fn tagged_in(&self, place: &Place) -> Vec<Tagged> {
        self.pools.tagged(place, |id, pool| Tagged {
            arn: names::arn(place, id),
            tags: pool.tags.clone(),
        })
    }
}
