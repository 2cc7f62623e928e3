//! A mysfit: from the table's item to the JSON of the lab.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

/// An item of the table.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The eleven fields, with the names and in the order of the lab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Mysfit {
    #[serde(rename = "mysfitId")]
    pub(crate) id: String,
    pub(crate) name: String,
    species: String,
    description: String,
    age: i64,
    goodevil: String,
    lawchaos: String,
    #[serde(rename = "thumbImageUri")]
    thumb_image_uri: String,
    #[serde(rename = "profileImageUri")]
    profile_image_uri: String,
    likes: i64,
    adopted: bool,
}

/// The attribute that an item lacks, or has in a wrong type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lacking(pub(crate) &'static str);

impl TryFrom<&Item> for Mysfit {
    type Error = Lacking;

    fn try_from(item: &Item) -> Result<Self, Lacking> {
        Ok(Self {
            id: text(item, "MysfitId")?,
            name: text(item, "Name")?,
            species: text(item, "Species")?,
            description: text(item, "Description")?,
            age: number(item, "Age")?,
            goodevil: text(item, "GoodEvil")?,
            lawchaos: text(item, "LawChaos")?,
            thumb_image_uri: text(item, "ThumbImageUri")?,
            profile_image_uri: text(item, "ProfileImageUri")?,
            likes: number(item, "Likes")?,
            adopted: truth(item, "Adopted")?,
        })
    }
}

/// Returns the id, for a log line about an item that is not a mysfit.
pub(crate) fn id(item: &Item) -> Option<&str> {
    item.get("MysfitId")?.as_s().ok().map(String::as_str)
}

fn text(item: &Item, name: &'static str) -> Result<String, Lacking> {
    item.get(name).and_then(|value| value.as_s().ok()).cloned().ok_or(Lacking(name))
}

/// Returns a whole number.
pub(crate) fn number(item: &Item, name: &'static str) -> Result<i64, Lacking> {
    let digits = item.get(name).and_then(|value| value.as_n().ok()).ok_or(Lacking(name))?;
    digits.parse().map_err(|_| Lacking(name))
}

/// Returns a boolean.
pub(crate) fn truth(item: &Item, name: &'static str) -> Result<bool, Lacking> {
    item.get(name).and_then(|value| value.as_bool().ok()).copied().ok_or(Lacking(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item() -> Item {
        let texts = [
            "MysfitId",
            "Name",
            "Species",
            "Description",
            "GoodEvil",
            "LawChaos",
            "ThumbImageUri",
            "ProfileImageUri",
        ];
        texts
            .map(|name| (name.to_owned(), AttributeValue::S(format!("its {name}"))))
            .into_iter()
            .chain([
                ("Age".to_owned(), AttributeValue::N("2000000000".to_owned())),
                ("Likes".to_owned(), AttributeValue::N("3".to_owned())),
                ("Adopted".to_owned(), AttributeValue::Bool(false)),
            ])
            .collect()
    }

    #[test]
    fn the_json_has_the_labs_names_and_order() {
        let mysfit = Mysfit::try_from(&item()).unwrap();
        assert_eq!(
            serde_json::to_string(&mysfit).unwrap(),
            r#"{"mysfitId":"its MysfitId","name":"its Name","species":"its Species","description":"its Description","age":2000000000,"goodevil":"its GoodEvil","lawchaos":"its LawChaos","thumbImageUri":"its ThumbImageUri","profileImageUri":"its ProfileImageUri","likes":3,"adopted":false}"#
        );
    }

    #[test]
    fn the_missing_attribute_is_named() {
        for name in item().keys() {
            let mut less = item();
            less.remove(name);
            assert_eq!(Mysfit::try_from(&less).unwrap_err().0, name);
        }
    }

    #[test]
    fn a_wrong_type_is_as_good_as_nothing() {
        let mut wrong = item();
        wrong.insert("Likes".to_owned(), AttributeValue::S("3".to_owned()));
        assert_eq!(Mysfit::try_from(&wrong), Err(Lacking("Likes")));
        wrong.insert("Likes".to_owned(), AttributeValue::N("0.5".to_owned()));
        assert_eq!(Mysfit::try_from(&wrong), Err(Lacking("Likes")));
    }
}
