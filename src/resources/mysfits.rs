//! The twelve mysfits in the table. Existing ones are never written again: they contain the likes
//! and adoptions of visitors.

mod by_hand;

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, KeysAndAttributes, PutRequest, WriteRequest},
};

use super::words::found;
use crate::{
    aws::{call, operations::dynamodb as op, unbuildable},
    destination::{Destination, Lazy},
    engine::{About, ByHand, Check, Id, LAB, Purpose, Resource, Seen, Setting, Step, Subject},
    error::Result,
    lab::{
        Names, Values, files,
        mysfits::{self as data, Attribute, Item, KEY},
        placeholders::TABLE_NAME,
    },
};

/// The limit of one `BatchWriteItem`.
const MOST_AT_ONCE: usize = 25;
/// How long unprocessed items are retried: they are returned when the table lacks capacity.
const LONGEST: Duration = Duration::from_mins(2);

/// What is checked of it.
static CHECKS: [Check; 2] = [
    Check {
        id: "mysfits",
        title: "The table holds mysfits of the lab.",
        depends_on: &["table", "table-key"],
        why: "Twelve items are written with one BatchWriteItem.",
        hint: "write the items of `populate-dynamodb.json`; `mysfits table deploy` does it",
        ..LAB
    },
    Check {
        id: "mysfits-all",
        title: "None of the twelve mysfits is missing.",
        points: 2,
        depends_on: &["mysfits"],
        on: Subject::Setting(&op::BATCH_GET_ITEM, "Items"),
        why: "BatchWriteItem may leave some unprocessed, and says so only in its answer.",
        hint: "write what is missing again; `mysfits table deploy` does it",
        ..LAB
    },
];

/// The mysfits.
pub(super) struct Mysfits {
    about: About,
    dynamodb: Lazy<Client>,
    table: String,
    /// The values for their file.
    own: Values,
}

impl Mysfits {
    /// Creates the mysfits resource for the table with these names.
    pub(super) fn new(destination: &Destination, names: &Names) -> Self {
        Self {
            about: About {
                id: Id("mysfits"),
                title: "the twelve mysfits in the table".to_owned(),
                why: "Twelve items, one for each creature that waits for a home.",
                templates: &[&files::MYSFITS],
                parent: Some(Id("table")),
                goes_with_parent: true,
                operations: &[&op::BATCH_GET_ITEM, &op::BATCH_WRITE_ITEM],
                deadline: Duration::from_mins(5),
                checks: &CHECKS,
                ..About::default()
            },
            dynamodb: destination.client(),
            table: names.table.clone(),
            own: destination.given().with(&Values::of([(TABLE_NAME, &names.table)])),
        }
    }

    /// Returns all items in their desired form.
    fn items(&self) -> Result<Vec<Item>> {
        data::items(&self.own, &self.table)
    }

    /// Returns the items that are missing in the table.
    async fn missing(&self, mut items: Vec<Item>) -> Result<Vec<Item>> {
        for present in self.present(&items).await? {
            items.retain(|item| data::key(item) != Some(&present));
        }
        Ok(items)
    }

    /// Returns the ids of the items that are in the table. `BatchGetItem` rather than a scan: it
    /// reads twelve items however many others a student added.
    async fn present(&self, items: &[Item]) -> Result<Vec<String>> {
        let mut wanted =
            KeysAndAttributes::builder().consistent_read(true).projection_expression(KEY);
        for id in items.iter().filter_map(data::key) {
            wanted =
                wanted.keys(HashMap::from([(KEY.to_owned(), AttributeValue::S(id.to_owned()))]));
        }
        let mut request =
            Some(HashMap::from([(self.table.clone(), wanted.build().map_err(unbuildable)?)]));
        let mut present = Vec::new();
        while request.is_some() {
            let get = self.dynamodb.batch_get_item().set_request_items(request);
            let answer = match call(&op::BATCH_GET_ITEM, get.send()).await {
                // A table with another key contains none of them; a cleanup must be able to remove
                // it.
                Err(failure) if failure.message.contains("does not match the schema") => None,
                // A missing table contains nothing.
                answer => found(answer, &["ResourceNotFoundException"])?,
            };
            let Some(answer) = answer else {
                return Ok(present);
            };
            let items = answer.responses().and_then(|tables| tables.get(&self.table));
            present.extend(items.into_iter().flatten().filter_map(|item| match item.get(KEY) {
                Some(AttributeValue::S(id)) => Some(id.clone()),
                _ => None,
            }));
            request = answer.unprocessed_keys.filter(|keys| !keys.is_empty());
        }
        Ok(present)
    }

    /// Puts items, and retries those that are returned as unprocessed.
    async fn put(&self, items: &[Item], step: &Step<'_>) -> Result<()> {
        let puts = items.iter().map(write_request).collect::<Result<Vec<_>>>()?;
        let mut requests = HashMap::from([(self.table.clone(), puts)]);
        let mut wait = step.wait(LONGEST);
        loop {
            let send = || {
                self.dynamodb.batch_write_item().set_request_items(Some(requests.clone())).send()
            };
            let answer = step.settled(&op::BATCH_WRITE_ITEM, send).await?;
            requests = answer.unprocessed_items.unwrap_or_default();
            if requests.is_empty() {
                return Ok(());
            }
            wait.pause("the table to take the remaining mysfits").await?;
        }
    }
}

#[async_trait]
impl Resource for Mysfits {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, _purpose: Purpose) -> Result<Seen> {
        let owner = match Seen::through(known, TABLE_NAME) {
            Ok((_, owner)) => owner,
            Err(seen) => return Ok(*seen),
        };
        let items = self.items()?;
        let all = items.len();
        let present = all - self.missing(items).await?.len();
        Ok(match present {
            0 => Seen::absent(),
            _ => Seen::there(owner, Values::default(), vec![Setting::new("Items", all, present)]),
        })
    }

    /// They are deleted with their table, and have no ARN.
    async fn exists(&self, _arn: &str) -> Result<bool> {
        Ok(false)
    }

    async fn apply(&self, _known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let missing = self.missing(self.items()?).await?;
        step.status(format!("putting {} mysfits into the table", missing.len()));
        for some in missing.chunks(MOST_AT_ONCE) {
            self.put(some, step).await?;
        }
        Ok(())
    }

    /// They are deleted with their table.
    async fn remove(&self, _known: &Values, _step: &Step) -> Result<()> {
        Ok(())
    }
}

fn write_request(item: &Item) -> Result<WriteRequest> {
    let attributes = item.iter().map(|(name, value)| (name.clone(), attribute_value(value)));
    let put = PutRequest::builder().set_item(Some(attributes.collect())).build();
    Ok(WriteRequest::builder().put_request(put.map_err(unbuildable)?).build())
}

fn attribute_value(attribute: &Attribute) -> AttributeValue {
    match attribute {
        Attribute::S(text) => AttributeValue::S(text.clone()),
        Attribute::N(number) => AttributeValue::N(number.clone()),
        Attribute::Bool(yes) => AttributeValue::Bool(*yes),
    }
}
