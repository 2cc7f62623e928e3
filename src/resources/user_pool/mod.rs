//! The user pool: who may sign in.

mod settings;

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_cognitoidentityprovider::{Client, primitives::DateTime, types::UserPoolType};

use crate::{
    aws::{Failure, call, settled},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::{Code, Error, Result},
    lab::{LAB_TAG, Names, placeholders::USER_POOL_ID},
    resources::{namesakes::Namesakes, ownership},
    target::Target,
};

/// How many pools Cognito lists at once, at most.
const PAGE: i32 = 60;

/// The user pool.
pub(super) struct UserPool {
    about: About,
    cognito: Client,
    name: String,
    lab: String,
    adopt: bool,
}

impl UserPool {
    pub(super) fn new(target: &Target, names: &Names, adopt: bool) -> Self {
        Self {
            about: About {
                id: Id("user-pool"),
                title: format!("Cognito user pool `{}`", names.user_pool),
                why: "The user pool keeps the visitors who registered, and issues their tokens.",
                produces: vec![USER_POOL_ID],
                ours: ownership::by_tag(&names.lab),
                // The first 10 000 visitors a month are free.
                deadline: Duration::from_mins(5),
                ..About::default()
            },
            cognito: target.cognito(),
            name: names.user_pool.clone(),
            lab: names.lab.clone(),
            adopt,
        }
    }

    /// The pools of the lab's name, the oldest first.
    async fn namesakes(&self) -> Result<Namesakes<UserPoolType>> {
        let mut pools = Vec::new();
        let mut list = self.cognito.list_user_pools().max_results(PAGE);
        loop {
            let page = call("cognito-idp ListUserPools", list.clone().send()).await?;
            for pool in page.user_pools() {
                if pool.name() == Some(&self.name) {
                    pools.extend(self.describe(pool.id().unwrap_or_default()).await?);
                }
            }
            let Some(next) = page.next_token else { break };
            list = list.next_token(next);
        }
        pools.sort_by_key(|pool| (pool.creation_date().map(DateTime::as_nanos), pool.id.clone()));
        Ok(Namesakes::of(pools, UserPoolType::user_pool_tags, &self.lab, self.adopt))
    }

    async fn describe(&self, id: &str) -> Result<Option<UserPoolType>> {
        let describe = self.cognito.describe_user_pool().user_pool_id(id);
        match call("cognito-idp DescribeUserPool", describe.send()).await {
            Err(failure) if failure.is("ResourceNotFoundException") => Ok(None),
            other => Ok(other?.user_pool),
        }
    }

    fn tags(&self, others: Option<&HashMap<String, String>>) -> HashMap<String, String> {
        let mut tags = others.cloned().unwrap_or_default();
        tags.insert(LAB_TAG.to_owned(), self.lab.clone());
        tags
    }

    async fn delete(&self, pool: &UserPoolType, step: &Step<'_>) -> Result<()> {
        let id = pool.id().unwrap_or_default();
        // A pool with a domain cannot be deleted; the lab makes none, but a student may have.
        for domain in pool.domain().into_iter().chain(pool.custom_domain()) {
            let delete = self.cognito.delete_user_pool_domain().user_pool_id(id).domain(domain);
            call("cognito-idp DeleteUserPoolDomain", delete.send()).await?;
        }
        let deleted = settled(step, "cognito-idp DeleteUserPool", || {
            self.cognito.delete_user_pool().user_pool_id(id).send()
        })
        .await;
        match deleted {
            Err(failure) if failure.is("ResourceNotFoundException") => Ok(()),
            Err(failure) if is_protected(&failure) => {
                let message =
                    format!("the user pool `{}` is protected against deletion", self.name);
                Err(failure.into_error(Code::Refused, message).hint(
                    "somebody protected it on purpose; turn the protection off in the Cognito console first",
                ))
            }
            other => Ok(other.map(|_| ())?),
        }
    }

    /// Visitors who registered with a twin would lose their accounts, so such a one stays.
    async fn delete_twins(&self, twins: &[UserPoolType], step: &Step<'_>) -> Result<()> {
        for twin in twins {
            let id = twin.id().unwrap_or_default();
            if twin.estimated_number_of_users() > 0 {
                let message = format!("a second user pool `{}`, {id}, has users", self.name);
                return Err(Error::new(Code::Broken, message)
                    .hint("delete the one that is not needed in the Cognito console"));
            }
            step.note(format!("a second pool of the same name, {id}, is empty and is deleted"));
            self.delete(twin, step).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for UserPool {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, _known: &Values) -> Result<Seen> {
        let pools = self.namesakes().await?;
        if let Some(why) = pools.foreign() {
            return Ok(Seen::Foreign { why: why.to_owned() });
        }
        let Some(pool) = pools.first() else { return Ok(Seen::Absent) };
        let values = Values::of([(USER_POOL_ID, pool.id().unwrap_or_default())]);
        let mut differences = pools.differences();
        differences.extend(settings::differences(pool));
        Ok(Seen::with(values, differences))
    }

    async fn apply(&self, _known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let pools = self.namesakes().await?;
        let Some(pool) = pools.first() else {
            step.status("creating the user pool");
            let create = self.cognito.create_user_pool().pool_name(&self.name);
            let create = settings::create(create, self.tags(None))?;
            call("cognito-idp CreateUserPool", create.send()).await?;
            return Ok(());
        };
        self.delete_twins(pools.twins(), step).await?;
        step.status("setting the user pool up");
        let tags = self.tags(pool.user_pool_tags());
        let update = self.cognito.update_user_pool().set_user_pool_id(pool.id.clone());
        let update = settings::update(update, tags)?;
        settled(step, "cognito-idp UpdateUserPool", || update.clone().send()).await?;
        Ok(())
    }

    /// Its users and clients go with it.
    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the user pool with its visitors");
        for pool in self.namesakes().await?.ours() {
            self.delete(pool, step).await?;
        }
        Ok(())
    }
}

fn is_protected(failure: &Failure) -> bool {
    failure.is("InvalidParameterException") && failure.message.contains("deletion protection")
}
