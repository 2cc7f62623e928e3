//! The table: what is asked of DynamoDB, and how its answers are understood.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    config::{Config, retry::RetryConfig},
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure},
};
use serde_json::json;

use crate::{
    client,
    failure::Failure,
    log,
    mysfit::{self, Item, Mysfit},
    settings::Settings,
};

/// What the mysfits can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    GoodEvil,
    LawChaos,
}

impl Axis {
    /// The axis of this name in a query.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "GoodEvil" => Some(Self::GoodEvil),
            "LawChaos" => Some(Self::LawChaos),
            _ => None,
        }
    }

    const fn attribute(self) -> &'static str {
        match self {
            Self::GoodEvil => "GoodEvil",
            Self::LawChaos => "LawChaos",
        }
    }

    const fn index(self) -> &'static str {
        match self {
            Self::GoodEvil => "GoodEvilIndex",
            Self::LawChaos => "LawChaosIndex",
        }
    }
}

/// The table of the mysfits.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    dynamodb: Client,
    name: String,
}

impl Table {
    /// The table of these settings. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When the client cannot be made, in words.
    pub(crate) fn connect(settings: &Settings) -> Result<Self, String> {
        Ok(Self { dynamodb: client::connect(settings)?, name: settings.table.clone() })
    }

    /// All mysfits.
    pub(crate) async fn all(&self) -> Result<Vec<Mysfit>, Failure> {
        let scan = self.dynamodb.scan().table_name(&self.name);
        let mut pages = scan.into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            items.extend(page.map_err(|error| Failure::of(&error))?.items.unwrap_or_default());
        }
        Ok(mysfits(&items))
    }

    /// The mysfits that have this value on this axis.
    pub(crate) async fn matching(&self, axis: Axis, value: String) -> Result<Vec<Mysfit>, Failure> {
        let query = self
            .dynamodb
            .query()
            .table_name(&self.name)
            .index_name(axis.index())
            .key_condition_expression("#axis = :value")
            .expression_attribute_names("#axis", axis.attribute())
            .expression_attribute_values(":value", AttributeValue::S(value));
        let mut pages = query.into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            items.extend(page.map_err(|error| Failure::of(&error))?.items.unwrap_or_default());
        }
        Ok(mysfits(&items))
    }

    /// The mysfit of this id.
    pub(crate) async fn get(&self, id: String) -> Result<Mysfit, Failure> {
        let get = self.dynamodb.get_item().table_name(&self.name).key("MysfitId", key(id));
        let item = get
            .send()
            .await
            .map_err(|error| Failure::of(&error))?
            .item
            .ok_or(Failure::NoSuchMysfit)?;
        read(&item).ok_or(Failure::NoSuchMysfit)
    }

    /// Likes a mysfit and tells how many likes it has now.
    pub(crate) async fn like(&self, id: String) -> Result<i64, Failure> {
        // Without the condition, DynamoDB would make a new item for an id that nobody has.
        let item = self
            .update(
                id,
                "SET Likes = Likes + :one",
                "attribute_exists(MysfitId) AND attribute_exists(Likes)",
                HashMap::from([(":one".to_owned(), AttributeValue::N("1".to_owned()))]),
            )
            .await
            .map_err(|refused| refused.or(Failure::NoSuchMysfit))?;
        mysfit::number(&item, "Likes").map_err(|_| Failure::NoSuchMysfit)
    }

    /// Adopts a mysfit that nobody has adopted yet.
    pub(crate) async fn adopt(&self, id: String) -> Result<(), Failure> {
        let adopted = self
            .update(
                id,
                "SET Adopted = :yes",
                "attribute_exists(MysfitId) AND Adopted = :no",
                HashMap::from([
                    (":yes".to_owned(), AttributeValue::Bool(true)),
                    (":no".to_owned(), AttributeValue::Bool(false)),
                ]),
            )
            .await;
        match adopted {
            Ok(_) => Ok(()),
            Err(Refused::Condition(item)) if mysfit::truth(&item, "Adopted") == Ok(true) => {
                Err(Failure::Adopted)
            }
            Err(refused) => Err(refused.or(Failure::NoSuchMysfit)),
        }
    }

    async fn update(
        &self,
        id: String,
        update: &str,
        condition: &str,
        values: HashMap<String, AttributeValue>,
    ) -> Result<Item, Refused> {
        let answer = self
            .dynamodb
            .update_item()
            .table_name(&self.name)
            .key("MysfitId", key(id))
            .update_expression(update)
            .condition_expression(condition)
            .set_expression_attribute_values(Some(values))
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .customize()
            // An update whose answer was lost may have been made. Trying again would count a like
            // twice, or refuse an adoption because of itself.
            .config_override(Config::builder().retry_config(RetryConfig::disabled()))
            .send()
            .await;
        match answer {
            Ok(answer) => Ok(answer.attributes.unwrap_or_default()),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    Err(Refused::Condition(refused.item.clone().unwrap_or_default()))
                }
                _ => Err(Refused::Failure(Failure::of(&error))),
            },
        }
    }
}

/// Why an update was not made.
enum Refused {
    /// The item, empty when there is none, does not meet the condition.
    Condition(Item),
    Failure(Failure),
}

impl Refused {
    /// What it means when an unmet condition means this.
    fn or(self, unmet: Failure) -> Failure {
        match self {
            Self::Condition(_) => unmet,
            Self::Failure(failure) => failure,
        }
    }
}

fn key(id: String) -> AttributeValue {
    AttributeValue::S(id)
}

/// In the order of their names, which is the same whatever order the table has.
fn mysfits(items: &[Item]) -> Vec<Mysfit> {
    let mut mysfits: Vec<Mysfit> = items.iter().filter_map(read).collect();
    mysfits.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    mysfits
}

/// An item that is no whole mysfit must not spoil the page for all others.
fn read(item: &Item) -> Option<Mysfit> {
    Mysfit::try_from(item)
        .inspect_err(|lacking| {
            let fields = json!({ "mysfit": mysfit::id(item), "attribute": lacking.0 });
            log::error("an item of the table is no mysfit: an attribute is missing", fields);
        })
        .ok()
}
