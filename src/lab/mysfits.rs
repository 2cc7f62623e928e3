//! The mysfits: the items of the table.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Template, Values, files};
use crate::error::{Code, Error, Result};

/// An attribute in `DynamoDB`'s JSON format: `{"S": "Yeti"}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Attribute {
    /// Text.
    S(String),
    /// A number, written as text so that no precision is lost.
    N(String),
    /// A boolean.
    #[serde(rename = "BOOL")]
    Bool(bool),
}

/// An item: its attributes by name.
pub(crate) type Item = BTreeMap<String, Attribute>;

/// The name of the key attribute.
pub(crate) const KEY: &str = "MysfitId";

/// One `BatchWriteItem` request of the template.
#[derive(Deserialize)]
struct Put {
    #[serde(rename = "PutRequest")]
    put: PutRequest,
}

#[derive(Deserialize)]
struct PutRequest {
    #[serde(rename = "Item")]
    item: Item,
}

/// Returns the items for the table of this name, from `templates/populate-dynamodb.json`.
///
/// # Errors
/// When the template is invalid.
pub(crate) fn items(known: &Values, table: &str) -> Result<Vec<Item>> {
    read(&files::MYSFITS, known, table)
}

fn read(template: &Template<'_>, known: &Values, table: &str) -> Result<Vec<Item>> {
    let wrong = |problem: String| Error::new(Code::Lab, format!("{}: {problem}", template.path));
    let text = template.render(known)?;
    let mut requests: BTreeMap<String, Vec<Put>> =
        serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let puts = requests.remove(table).ok_or_else(|| wrong(format!("nothing for `{table}`")))?;
    Ok(puts.into_iter().map(|put| put.put.item).collect())
}

/// Returns the value of an item's key.
pub(crate) fn key(item: &Item) -> Option<&str> {
    match item.get(KEY) {
        Some(Attribute::S(id)) => Some(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::lab::placeholders::TABLE_NAME;

    fn twelve() -> Vec<Item> {
        items(&Values::of([(TABLE_NAME, "MysfitsTable")]), "MysfitsTable").unwrap()
    }

    #[test]
    fn there_are_twelve_of_every_kind() {
        let items = twelve();
        assert_eq!(items.len(), 12);
        let count = |name: &str, value: &str| {
            let value = Attribute::S(value.to_owned());
            items.iter().filter(|item| item[name] == value).count()
        };
        assert_eq!(["Good", "Neutral", "Evil"].map(|value| count("GoodEvil", value)), [4, 4, 4]);
        assert_eq!(
            ["Lawful", "Neutral", "Chaotic"].map(|value| count("LawChaos", value)),
            [3, 5, 4]
        );
        assert!(items.iter().all(|item| item.len() == 11 && key(item).is_some()));
    }

    /// The site's bundled data, which part 1 shows, is the same as the table's items.
    #[test]
    fn the_site_shows_what_the_table_holds() {
        let bundled = files::WEB.get_file("mysfits.json").unwrap().contents_utf8().unwrap();
        let bundled: Value = serde_json::from_str(bundled).unwrap();
        let names = [
            ("MysfitId", "mysfitId"),
            ("Name", "name"),
            ("Species", "species"),
            ("Description", "description"),
            ("Age", "age"),
            ("GoodEvil", "goodevil"),
            ("LawChaos", "lawchaos"),
            ("ThumbImageUri", "thumbImageUri"),
            ("ProfileImageUri", "profileImageUri"),
            ("Likes", "likes"),
            ("Adopted", "adopted"),
        ];
        for (item, shown) in twelve().iter().zip(bundled["mysfits"].as_array().unwrap()) {
            for (name, json) in names {
                let held = match &item[name] {
                    Attribute::S(text) => Value::from(text.as_str()),
                    Attribute::N(number) => serde_json::from_str(number).unwrap(),
                    Attribute::Bool(yes) => Value::from(*yes),
                };
                assert_eq!(shown[json], held, "{json} of {:?}", key(item));
            }
        }
    }

    #[test]
    fn every_picture_is_in_the_site() {
        for item in twelve() {
            for name in ["ThumbImageUri", "ProfileImageUri"] {
                let Attribute::S(path) = &item[name] else { panic!("{name} is no text") };
                assert!(files::WEB.get_file(path).is_some(), "{path}");
            }
        }
    }
}
