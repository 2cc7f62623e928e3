//! The user pool's client: what the page calls itself when it talks to Cognito, and which ways to
//! sign in it may use.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_cognitoidentityprovider::{
    Client,
    primitives::DateTime,
    types::{
        ExplicitAuthFlowsType::{self, AllowRefreshTokenAuth, AllowUserPasswordAuth},
        PreventUserExistenceErrorTypes, UserPoolClientType,
    },
};

use crate::{
    aws::call,
    engine::{About, Id, Resource, Seen, Step, Values},
    error::Result,
    lab::{
        Names,
        placeholders::{COGNITO_URL, USER_POOL_CLIENT_ID, USER_POOL_ID, USER_POOL_ISSUER},
    },
    target::Target,
};

/// The ways to sign in that the page uses. The lab's page used SRP with a library; over plain http,
/// where browsers have no cryptography, a password over Cognito's own https is as safe.
const FLOWS: [ExplicitAuthFlowsType; 2] = [AllowRefreshTokenAuth, AllowUserPasswordAuth];
/// How many clients Cognito lists at once, at most.
const PAGE: i32 = 60;

/// The client.
pub(super) struct UserPoolClient {
    about: About,
    cognito: Client,
    name: String,
    target: Target,
}

impl UserPoolClient {
    pub(super) fn new(target: &Target, names: &Names) -> Self {
        Self {
            about: About {
                id: Id("user-pool-client"),
                title: format!("client `{}` of the user pool", names.user_pool_client),
                why: "The client lets the page register visitors and sign them in, without a secret.",
                produces: vec![USER_POOL_CLIENT_ID, USER_POOL_ISSUER, COGNITO_URL],
                consumes: vec![USER_POOL_ID],
                goes_with: Some(Id("user-pool")),
                ours: "it is part of the user pool".to_owned(),
                deadline: Duration::from_mins(5),
                ..About::default()
            },
            cognito: target.cognito(),
            name: names.user_pool_client.clone(),
            target: target.clone(),
        }
    }

    /// The pool's clients of the lab's name, the oldest first. Clients cannot be tagged: one in our
    /// pool is ours.
    async fn clients(&self, pool: &str) -> Result<Vec<UserPoolClientType>> {
        let mut clients = Vec::new();
        let mut list = self.cognito.list_user_pool_clients().user_pool_id(pool).max_results(PAGE);
        loop {
            let page = match call("cognito-idp ListUserPoolClients", list.clone().send()).await {
                Err(failure) if failure.is("ResourceNotFoundException") => return Ok(clients),
                other => other?,
            };
            for client in page.user_pool_clients() {
                if client.client_name() == Some(&self.name) {
                    clients.extend(self.describe(pool, client.client_id()).await?);
                }
            }
            let Some(next) = page.next_token else { break };
            list = list.next_token(next);
        }
        clients.sort_by_key(|client| {
            (client.creation_date().map(DateTime::as_nanos), client.client_id.clone())
        });
        Ok(clients)
    }

    async fn describe(&self, pool: &str, id: Option<&str>) -> Result<Option<UserPoolClientType>> {
        let describe = self.cognito.describe_user_pool_client().user_pool_id(pool);
        let describe = describe.client_id(id.unwrap_or_default());
        match call("cognito-idp DescribeUserPoolClient", describe.send()).await {
            Err(failure) if failure.is("ResourceNotFoundException") => Ok(None),
            other => Ok(other?.user_pool_client),
        }
    }

    async fn delete(&self, client: &UserPoolClientType) -> Result<()> {
        let delete = self
            .cognito
            .delete_user_pool_client()
            .set_user_pool_id(client.user_pool_id.clone())
            .set_client_id(client.client_id.clone());
        match call("cognito-idp DeleteUserPoolClient", delete.send()).await {
            Err(failure) if failure.is("ResourceNotFoundException") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }

    async fn create(&self, pool: &str, step: &Step<'_>) -> Result<()> {
        step.status("creating the client");
        let create = self
            .cognito
            .create_user_pool_client()
            .user_pool_id(pool)
            .client_name(&self.name)
            // Everybody can read a page, so it cannot keep a secret.
            .generate_secret(false)
            .set_explicit_auth_flows(Some(FLOWS.to_vec()))
            .prevent_user_existence_errors(PreventUserExistenceErrorTypes::Enabled)
            .enable_token_revocation(true);
        call("cognito-idp CreateUserPoolClient", create.send()).await?;
        Ok(())
    }

    /// Cognito sets what is not named back to its default.
    async fn update(&self, client: &UserPoolClientType, step: &Step<'_>) -> Result<()> {
        step.status("setting the client up");
        let update = self
            .cognito
            .update_user_pool_client()
            .set_user_pool_id(client.user_pool_id.clone())
            .set_client_id(client.client_id.clone())
            .client_name(&self.name)
            .set_explicit_auth_flows(Some(FLOWS.to_vec()))
            .prevent_user_existence_errors(PreventUserExistenceErrorTypes::Enabled)
            .enable_token_revocation(true);
        call("cognito-idp UpdateUserPoolClient", update.send()).await?;
        Ok(())
    }
}

#[async_trait]
impl Resource for UserPoolClient {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, known: &Values) -> Result<Seen> {
        let Some(pool) = known.get(USER_POOL_ID) else { return Ok(Seen::Absent) };
        let clients = self.clients(pool).await?;
        let Some(client) = clients.first() else { return Ok(Seen::Absent) };
        if client.client_secret().is_some() {
            let why = "it has a secret, which a page cannot keep".to_owned();
            return Ok(Seen::Broken { why });
        }
        let values = Values::of([
            (USER_POOL_CLIENT_ID, client.client_id().unwrap_or_default()),
            (USER_POOL_ISSUER, &self.target.issuer(pool)),
            (COGNITO_URL, &self.target.cognito_url()),
        ]);
        let mut differences = differences(client);
        if clients.len() > 1 {
            differences.push(format!("there are {} of this name", clients.len()));
        }
        Ok(Seen::with(values, differences))
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        let pool = known.get(USER_POOL_ID).unwrap_or_default();
        let clients = self.clients(pool).await?;
        let Some((client, twins)) = clients.split_first() else {
            return self.create(pool, step).await;
        };
        for twin in twins {
            self.delete(twin).await?;
        }
        match seen {
            Seen::Broken { why } => {
                step.note(format!("{why}; it is deleted and made again"));
                self.delete(client).await
            }
            _ => self.update(client, step).await,
        }
    }

    /// Clients go with their pool.
    async fn remove(&self, _known: &Values, _step: &Step) -> Result<()> {
        Ok(())
    }
}

/// What of a client that stands differs, each in a few words.
fn differences(client: &UserPoolClientType) -> Vec<String> {
    let flows = client.explicit_auth_flows();
    let same_flows = flows.len() == FLOWS.len() && FLOWS.iter().all(|flow| flows.contains(flow));
    let hides =
        client.prevent_user_existence_errors() == Some(&PreventUserExistenceErrorTypes::Enabled);
    let revokes = client.enable_token_revocation() == Some(true);
    [
        ("its ways to sign in are not those of the page", same_flows),
        ("it tells strangers who has registered", hides),
        ("signing out does not end its tokens", revokes),
    ]
    .into_iter()
    .filter(|(_, same)| !same)
    .map(|(words, _)| words.to_owned())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_named() {
        let ours = UserPoolClientType::builder()
            .set_explicit_auth_flows(Some(vec![AllowUserPasswordAuth, AllowRefreshTokenAuth]))
            .prevent_user_existence_errors(PreventUserExistenceErrorTypes::Enabled)
            .enable_token_revocation(true);
        assert_eq!(differences(&ours.clone().build()), Vec::<String>::new());
        let more = ours.explicit_auth_flows(ExplicitAuthFlowsType::AllowUserSrpAuth).build();
        assert_eq!(differences(&more), ["its ways to sign in are not those of the page"]);
    }
}
