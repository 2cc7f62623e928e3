//! The twelve mysfits in the table. What is there is never written again: it carries the likes and
//! adoptions that visitors gave.

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, KeysAndAttributes, PutRequest, WriteRequest},
};

use crate::{
    aws::{call, settled, unbuildable},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::Result,
    lab::{
        Names, files,
        mysfits::{self as data, Attribute, Item, KEY},
        placeholders::TABLE_NAME,
    },
    target::Target,
};

/// What `BatchWriteItem` takes at once.
const MOST_AT_ONCE: usize = 25;
/// How long unprocessed items are sent again: they come back when the table is short of capacity.
const LONGEST: Duration = Duration::from_mins(2);

/// The mysfits.
pub(super) struct Mysfits {
    about: About,
    dynamodb: Client,
    table: String,
}

impl Mysfits {
    pub(super) fn new(target: &Target, names: &Names) -> Result<Self> {
        Ok(Self {
            about: About {
                id: Id("mysfits"),
                title: "the twelve mysfits in the table".to_owned(),
                why: "Twelve items, one for each creature that waits for a home.",
                consumes: files::MYSFITS.placeholders()?,
                goes_with: Some(Id("table")),
                ours: "they are inside the table".to_owned(),
                deadline: Duration::from_mins(5),
                ..About::default()
            },
            dynamodb: target.dynamodb(),
            table: names.table.clone(),
        })
    }

    /// The items that are not in the table.
    async fn missing(&self, known: &Values) -> Result<Vec<Item>> {
        let mut missing = data::items(known, &self.table)?;
        for present in self.present(&missing).await? {
            missing.retain(|item| data::key(item) != Some(&present));
        }
        Ok(missing)
    }

    /// The ids of those of the items that are in the table. `BatchGetItem` rather than a scan: it
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
            let answer = match call("dynamodb BatchGetItem", get.send()).await {
                Err(failure) if failure.is("ResourceNotFoundException") => return Ok(present),
                other => other?,
            };
            let found = answer.responses().and_then(|tables| tables.get(&self.table));
            present.extend(found.into_iter().flatten().filter_map(|item| match item.get(KEY) {
                Some(AttributeValue::S(id)) => Some(id.clone()),
                _ => None,
            }));
            request = answer.unprocessed_keys.filter(|keys| !keys.is_empty());
        }
        Ok(present)
    }

    /// Puts items, and again those that come back unprocessed.
    async fn put(&self, items: &[Item], step: &Step<'_>) -> Result<()> {
        let puts = items.iter().map(write_request).collect::<Result<Vec<_>>>()?;
        let mut requests = HashMap::from([(self.table.clone(), puts)]);
        let mut wait = step.wait(LONGEST);
        loop {
            let answer = settled(step, "dynamodb BatchWriteItem", || {
                self.dynamodb.batch_write_item().set_request_items(Some(requests.clone())).send()
            })
            .await?;
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

    async fn inspect(&self, known: &Values) -> Result<Seen> {
        if known.get(TABLE_NAME).is_none() {
            return Ok(Seen::Absent);
        }
        let all = data::items(known, &self.table)?.len();
        let missing = self.missing(known).await?;
        Ok(match missing.len() {
            0 => Seen::Ready(Values::default()),
            none if none == all => Seen::Absent,
            some => Seen::Drifted {
                values: Values::default(),
                differences: vec![format!("{some} of the {all} mysfits are missing")],
            },
        })
    }

    async fn apply(&self, known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let missing = self.missing(known).await?;
        step.status(format!("putting {} mysfits into the table", missing.len()));
        for some in missing.chunks(MOST_AT_ONCE) {
            self.put(some, step).await?;
        }
        Ok(())
    }

    /// The items go with their table.
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
