//! Cognito: user pools with their clients and users. Owners of pools sign their calls; visitors, in
//! `public`, do not. What is sent by mail lies in `mail`.

mod account;
mod admin;
mod attributes;
mod auth;
mod claims;
mod client_settings;
mod clients;
mod codes;
mod delivery;
mod domains;
mod doors;
mod errors;
mod filter;
mod keys;
mod letters;
mod link;
mod lockout;
mod mail;
pub(crate) mod mail_page;
mod names;
mod passwords;
mod pools;
pub(crate) mod public;
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
    open::OpenError,
    place::Place,
    protocol::{
        json::{self, Dialect},
        operations::{self, change, look},
    },
    regional::Regional,
    service::{Answer, Answering, AwsError, Call, Operation, Service, Tagged},
};
use auth::Challenges;
use errors::{Outcome, no_pool};
use keys::Keys;
pub(crate) use mail::Mail;
use mail::Mailbox;
use state::{Pool, Pools};

pub(crate) const DIALECT: Dialect = Dialect {
    target: "AWSCognitoIdentityProviderService",
    content_type: "application/x-amz-json-1.1",
    error_prefix: "",
};

/// What owners of pools do.
const OPERATIONS: &[operations::Operation<Cognito>] = &[
    change("CreateUserPool", pools::create),
    look("DescribeUserPool", pools::describe),
    look("ListUserPools", pools::list),
    change("UpdateUserPool", pools::update),
    change("DeleteUserPool", pools::delete),
    change("CreateUserPoolDomain", domains::create),
    look("DescribeUserPoolDomain", domains::describe),
    change("DeleteUserPoolDomain", domains::delete),
    change("CreateUserPoolClient", clients::create),
    look("DescribeUserPoolClient", clients::describe),
    look("ListUserPoolClients", clients::list),
    change("UpdateUserPoolClient", clients::update),
    change("DeleteUserPoolClient", clients::delete),
    change("TagResource", tags::tag),
    change("UntagResource", tags::untag),
    look("ListTagsForResource", tags::list),
    look("AdminGetUser", admin::get),
    look("ListUsers", admin::list),
    change("AdminCreateUser", admin::create),
    change("AdminConfirmSignUp", admin::confirm),
    change("AdminSetUserPassword", admin::set_password),
    change("AdminUpdateUserAttributes", admin::update),
    change("AdminDisableUser", admin::disable),
    change("AdminEnableUser", admin::enable),
    change("AdminUserGlobalSignOut", admin::sign_out),
    change("AdminDeleteUser", admin::delete),
    look("AdminInitiateAuth", auth::initiate_as_owner),
    look("AdminRespondToAuthChallenge", auth::respond_as_owner),
];

/// The service. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Cognito {
    pools: Arc<Regional<Pools>>,
    keys: Arc<Keys>,
    mail: Arc<Mailbox>,
    challenges: Arc<Challenges>,
    /// Makes up what is told of users who do not exist.
    blind: [u8; 32],
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
        Ok(Self {
            pools: Arc::new(Regional::open(folder.join("pools"))?),
            keys: Arc::new(Keys::open(folder.join("keys"))),
            mail: Arc::new(Mailbox::open(folder.join("mail.json"))?),
            challenges: Arc::default(),
            blind: secret::bytes().map_err(unusable)?,
            port,
        })
    }

    /// The mails after the one with this id, and the id of the last.
    pub(crate) fn mails(&self, since: u64) -> (Vec<Mail>, u64) {
        self.mail.since(since)
    }

    /// Runs an operation that needs no signature, where it may block on files and on numbers.
    async fn answer_visitor(&self, run: public::Run, call: Call) -> Answer {
        let cognito = self.clone();
        let ran = tokio::task::spawn_blocking(move || run(&cognito, &json::input(&call)?)).await;
        match ran.map_err(|panic| errors::internal(&panic)).and_then(|ran| ran) {
            Ok(output) => DIALECT.answer(&output),
            Err(error) => DIALECT.refuse(&error),
        }
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

impl Service for Cognito {
    fn name(&self) -> &'static str {
        "cognito-idp"
    }

    fn claims(&self, call: &Call) -> bool {
        DIALECT.operation(call).is_some()
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        let public = DIALECT.operation(call).and_then(public::named);
        public.or_else(|| operations::named(&DIALECT, OPERATIONS, call))
    }

    fn answer(&self, call: Call) -> Answering<'_> {
        Box::pin(async move {
            let answer = match DIALECT.operation(&call).and_then(public::run) {
                Some(run) => self.answer_visitor(run, call).await,
                None => operations::answer(self, &DIALECT, OPERATIONS, call).await,
            };
            web::with_error_type(answer)
        })
    }

    fn refuse(&self, error: &AwsError) -> Answer {
        web::with_error_type(DIALECT.refuse(error))
    }

    fn throttled(&self) -> AwsError {
        AwsError::new(StatusCode::BAD_REQUEST, "TooManyRequestsException", "Rate exceeded")
    }

    fn tagged(&self, place: &Place) -> Vec<Tagged> {
        self.pools.tagged(place, |id, pool| Tagged {
            arn: names::arn(place, id),
            tags: pool.tags.clone(),
        })
    }
}
