//! The user pool: the users who may sign in.

mod by_hand;
mod checks;
mod settings;

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_cognitoidentityprovider::{Client, primitives::DateTime, types::UserPoolType};

use super::{
    duplicates::Candidates,
    words::{found, name_in, protected, unless_any},
};
use crate::{
    aws::{Failure, call, operations::cognito as op},
    destination::{Destination, Lazy},
    engine::{About, ByHand, Id, Purpose, Resource, Seen, Setting, Step},
    error::{Code, Error, Result},
    lab::{ArnPattern, EXPIRES_TAG, Expiry, Names, Values, own_tags, placeholders::USER_POOL_ID},
};

/// Cognito's maximum page size.
const PAGE: i32 = 60;
/// AWS's code for a missing pool.
const GONE: &str = "ResourceNotFoundException";

/// The user pool.
pub(super) struct UserPool {
    about: About,
    cognito: Lazy<Client>,
    name: String,
    lab: String,
    expires: Option<Expiry>,
}

impl UserPool {
    /// Creates the user pool resource of a lab.
    pub(super) fn new(destination: &Destination, names: &Names, expires: Option<Expiry>) -> Self {
        Self {
            about: About {
                id: Id("user-pool"),
                title: format!("Cognito user pool `{}`", names.user_pool),
                why: "The user pool keeps the visitors who registered, and issues their tokens.",
                produces: vec![USER_POOL_ID],
                may_be_duplicated: true,
                owner_is_certain: true,
                arn: Some(ArnPattern::new(&names.lab, "cognito-idp", "userpool/*", "")),
                operations: &[
                    &op::LIST_USER_POOLS,
                    &op::DESCRIBE_USER_POOL,
                    &op::CREATE_USER_POOL,
                    &op::UPDATE_USER_POOL,
                    &op::DELETE_USER_POOL,
                    &op::DELETE_USER_POOL_DOMAIN,
                ],
                // The first 10 000 visitors a month are free.
                deadline: Duration::from_mins(5),
                checks: &checks::CHECKS,
                ..About::default()
            },
            cognito: destination.client(),
            name: names.user_pool.clone(),
            lab: names.lab.name.clone(),
            expires,
        }
    }

    /// Returns the pools with the lab's name, oldest first.
    async fn candidates(&self) -> Result<Candidates<UserPoolType>> {
        let mut pools = Vec::new();
        let mut list = self.cognito.list_user_pools().max_results(PAGE);
        loop {
            let page = call(&op::LIST_USER_POOLS, list.clone().send()).await?;
            for pool in page.user_pools() {
                if pool.name() == Some(&self.name) {
                    pools.extend(self.describe(pool.id().unwrap_or_default()).await?);
                }
            }
            let Some(next) = page.next_token else { break };
            list = list.next_token(next);
        }
        pools.sort_by_key(|pool| (pool.creation_date().map(DateTime::as_nanos), pool.id.clone()));
        Ok(Candidates::of(pools, UserPoolType::user_pool_tags, &self.lab))
    }

    async fn describe(&self, id: &str) -> Result<Option<UserPoolType>> {
        let describe = self.cognito.describe_user_pool().user_pool_id(id);
        let answer = found(call(&op::DESCRIBE_USER_POOL, describe.send()).await, &[GONE])?;
        Ok(answer.and_then(|it| it.user_pool))
    }

    fn tags(&self, others: Option<&HashMap<String, String>>) -> HashMap<String, String> {
        let mut tags = others.cloned().unwrap_or_default();
        let own = own_tags(&self.lab, self.expires);
        tags.extend(own.map(|(key, value)| (key.to_owned(), value)));
        tags
    }

    async fn create(&self, step: &Step<'_>) -> Result<()> {
        step.status("creating the user pool");
        let create = self.cognito.create_user_pool().pool_name(&self.name);
        let create = settings::create(create, self.tags(None))?;
        call(&op::CREATE_USER_POOL, create.send()).await?;
        Ok(())
    }

    async fn update(&self, pool: &UserPoolType, step: &Step<'_>) -> Result<()> {
        step.status("updating the user pool");
        let tags = self.tags(pool.user_pool_tags());
        let update = self.cognito.update_user_pool().set_user_pool_id(pool.id.clone());
        let update = settings::update(update, tags)?;
        // Another run may have deleted it as a duplicate. The next look finds the one that stays.
        let updated = step.settled(&op::UPDATE_USER_POOL, || update.clone().send()).await;
        unless_any(updated, &[GONE])?;
        Ok(())
    }

    async fn delete(&self, pool: &UserPoolType, step: &Step<'_>) -> Result<()> {
        let id = pool.id().unwrap_or_default();
        // A pool with a domain cannot be deleted; the lab creates none, but a student may have.
        for domain in pool.domain().into_iter().chain(pool.custom_domain()) {
            let delete = self.cognito.delete_user_pool_domain().user_pool_id(id).domain(domain);
            call(&op::DELETE_USER_POOL_DOMAIN, delete.send()).await?;
        }
        let deleted = step
            .settled(&op::DELETE_USER_POOL, || {
                self.cognito.delete_user_pool().user_pool_id(id).send()
            })
            .await;
        match deleted {
            Err(failure) if is_protected(&failure) => {
                Err(protected(failure, &self.about.title, "Cognito"))
            }
            other => unless_any(other, &[GONE]),
        }
    }

    /// Deletes duplicates without users: visitors who registered with one would lose their
    /// accounts.
    async fn delete_duplicates(&self, duplicates: &[&UserPoolType], step: &Step<'_>) -> Result<()> {
        for duplicate in duplicates {
            let id = duplicate.id().unwrap_or_default();
            if duplicate.estimated_number_of_users() > 0 {
                let message = format!("a second user pool `{}`, {id}, has users", self.name);
                return Err(Error::new(Code::Broken, message)
                    .hint("delete the one that is not needed in the Cognito console"));
            }
            step.note(format!("a second pool of the same name, {id}, is empty and is deleted"));
            self.delete(duplicate, step).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for UserPool {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, _known: &Values, _purpose: Purpose) -> Result<Seen> {
        let pools = self.candidates().await?;
        let Some((pool, owner)) = pools.first() else { return Ok(Seen::absent()) };
        let values = Values::of([(USER_POOL_ID, pool.id().unwrap_or_default())]);
        let mut settings = vec![Setting::tag(&self.lab, &owner)];
        let expires = pool.user_pool_tags().and_then(|tags| tags.get(EXPIRES_TAG));
        let expires = expires.map(String::as_str);
        settings.extend(Setting::expiry(self.expires, expires));
        settings.extend(settings::of(pool));
        let expires = expires.and_then(Expiry::of_tag);
        let seen = Seen { expires, ..Seen::there(owner, values, settings) };
        Ok(seen.with_duplicates(pools.duplicates()))
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        let Some(id) = name_in(&self.about, arn) else { return Ok(false) };
        Ok(self.describe(id).await?.is_some())
    }

    async fn apply(&self, _known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let pools = self.candidates().await?;
        let pools = pools.changeable(step);
        let Some((pool, duplicates)) = pools.split_first() else { return self.create(step).await };
        self.delete_duplicates(duplicates, step).await?;
        self.update(pool, step).await
    }

    /// Its users and clients are deleted with it.
    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the user pool with its visitors");
        for pool in self.candidates().await?.changeable(step) {
            self.delete(pool, step).await?;
        }
        Ok(())
    }
}

fn is_protected(failure: &Failure) -> bool {
    failure.is("InvalidParameterException") && failure.message.contains("deletion protection")
}
