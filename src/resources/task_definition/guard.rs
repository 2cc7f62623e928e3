//! The token guard: the variables that make the backend require tokens, and from which user pool.
//! Without them anyone may like, so they are removed only when their user pool is known to be gone.

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_ecs::types::{ContainerDefinition, TaskDefinition};

use super::definition::Definition;
use crate::{
    aws::{call, operations::cognito::DESCRIBE_USER_POOL},
    error::{Code, Error, Result},
    lab::{Placeholder, Value, Values, files::TASK_DEFINITION, placeholders::USER_POOL_ISSUER},
};

/// The desired guard.
#[derive(Debug)]
pub(super) struct Guard {
    /// Its values, each known or absent.
    pub(super) values: Values,
    /// What is kept, and why: sentences.
    pub(super) kept: Vec<String>,
}

impl Guard {
    /// Returns the guard from the known values, given the revision that the service runs.
    ///
    /// # Errors
    /// When the user pool is unknown and there is no revision from which to keep it.
    pub(super) async fn of(
        known: &Values,
        standing: Option<&TaskDefinition>,
        cognito: &Client,
    ) -> Result<Self> {
        let kept = |why: &str| -> Result<Self> {
            let standing = standing.ok_or_else(|| not_registered(why))?;
            let values = guard_of(standing)?;
            let guarded = values.get(USER_POOL_ISSUER);
            let said =
                guarded.map(|pool| format!("the tokens of {pool} are still required: {why}"));
            Ok(Self { values, kept: said.into_iter().collect() })
        };
        if let Some(why) = why_unknown(known) {
            return kept(&why);
        }
        let gone = Self { values: known.clone(), kept: Vec::new() };
        let Some(standing) = standing else { return Ok(gone) };
        let guarded = guard_of(standing)?;
        match (known.get(USER_POOL_ISSUER), guarded.get(USER_POOL_ISSUER)) {
            (None, Some(issuer)) => match why_not_gone(cognito, issuer).await {
                Some(why) => kept(&why),
                None => Ok(gone),
            },
            _ => Ok(gone),
        }
    }
}

/// Returns whether all of the guard is known, so that there is nothing to keep.
pub(super) fn is_known(known: &Values) -> bool {
    TASK_DEFINITION.optional.iter().all(|placeholder| known.get(*placeholder).is_some())
}

fn not_registered(why: &str) -> Error {
    let message =
        format!("whether there is a user pool is unknown, and without one anybody may like: {why}");
    Error::new(Code::Unknown, message)
}

/// Returns why the guard is unknown; `None` if each of its values is known or absent.
fn why_unknown(known: &Values) -> Option<String> {
    TASK_DEFINITION.optional.iter().find_map(|placeholder| match known.value(*placeholder) {
        Value::Known(_) | Value::Absent => None,
        Value::NotOurs(..) => Some("the user pool is not the lab's".to_owned()),
        Value::Unknown(why) if why.is_empty() => Some("it was not looked at".to_owned()),
        Value::Unknown(why) => Some(why.clone()),
    })
}

/// Returns the guard of an existing revision.
fn guard_of(standing: &TaskDefinition) -> Result<Values> {
    let template = Definition::unfilled()?;
    let mut values = Values::default();
    for placeholder in TASK_DEFINITION.optional {
        let variable = template.variable_of(*placeholder);
        let containers = standing.container_definitions().iter();
        let value = containers
            .flat_map(ContainerDefinition::environment)
            .find(|pair| pair.name().is_some() && pair.name() == variable)
            .and_then(|pair| pair.value());
        values.extend(&known_or_absent(*placeholder, value));
    }
    Ok(values)
}

fn known_or_absent(placeholder: Placeholder, value: Option<&str>) -> Values {
    let value = value.map_or(Value::Absent, |value| Value::Known(value.to_owned()));
    Values::all(&[placeholder], &value)
}

/// Returns why the pool of an issuer may still exist; `None` if Cognito reports twice that it does
/// not: a response may come from a replica that has yet to see the pool.
async fn why_not_gone(cognito: &Client, issuer: &str) -> Option<String> {
    let pool = issuer.rsplit('/').next().unwrap_or_default();
    for _ in 0..2 {
        let describe = cognito.describe_user_pool().user_pool_id(pool);
        match call(&DESCRIBE_USER_POOL, describe.send()).await {
            Err(failure) if failure.is("ResourceNotFoundException") => {}
            Err(failure) => return Some(Error::from(failure).to_string()),
            Ok(_) => return Some(format!("the user pool {pool} is still there")),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::KeyValuePair;

    use super::*;
    use crate::{
        destination::Destination,
        lab::{Owner, placeholders::USER_POOL_CLIENT_ID},
    };

    const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A";

    fn guard() -> Values {
        Values::of([(USER_POOL_ISSUER, ISSUER), (USER_POOL_CLIENT_ID, "client")])
    }

    fn standing() -> TaskDefinition {
        let pair =
            |name: &str, value: &str| KeyValuePair::builder().name(name).value(value).build();
        let container = ContainerDefinition::builder()
            .environment(pair("PORT", "8080"))
            .environment(pair("USER_POOL_ISSUER", ISSUER))
            .environment(pair("USER_POOL_CLIENT_ID", "client"));
        TaskDefinition::builder().container_definitions(container.build()).build()
    }

    /// Returns the guard, where Cognito must not be called.
    async fn of(known: &Values, standing: Option<&TaskDefinition>) -> Result<Guard> {
        let cognito = Destination::never_asked("1", "eu-west-1").client();
        Guard::of(known, standing, &cognito).await
    }

    #[tokio::test]
    async fn what_is_unknown_is_kept_as_the_service_runs_it() {
        let other = Values::of([(USER_POOL_ISSUER, "x"), (USER_POOL_CLIENT_ID, "y")]);
        for unknown in [
            Values::default(),
            Values::all(TASK_DEFINITION.optional, &Value::Unknown("access denied".to_owned())),
            other.not_ours(&Owner::NotTagged),
            guard().with(&Values::all(&[USER_POOL_ISSUER], &Value::Unknown(String::new()))),
        ] {
            let kept = of(&unknown, Some(&standing())).await.unwrap();
            assert_eq!((kept.values, kept.kept.len()), (guard(), 1), "{unknown:?}");
        }
    }

    #[tokio::test]
    async fn without_a_revision_to_keep_nothing_is_registered() {
        let error = of(&Values::default(), None).await.unwrap_err();
        assert_eq!(error.code, Code::Unknown);
    }

    #[tokio::test]
    async fn what_is_known_or_absent_is_taken_as_it_is() {
        let standing = standing();
        assert_eq!(of(&guard(), Some(&standing)).await.unwrap().values, guard());
        let absent = Values::all(TASK_DEFINITION.optional, &Value::Absent);
        assert_eq!(of(&absent, None).await.unwrap().values, absent);
        let unguarded = TaskDefinition::builder().build();
        assert_eq!(of(&absent, Some(&unguarded)).await.unwrap().values, absent);
    }

    /// Cognito cannot be reached here, so the pool may still exist.
    #[tokio::test]
    async fn an_absent_pool_must_be_gone_before_its_guard_is() {
        let absent = Values::all(TASK_DEFINITION.optional, &Value::Absent);
        let kept = of(&absent, Some(&standing())).await.unwrap();
        assert_eq!((kept.values, kept.kept.len()), (guard(), 1));
    }
}
