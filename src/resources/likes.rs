//! The likes in the table of the likes. An earlier version kept the visitors who like a mysfit as a
//! set at the mysfit; its sets are moved here, when no task of it is left that could add to them.
//!
//! A set is moved in two steps. First each of its visitors gets an item, which is repeated without
//! harm after a crash. Then the set is removed, if it still is the one that was read. Until then
//! the backend counts nobody again who is in either place.

mod by_hand;

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, ReturnValue},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::words::found;
use crate::{
    aws::{call, operations::dynamodb as op},
    destination::{Destination, Lazy},
    engine::{About, ByHand, Id, Purpose, Resource, Seen, Setting, Step},
    error::{Code, Error, Result},
    lab::{
        Names, Values,
        mysfits::KEY,
        placeholders::{LIKES_TABLE_NAME, TABLE_NAME, TASK_DEFINITION_ARN},
    },
};

/// The set of an earlier version, at a mysfit.
const SET: &str = "LikedBy";
/// What the backend writes with a like that it has counted.
const COUNTED: &str = "LikedAt";
/// How many items are written at once.
const AT_ONCE: usize = 16;

/// The likes.
pub(super) struct Likes {
    about: About,
    dynamodb: Lazy<Client>,
    table: String,
    own_table: String,
}

/// A mysfit with its set of visitors.
struct Liked {
    id: String,
    visitors: Vec<String>,
}

impl Likes {
    /// Creates the likes resource for the tables with these names.
    pub(super) fn new(destination: &Destination, names: &Names) -> Self {
        Self {
            about: About {
                id: Id("likes"),
                title: "the visitors' likes, as the backend keeps them".to_owned(),
                why: "The backend writes them; likes of an earlier version are moved here from the \
                      mysfits.",
                needs: vec![TABLE_NAME, LIKES_TABLE_NAME, TASK_DEFINITION_ARN],
                after: vec![Id("service")],
                parent: Some(Id("service")),
                goes_with_parent: true,
                operations: &[&op::SCAN, &op::UPDATE_ITEM],
                // A mysfit has room for some 11 000 visitors, which take a minute or two.
                deadline: Duration::from_hours(1),
                ..About::default()
            },
            dynamodb: destination.client(),
            table: names.table.clone(),
            own_table: names.likes_table.clone(),
        }
    }

    /// Returns the mysfits that still have a set, with these of their attributes.
    async fn sets(&self, attributes: &str) -> Result<Vec<HashMap<String, AttributeValue>>> {
        let scan = self
            .dynamodb
            .scan()
            .table_name(&self.table)
            .filter_expression(format!("attribute_exists({SET})"))
            .projection_expression(attributes)
            .consistent_read(true);
        let (mut items, mut from) = (Vec::new(), None);
        loop {
            let page = scan.clone().set_exclusive_start_key(from);
            let answer = found(call(&op::SCAN, page.send()).await, &["ResourceNotFoundException"])?;
            let Some(answer) = answer else { return Ok(items) };
            items.extend(answer.items.unwrap_or_default());
            from = answer.last_evaluated_key;
            if from.is_none() {
                return Ok(items);
            }
        }
    }

    /// Writes an item for each visitor. Returns how many of them were counted twice: by the backend
    /// of this version, and by a task of an earlier one that did not see that.
    async fn copy(&self, liked: &Liked, step: &Step<'_>) -> Result<u32> {
        let writes: Vec<_> =
            liked.visitors.iter().map(|visitor| self.copy_one(&liked.id, visitor, step)).collect();
        let twice = stream::iter(writes).buffer_unordered(AT_ONCE);
        twice.try_fold(0, async |sum, twice| Ok(sum + u32::from(twice))).await
    }

    /// Writes the item of a visitor. Returns whether the backend had already written it.
    async fn copy_one(&self, mysfit: &str, visitor: &str, step: &Step<'_>) -> Result<bool> {
        let write = self
            .dynamodb
            .update_item()
            .table_name(&self.own_table)
            .key(KEY, AttributeValue::S(mysfit.to_owned()))
            .key("VisitorId", AttributeValue::S(visitor.to_owned()))
            .update_expression("SET Moved = :yes")
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .return_values(ReturnValue::AllNew);
        let answer = step.settled(&op::UPDATE_ITEM, || write.clone().send()).await?;
        Ok(answer.attributes.is_some_and(|item| item.contains_key(COUNTED)))
    }

    /// Removes the set of a mysfit, if it is still the same: another run may have been faster, and
    /// a task that was still ending may have added a visitor.
    async fn remove_set(&self, liked: Liked, twice: u32, step: &Step<'_>) -> Result<()> {
        let update = self
            .dynamodb
            .update_item()
            .table_name(&self.table)
            .key(KEY, AttributeValue::S(liked.id))
            .update_expression(format!("SET Likes = Likes - :twice REMOVE {SET}"))
            .condition_expression(format!("{SET} = :visitors"))
            .expression_attribute_values(":twice", AttributeValue::N(twice.to_string()))
            .expression_attribute_values(":visitors", AttributeValue::Ss(liked.visitors));
        let removed = step.settled(&op::UPDATE_ITEM, || update.clone().send()).await;
        found(removed, &["ConditionalCheckFailedException"])?;
        Ok(())
    }
}

#[async_trait]
impl Resource for Likes {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, _purpose: Purpose) -> Result<Seen> {
        // Without the backend there are no likes to look for.
        let owner = match Seen::through(known, TASK_DEFINITION_ARN) {
            Ok((_, owner)) => owner,
            Err(seen) => return Ok(*seen),
        };
        let sets = self.sets(KEY).await?.len();
        Ok(Seen::there(owner, Values::default(), vec![Setting::new(SET, 0, sets)]))
    }

    /// They are kept by the backend in its tables, and have no ARN.
    async fn exists(&self, _arn: &str) -> Result<bool> {
        Ok(false)
    }

    async fn apply(&self, _known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let sets = self.sets(&format!("{KEY}, {SET}")).await?;
        for (place, item) in sets.iter().enumerate() {
            let Some(liked) = Liked::of(item) else { continue };
            if step.interrupted() {
                return Err(Error::new(Code::Interrupted, "stopped moving likes"));
            }
            let (visitors, mysfit, all) = (liked.visitors.len(), place + 1, sets.len());
            step.status(format!("moving {visitors} likes of mysfit {mysfit} of {all}"));
            let twice = self.copy(&liked, step).await?;
            self.remove_set(liked, twice, step).await?;
        }
        Ok(())
    }

    /// Their table is deleted by itself.
    async fn remove(&self, _known: &Values, _step: &Step) -> Result<()> {
        Ok(())
    }
}

impl Liked {
    fn of(item: &HashMap<String, AttributeValue>) -> Option<Self> {
        let id = item.get(KEY)?.as_s().ok()?.clone();
        let visitors = item.get(SET)?.as_ss().ok()?.clone();
        Some(Self { id, visitors })
    }
}
