//! Changes: likes and adoptions, each with one conditional update.

use aws_sdk_dynamodb::{
    config::{Config, retry::RetryConfig},
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure},
};

use super::{Table, key};
use crate::{
    failure::Failure,
    mysfit::{self, Item},
    visitor::Visitor,
};

/// The likes of a mysfit after one more request for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Likes {
    pub(crate) likes: i64,
    /// Whether it counted, for a known visitor: each counts once.
    pub(crate) counted: Option<bool>,
}

impl Table {
    /// Likes a mysfit and returns how many likes it has now.
    pub(crate) async fn like(&self, id: String, visitor: Visitor) -> Result<Likes, Failure> {
        match visitor {
            Visitor::Anybody => self.like_again(id).await,
            Visitor::Subject(subject) => self.like_once(id, subject).await,
        }
    }

    async fn like_again(&self, id: String) -> Result<Likes, Failure> {
        let change = Change {
            update: "SET Likes = Likes + :one",
            // Without the condition, DynamoDB would create an item for an unknown id.
            condition: "attribute_exists(MysfitId) AND attribute_exists(Likes)",
            values: vec![(":one", number(1))],
            repeatable: false,
        };
        let item = self.change(id, change).await.map_err(|r| r.or(Failure::NoSuchMysfit))?;
        likes(&item, None)
    }

    /// The condition and the update are one step of DynamoDB: of any number of likes of one visitor
    /// at the same time, one counts. An item takes 400 KB, which is some ten thousand visitors.
    async fn like_once(&self, id: String, subject: String) -> Result<Likes, Failure> {
        let change = Change {
            update: "SET Likes = Likes + :one ADD LikedBy :visitors",
            condition: "attribute_exists(MysfitId) AND attribute_exists(Likes) \
                AND NOT contains(LikedBy, :visitor)",
            values: vec![
                (":one", number(1)),
                (":visitors", AttributeValue::Ss(vec![subject.clone()])),
                (":visitor", AttributeValue::S(subject.clone())),
            ],
            repeatable: true,
        };
        match self.change(id, change).await {
            Ok(item) => likes(&item, Some(true)),
            Err(Refused::Condition(item)) if is_liked_by(&item, &subject) => {
                likes(&item, Some(false))
            }
            Err(refused) => Err(refused.or(Failure::NoSuchMysfit)),
        }
    }

    /// Adopts a mysfit that nobody has adopted yet, except this visitor.
    pub(crate) async fn adopt(&self, id: String, visitor: Visitor) -> Result<(), Failure> {
        let mut change = Change {
            update: "SET Adopted = :yes",
            condition: "attribute_exists(MysfitId) AND Adopted = :no",
            values: vec![
                (":yes", AttributeValue::Bool(true)),
                (":no", AttributeValue::Bool(false)),
            ],
            repeatable: false,
        };
        if let Visitor::Subject(subject) = &visitor {
            change.update = "SET Adopted = :yes, AdoptedBy = :visitor";
            change.values.push((":visitor", AttributeValue::S(subject.clone())));
            change.repeatable = true;
        }
        match self.change(id, change).await {
            Ok(_) => Ok(()),
            Err(Refused::Condition(item)) if mysfit::truth(&item, "Adopted") == Ok(true) => {
                if is_adopted_by(&item, &visitor) {
                    Ok(())
                } else {
                    Err(Failure::Adopted)
                }
            }
            Err(refused) => Err(refused.or(Failure::NoSuchMysfit)),
        }
    }

    async fn change(&self, id: String, change: Change) -> Result<Item, Refused> {
        let values = change.values.into_iter().map(|(name, value)| (name.to_owned(), value));
        let mut config = Config::builder();
        if !change.repeatable {
            config = config.retry_config(RetryConfig::disabled());
        }
        let answer = self
            .dynamodb
            .update_item()
            .table_name(&self.name)
            .key("MysfitId", key(id))
            .update_expression(change.update)
            .condition_expression(change.condition)
            .set_expression_attribute_values(Some(values.collect()))
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .customize()
            .config_override(config)
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

/// An update, and what must hold for it to happen.
struct Change {
    update: &'static str,
    condition: &'static str,
    values: Vec<(&'static str, AttributeValue)>,
    /// Whether it may be retried. An update whose answer was lost may have happened: without a
    /// visitor, a retry would count a like twice, or refuse an adoption because of itself. With
    /// one, it finds its own mark and is a success (whose `counted` is false: this try did not
    /// count).
    repeatable: bool,
}

/// Why an update did not happen.
enum Refused {
    /// The item, empty when there is none, does not meet the condition.
    Condition(Item),
    Failure(Failure),
}

impl Refused {
    /// Returns the failure, given what an unmet condition means.
    fn or(self, unmet: Failure) -> Failure {
        match self {
            Self::Condition(_) => unmet,
            Self::Failure(failure) => failure,
        }
    }
}

fn number(number: i64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn likes(item: &Item, counted: Option<bool>) -> Result<Likes, Failure> {
    let likes = mysfit::number(item, "Likes").map_err(|_| Failure::NoSuchMysfit)?;
    Ok(Likes { likes, counted })
}

fn is_liked_by(item: &Item, subject: &String) -> bool {
    item.get("LikedBy")
        .and_then(|value| value.as_ss().ok())
        .is_some_and(|all| all.contains(subject))
}

fn is_adopted_by(item: &Item, visitor: &Visitor) -> bool {
    let by = item.get("AdoptedBy").and_then(|value| value.as_s().ok());
    matches!(visitor, Visitor::Subject(subject) if by == Some(subject))
}
