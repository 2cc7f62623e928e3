//! The tables: the calls to DynamoDB, and how its answers are read. This file contains the reads.

mod adopt;
mod busy;
mod like;
mod update;

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use serde_json::json;

pub(crate) use like::Likes;

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
    /// Returns the axis of this name in a query.
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

/// The table of the mysfits, with that of their likes.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    dynamodb: Client,
    name: String,
    likes: String,
}

impl Table {
    /// Creates the table of these settings. Nothing is requested yet.
    ///
    /// # Errors
    /// When the client cannot be created, as text.
    pub(crate) fn connect(settings: &Settings) -> Result<Self, String> {
        Ok(Self {
            dynamodb: client::connect(settings)?,
            name: settings.table.clone(),
            likes: settings.likes_table.clone(),
        })
    }

    /// Reads all mysfits.
    pub(crate) async fn all(&self) -> Result<Vec<Mysfit>, Failure> {
        let scan = self.dynamodb.scan().table_name(&self.name);
        let mut pages = scan.into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            items.extend(page.map_err(|error| Failure::of(&error))?.items.unwrap_or_default());
        }
        Ok(mysfits(&items))
    }

    /// Reads the mysfits that have this value on this axis.
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

    /// Reads the mysfit of this id.
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
}

fn key(id: String) -> AttributeValue {
    AttributeValue::S(id)
}

/// Sorts them by name, which gives the same order whatever the table's is.
fn mysfits(items: &[Item]) -> Vec<Mysfit> {
    let mut mysfits: Vec<Mysfit> = items.iter().filter_map(read).collect();
    mysfits.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    mysfits
}

/// An item that is not a complete mysfit must not spoil the page for all others.
fn read(item: &Item) -> Option<Mysfit> {
    Mysfit::try_from(item)
        .inspect_err(|lacking| {
            let fields = json!({ "mysfit": mysfit::id(item), "attribute": lacking.0 });
            log::error("an item of the table is no mysfit: an attribute is missing", fields);
        })
        .ok()
}
