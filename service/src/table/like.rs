//! Likes: each counts once, and is a small item of its own.
//!
//! A like is written to the table of the likes and counted at the mysfit in one transaction: of any
//! number of likes of one visitor at the same time, one counts. Both writes are updates, so that
//! the task needs no other permission than `dynamodb:UpdateItem`.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, CancellationReason, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
        Update as Write,
    },
};

use super::{
    Table,
    busy::Busy,
    key,
    update::{LIKABLE, Update, number},
};
use crate::{
    failure::{Failure, THROTTLED},
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

/// What became of a transaction that did not happen.
enum Cancelled {
    /// The visitor likes the mysfit already.
    Before,
    /// It collided with another one, or there were too many at once.
    Busy,
    Failed(Failure),
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
        let update = Update {
            expression: "SET Likes = Likes + :one",
            condition: LIKABLE,
            values: vec![(":one", number(1))],
            repeatable: false,
        };
        let item = self.update(id, update).await.map_err(|it| it.or(Failure::NoSuchMysfit))?;
        Ok(Likes { likes: likes(&item)?, counted: None })
    }

    async fn like_once(&self, id: String, subject: String) -> Result<Likes, Failure> {
        let writes = [self.new_like(&id, &subject), self.one_more(&id, &subject)];
        let writes =
            writes.into_iter().collect::<Result<Vec<_>, _>>().map_err(|_| Failure::Table)?;
        let mut busy = Busy::default();
        let counted = loop {
            match self.transact(writes.clone(), &subject).await {
                Ok(()) => break true,
                Err(Cancelled::Before) => break false,
                Err(Cancelled::Busy) => busy.pause().await?,
                Err(Cancelled::Failed(failure)) => return Err(failure),
            }
        };
        Ok(Likes { likes: self.likes(id).await?, counted: Some(counted) })
    }

    /// Returns the write of the like itself.
    fn new_like(
        &self,
        id: &str,
        subject: &str,
    ) -> Result<TransactWriteItem, aws_sdk_dynamodb::error::BuildError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let write = Write::builder()
            .table_name(&self.likes)
            .key("MysfitId", key(id.to_owned()))
            .key("VisitorId", key(subject.to_owned()))
            .update_expression("SET LikedAt = :now")
            .condition_expression("attribute_not_exists(MysfitId)")
            .expression_attribute_values(":now", AttributeValue::N(now.to_string()))
            .build()?;
        Ok(TransactWriteItem::builder().update(write).build())
    }

    /// Returns the write that counts it. In a table of an earlier version the visitors are a set at
    /// the mysfit, until `mysfits deploy` has moved them.
    fn one_more(
        &self,
        id: &str,
        subject: &str,
    ) -> Result<TransactWriteItem, aws_sdk_dynamodb::error::BuildError> {
        let write = Write::builder()
            .table_name(&self.name)
            .key("MysfitId", key(id.to_owned()))
            .update_expression("SET Likes = Likes + :one")
            .condition_expression(format!("{LIKABLE} AND NOT contains(LikedBy, :visitor)"))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":visitor", AttributeValue::S(subject.to_owned()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?;
        Ok(TransactWriteItem::builder().update(write).build())
    }

    /// Writes all of these or nothing. The SDK gives each transaction a token, with which a retry
    /// after a lost answer is no second one.
    async fn transact(
        &self,
        writes: Vec<TransactWriteItem>,
        subject: &str,
    ) -> Result<(), Cancelled> {
        let request = self.dynamodb.transact_write_items().set_transact_items(Some(writes));
        let Err(error) = request.send().await else { return Ok(()) };
        Err(cancelled(&error, subject))
    }

    /// Reads how many likes a mysfit has, with the last one.
    async fn likes(&self, id: String) -> Result<i64, Failure> {
        let get = self
            .dynamodb
            .get_item()
            .table_name(&self.name)
            .key("MysfitId", key(id))
            .projection_expression("Likes")
            .consistent_read(true);
        let answer = get.send().await.map_err(|error| Failure::of(&error))?;
        likes(&answer.item.unwrap_or_default())
    }
}

/// Reads why a transaction was cancelled: one reason for the like, one for the count.
fn cancelled<R: std::fmt::Debug>(
    error: &SdkError<TransactWriteItemsError, R>,
    subject: &str,
) -> Cancelled {
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(it)) => {
            it.cancellation_reasons()
        }
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => return Cancelled::Busy,
        _ => return Cancelled::Failed(Failure::of(error)),
    };
    let codes: Vec<&str> = reasons.iter().filter_map(CancellationReason::code).collect();
    let refused =
        |place: usize| reasons.get(place).filter(|it| it.code() == Some("ConditionalCheckFailed"));
    let full = |it: &CancellationReason| it.message().is_some_and(Failure::is_of_size);
    match (refused(0), refused(1)) {
        (_, Some(count)) => match count.item() {
            Some(item) if is_liked_by(item, subject) => Cancelled::Before,
            _ => Cancelled::Failed(Failure::NoSuchMysfit),
        },
        (Some(_), None) => Cancelled::Before,
        _ if codes.iter().any(|code| *code == "TransactionConflict" || is_throttled(code)) => {
            Cancelled::Busy
        }
        _ if reasons.iter().any(full) => Cancelled::Failed(Failure::Full),
        _ => Cancelled::Failed(Failure::of(error)),
    }
}

/// Returns whether a reason means too many calls. Here, the codes are without `Exception`.
fn is_throttled(reason: &str) -> bool {
    reason == "ThrottlingError" || THROTTLED.iter().any(|code| code.starts_with(reason))
}

fn likes(item: &Item) -> Result<i64, Failure> {
    mysfit::number(item, "Likes").map_err(|_| Failure::NoSuchMysfit)
}

fn is_liked_by(item: &Item, subject: &str) -> bool {
    let visitors = item.get("LikedBy").and_then(|value| value.as_ss().ok());
    visitors.is_some_and(|all| all.iter().any(|visitor| visitor == subject))
}
