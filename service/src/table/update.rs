//! Conditional updates of a mysfit's item.

use aws_sdk_dynamodb::{
    config::{Config, retry::RetryConfig},
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure},
};

use super::{Table, busy::Busy, key};
use crate::{failure::Failure, mysfit::Item};

/// What must hold for a mysfit to be liked. Without it, DynamoDB would create an item for an
/// unknown id.
pub(super) const LIKABLE: &str = "attribute_exists(MysfitId) AND attribute_exists(Likes)";

/// An update, and what must hold for it to happen.
pub(super) struct Update {
    pub(super) expression: &'static str,
    pub(super) condition: &'static str,
    pub(super) values: Vec<(&'static str, AttributeValue)>,
    /// Whether it may be retried. An update whose answer was lost may have happened: without a
    /// visitor, a retry would count a like twice, or refuse an adoption because of itself. With
    /// one, it finds its own mark and is a success.
    pub(super) repeatable: bool,
}

/// Why an update did not happen.
pub(super) enum Refused {
    /// The item, empty when there is none, does not meet the condition.
    Condition(Item),
    Failure(Failure),
}

impl Refused {
    /// Returns the failure, given what an unmet condition means.
    pub(super) fn or(self, unmet: Failure) -> Failure {
        match self {
            Self::Condition(_) => unmet,
            Self::Failure(failure) => failure,
        }
    }
}

impl Table {
    /// Updates a mysfit's item, and returns the attributes that it changed.
    pub(super) async fn update(&self, id: String, update: Update) -> Result<Item, Refused> {
        let mut config = Config::builder();
        if !update.repeatable {
            config = config.retry_config(RetryConfig::disabled());
        }
        let values = update.values.into_iter().map(|(name, value)| (name.to_owned(), value));
        let request = self
            .dynamodb
            .update_item()
            .table_name(&self.name)
            .key("MysfitId", key(id))
            .update_expression(update.expression)
            .condition_expression(update.condition)
            .set_expression_attribute_values(Some(values.collect()))
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let mut busy = Busy::default();
        loop {
            let error =
                match request.clone().customize().config_override(config.clone()).send().await {
                    Ok(answer) => return Ok(answer.attributes.unwrap_or_default()),
                    Err(error) => error,
                };
            match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    return Err(Refused::Condition(refused.item.clone().unwrap_or_default()));
                }
                // Nothing has changed, so that it may be sent again in any case.
                Some(UpdateItemError::TransactionConflictException(_)) => {
                    busy.pause().await.map_err(Refused::Failure)?;
                }
                _ => return Err(Refused::Failure(Failure::of(&error))),
            }
        }
    }
}

/// Returns a number as DynamoDB takes it.
pub(super) fn number(number: i64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
