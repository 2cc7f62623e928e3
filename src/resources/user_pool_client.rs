//! The user pool's client: the id that the page sends to Cognito, and the authentication flows that
//! it may use.

mod by_hand;

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

use super::{
    judged,
    words::{found, replaced, unless_any},
};
use crate::{
    aws::{call, operations::cognito as op},
    destination::{Destination, Lazy},
    engine::{
        About, ByHand, Check, GET, HARDENING, Id, LAB, Presence, Probe, Purpose, Resource, Seen,
        Setting, Step, Subject,
    },
    error::Result,
    lab::{
        Names, Values,
        placeholders::{COGNITO_URL, USER_POOL_CLIENT_ID, USER_POOL_ID, USER_POOL_ISSUER},
    },
};

/// The authentication flows that the page uses. The lab's page used SRP with a library; over plain
/// http, where browsers have no cryptography, a password over Cognito's own https is as safe.
const FLOWS: [ExplicitAuthFlowsType; 2] = [AllowRefreshTokenAuth, AllowUserPasswordAuth];
/// Cognito's maximum page size.
const PAGE: i32 = 60;
/// AWS's code for a missing pool or client.
const GONE: &str = "ResourceNotFoundException";

/// What renews a session; see [`NO_SESSION`].
const INITIATE_AUTH: &[(&str, &str)] = &[
    ("content-type", "application/x-amz-json-1.1"),
    ("x-amz-target", "AWSCognitoIdentityProviderService.InitiateAuth"),
];
/// A session that does not exist, so that nothing is changed. `SignUp` with a bad password would
/// register somebody in a pool that takes any password.
const NO_SESSION: &str = r#"{"ClientId":"REPLACE_ME_COGNITO_USER_POOL_CLIENT_ID","AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"none"}}"#;

/// What is checked of it.
static CHECKS: [Check; 7] = [
    Check {
        id: "user-pool-client",
        title: "The page has a client of the pool, without a secret.",
        depends_on: &["user-pool"],
        why: "A page is public: whoever reads it would read the secret too.",
        hint: "create a client without a secret; `mysfits auth deploy` does it",
        ..LAB
    },
    Check {
        id: "client-flows",
        title: "The client has only the flows that the page uses.",
        depends_on: &["user-pool-client"],
        on: Subject::Setting(&op::DESCRIBE_USER_POOL_CLIENT, "ExplicitAuthFlows"),
        why: "Each further flow is one more way to try passwords.",
        hint: "`mysfits auth deploy` sets them",
        ..HARDENING
    },
    Check {
        id: "client-no-hints",
        title: "Sign-in does not tell who has registered.",
        depends_on: &["user-pool-client"],
        on: Subject::Setting(&op::DESCRIBE_USER_POOL_CLIENT, "PreventUserExistenceErrors"),
        why: "Otherwise anybody can find out whose address is registered, by trying.",
        hint: "set `PreventUserExistenceErrors` to ENABLED; `mysfits auth deploy` does it",
        ..HARDENING
    },
    Check {
        id: "client-revocation",
        title: "Tokens can be revoked.",
        depends_on: &["user-pool-client"],
        on: Subject::Setting(&op::DESCRIBE_USER_POOL_CLIENT, "EnableTokenRevocation"),
        why: "Who signs out everywhere wants the stolen telephone to be signed out too.",
        hint: "turn token revocation on; `mysfits auth deploy` does it",
        ..HARDENING
    },
    Check {
        id: "cognito-encrypted",
        title: "The site calls Cognito over TLS.",
        depends_on: &["site-config"],
        on: Subject::Encrypted(COGNITO_URL),
        why: "Passwords go to this address.",
        hint: "write an address with https:// into `config.js` as `cognito`; `mysfits deploy` does it",
        ..LAB
    },
    Check {
        id: "site-names-client",
        title: "The site knows the client of the pool.",
        depends_on: &["site-config", "user-pool-client"],
        on: Subject::Named(USER_POOL_CLIENT_ID),
        why: "Cognito takes requests of a page only with the id of a client.",
        hint: "write the id of the client into `config.js` as `userPoolClient`; `mysfits deploy` does it",
        ..LAB
    },
    Check {
        id: "sign-up",
        title: "Visitors reach Cognito, which knows the client.",
        points: 2,
        depends_on: &["user-pool-client", "cognito-encrypted"],
        on: Subject::Probe(Probe {
            at: COGNITO_URL,
            method: "POST",
            headers: INITIATE_AUTH,
            body: NO_SESSION,
            judge: judged::knows_the_client,
            ..GET
        }),
        why: "The page registers visitors without any server in between: it asks Cognito itself.",
        hint: "compare `cognito` and `userPoolClient` in `config.js` with the pool; `mysfits deploy` fills them in",
        ..LAB
    },
];

/// The client.
pub(super) struct UserPoolClient {
    about: About,
    cognito: Lazy<Client>,
    name: String,
    destination: Destination,
}

impl UserPoolClient {
    /// Creates the client resource of a lab's user pool.
    pub(super) fn new(destination: &Destination, names: &Names) -> Self {
        Self {
            about: About {
                id: Id("user-pool-client"),
                title: format!("client `{}` of the user pool", names.user_pool_client),
                why: "The client lets the page register visitors and sign them in, without a secret.",
                today: Some(
                    "one would use Cognito's managed login with an authorization code and PKCE, so that no page of one's own sees a password.",
                ),
                produces: vec![USER_POOL_CLIENT_ID, USER_POOL_ISSUER, COGNITO_URL],
                needs: vec![USER_POOL_ID],
                parent: Some(Id("user-pool")),
                goes_with_parent: true,
                operations: &[
                    &op::LIST_USER_POOL_CLIENTS,
                    &op::DESCRIBE_USER_POOL_CLIENT,
                    &op::CREATE_USER_POOL_CLIENT,
                    &op::UPDATE_USER_POOL_CLIENT,
                    &op::DELETE_USER_POOL_CLIENT,
                ],
                deadline: Duration::from_mins(5),
                checks: &CHECKS,
                ..About::default()
            },
            cognito: destination.client(),
            name: names.user_pool_client.clone(),
            destination: destination.clone(),
        }
    }

    /// Returns the pool's clients with the lab's name, oldest first. Clients cannot be tagged: one
    /// in our pool is ours.
    async fn clients(&self, pool: &str) -> Result<Vec<UserPoolClientType>> {
        let mut clients = Vec::new();
        let mut list = self.cognito.list_user_pool_clients().user_pool_id(pool).max_results(PAGE);
        loop {
            let page = call(&op::LIST_USER_POOL_CLIENTS, list.clone().send()).await;
            let Some(page) = found(page, &[GONE])? else { return Ok(clients) };
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
        let answer = found(call(&op::DESCRIBE_USER_POOL_CLIENT, describe.send()).await, &[GONE])?;
        Ok(answer.and_then(|it| it.user_pool_client))
    }

    async fn delete(&self, client: &UserPoolClientType) -> Result<()> {
        let delete = self
            .cognito
            .delete_user_pool_client()
            .set_user_pool_id(client.user_pool_id.clone())
            .set_client_id(client.client_id.clone());
        unless_any(call(&op::DELETE_USER_POOL_CLIENT, delete.send()).await, &[GONE])
    }

    async fn create(&self, pool: &str, step: &Step<'_>) -> Result<()> {
        step.status("creating the client");
        let create = self
            .cognito
            .create_user_pool_client()
            .user_pool_id(pool)
            .client_name(&self.name)
            // A page is public, so it cannot keep a secret.
            .generate_secret(false)
            .set_explicit_auth_flows(Some(FLOWS.to_vec()))
            .prevent_user_existence_errors(PreventUserExistenceErrorTypes::Enabled)
            .enable_token_revocation(true);
        call(&op::CREATE_USER_POOL_CLIENT, create.send()).await?;
        Ok(())
    }

    /// Updates a client. Cognito resets omitted settings to their defaults.
    async fn update(&self, client: &UserPoolClientType, step: &Step<'_>) -> Result<()> {
        step.status("updating the client");
        let update = self
            .cognito
            .update_user_pool_client()
            .set_user_pool_id(client.user_pool_id.clone())
            .set_client_id(client.client_id.clone())
            .client_name(&self.name)
            .set_explicit_auth_flows(Some(FLOWS.to_vec()))
            .prevent_user_existence_errors(PreventUserExistenceErrorTypes::Enabled)
            .enable_token_revocation(true);
        call(&op::UPDATE_USER_POOL_CLIENT, update.send()).await?;
        Ok(())
    }
}

#[async_trait]
impl Resource for UserPoolClient {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, _purpose: Purpose) -> Result<Seen> {
        let (pool, owner) = match Seen::through(known, USER_POOL_ID) {
            Ok(found) => found,
            Err(seen) => return Ok(*seen),
        };
        let clients = self.clients(pool).await?;
        let Some((client, duplicates)) = clients.split_first() else { return Ok(Seen::absent()) };
        let values = Values::of([
            (USER_POOL_CLIENT_ID, client.client_id().unwrap_or_default()),
            (USER_POOL_ISSUER, &self.destination.issuer(pool)),
            (COGNITO_URL, &self.destination.cognito_url()),
        ]);
        let presence = match client.client_secret() {
            Some(_) => {
                Presence::Broken { why: "it has a secret, which a page cannot keep".to_owned() }
            }
            None => Presence::There,
        };
        let settings = settings(client).into();
        let seen = Seen { values, settings, ..Seen::new(presence, owner) };
        Ok(seen.with_duplicates(duplicates.len()))
    }

    /// Clients have no ARN, and are deleted with their pool.
    async fn exists(&self, _arn: &str) -> Result<bool> {
        Ok(false)
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        let pool = known.need(USER_POOL_ID)?;
        let clients = self.clients(pool).await?;
        let Some((client, duplicates)) = clients.split_first() else {
            return self.create(pool, step).await;
        };
        for duplicate in duplicates {
            self.delete(duplicate).await?;
        }
        match &seen.presence {
            Presence::Broken { why } => {
                replaced(step, why);
                self.delete(client).await
            }
            _ => self.update(client, step).await,
        }
    }

    /// Clients are deleted with their pool.
    async fn remove(&self, _known: &Values, _step: &Step) -> Result<()> {
        Ok(())
    }
}

/// Returns the settings of a client.
fn settings(client: &UserPoolClientType) -> [Setting; 3] {
    use PreventUserExistenceErrorTypes::Enabled;
    let standing = Some(client.explicit_auth_flows()).filter(|flows| !flows.is_empty());
    [
        Setting::maybe("ExplicitAuthFlows", flows(&FLOWS), standing.map(flows)),
        Setting::maybe(
            "PreventUserExistenceErrors",
            Enabled,
            client.prevent_user_existence_errors(),
        ),
        Setting::maybe("EnableTokenRevocation", true, client.enable_token_revocation()),
    ]
}

/// Returns the names of the authentication flows, sorted, as one text.
fn flows(flows: &[ExplicitAuthFlowsType]) -> String {
    let mut names: Vec<_> = flows.iter().map(ExplicitAuthFlowsType::as_str).collect();
    names.sort_unstable();
    names.join(", ")
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
        assert!(!settings(&ours.clone().build()).iter().any(Setting::differs));
        let legacy = PreventUserExistenceErrorTypes::Legacy;
        let more = ours
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserSrpAuth)
            .prevent_user_existence_errors(legacy)
            .build();
        let [flows, errors, revocation] = settings(&more);
        let both = "ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_PASSWORD_AUTH";
        let three = "ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_PASSWORD_AUTH, ALLOW_USER_SRP_AUTH";
        assert_eq!(flows, Setting::new("ExplicitAuthFlows", both, three));
        assert_eq!(errors, Setting::new("PreventUserExistenceErrors", "ENABLED", "LEGACY"));
        assert!(!revocation.differs());
    }
}
