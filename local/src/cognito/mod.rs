//! Cognito: user pools with their clients.

mod client_settings;
mod clients;
mod domains;
mod errors;
mod names;
mod pools;
mod schema;
mod secret;
mod settings;
mod state;
mod tags;

#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use http::StatusCode;

use crate::{
    cloud::OpenError,
    protocol::{
        json::Dialect,
        operations::{self, change, look},
    },
    regional::{Place, Regional},
    service::{AccountId, Answer, Answering, AwsError, Call, Operation, Service, Tagged},
};
use errors::{Outcome, no_pool};
use state::{Pool, Pools};

const DIALECT: Dialect = Dialect {
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
];

/// The service. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Cognito {
    pools: Arc<Regional<Pools>>,
}

impl Cognito {
    /// Opens the service on its folder.
    pub(crate) fn open(folder: &Path) -> Result<Self, OpenError> {
        Ok(Self { pools: Arc::new(Regional::open(folder.join("pools"))?) })
    }

    /// Looks at a pool.
    fn pool<R>(&self, place: &Place, id: &str, look: impl FnOnce(&Pool) -> R) -> Outcome<R> {
        let pools = self.pools.of(&place.0, &place.1)?;
        pools.read(|pools| pools.get(id).map(look)).ok_or_else(|| no_pool(id))
    }

    /// Changes a pool.
    fn change_pool<R>(
        &self,
        place: &Place,
        id: &str,
        change: impl FnOnce(&mut Pool) -> Outcome<R>,
    ) -> Outcome<R> {
        let pools = self.pools.of(&place.0, &place.1)?;
        pools.try_change(|pools| change(pools.get_mut(id).ok_or_else(|| no_pool(id))?))?
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
        operations::named(&DIALECT, OPERATIONS, call)
    }

    fn answer(&self, call: Call) -> Answering<'_> {
        Box::pin(operations::answer(self, &DIALECT, OPERATIONS, call))
    }

    fn refuse(&self, error: &AwsError) -> Answer {
        DIALECT.refuse(error)
    }

    fn throttled(&self) -> AwsError {
        AwsError::new(StatusCode::BAD_REQUEST, "TooManyRequestsException", "Rate exceeded")
    }

    fn tagged(&self, account: &AccountId, region: &str) -> Vec<Tagged> {
        let place = (account.clone(), region.to_owned());
        let of = |(id, pool): (&String, &Pool)| Tagged {
            arn: names::arn(&place, id),
            tags: pool.tags.clone(),
        };
        let with_tags = |pools: &Pools| {
            pools.iter().filter(|(_, pool)| !pool.tags.is_empty()).map(of).collect()
        };
        // An error here is one of the file, which the next call of Cognito reports.
        self.pools.of(account, region).map(|pools| pools.read(with_tags)).unwrap_or_default()
    }
}
