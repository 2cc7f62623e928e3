//! The attributes that users of a pool can have: the standard ones, and the pool's own.

use serde_json::{Value, json};

use super::{
    errors::{Outcome, invalid},
    limits,
};
use crate::{protocol::input::Input, service::AwsError};

/// The standard attributes, in AWS's order, and the kind of each.
const STANDARD: [(&str, Kind); 21] = [
    ("sub", Kind::Sub),
    ("name", Kind::Text),
    ("given_name", Kind::Text),
    ("family_name", Kind::Text),
    ("middle_name", Kind::Text),
    ("nickname", Kind::Text),
    ("preferred_username", Kind::Text),
    ("profile", Kind::Text),
    ("picture", Kind::Text),
    ("website", Kind::Text),
    ("email", Kind::Text),
    ("email_verified", Kind::Flag),
    ("gender", Kind::Text),
    ("birthdate", Kind::Date),
    ("zoneinfo", Kind::Text),
    ("locale", Kind::Text),
    ("phone_number", Kind::Text),
    ("phone_number_verified", Kind::Flag),
    ("address", Kind::Text),
    ("updated_at", Kind::Time),
    ("identities", Kind::Identities),
];

/// The names of the limits of texts and of numbers.
const TEXT: &str = "StringAttributeConstraints";
const NUMBER: &str = "NumberAttributeConstraints";
const LONGEST_TEXT: i64 = 2048;

/// Both limits of each, and AWS's words for those that nothing is between.
const SIZES: [(&str, &str, &str, &str); 2] = [
    (TEXT, "MinLength", "MaxLength", "cannot have a max length shorter than it's min length"),
    (NUMBER, "MinValue", "MaxValue", "cannot have a max value smaller than it's min value"),
];

#[derive(Clone, Copy)]
enum Kind {
    Sub,
    Text,
    Flag,
    Date,
    Time,
    Identities,
}

impl Kind {
    fn attribute(self, name: &str) -> Value {
        let (kind, constraints) = match self {
            Kind::Sub => ("String", Some(("StringAttributeConstraints", lengths("1", "2048")))),
            Kind::Text => ("String", Some(("StringAttributeConstraints", lengths("0", "2048")))),
            Kind::Date => ("String", Some(("StringAttributeConstraints", lengths("10", "10")))),
            Kind::Identities => ("String", Some(("StringAttributeConstraints", json!({})))),
            Kind::Time => {
                ("Number", Some(("NumberAttributeConstraints", json!({ "MinValue": "0" }))))
            }
            Kind::Flag => ("Boolean", None),
        };
        let is_sub = matches!(self, Kind::Sub);
        let mut attribute = json!({
            "Name": name,
            "AttributeDataType": kind,
            "DeveloperOnlyAttribute": false,
            "Mutable": !is_sub,
            "Required": is_sub,
        });
        if let Some((name, constraints)) = constraints {
            attribute[name] = constraints;
        }
        attribute
    }
}

fn lengths(least: &str, most: &str) -> Value {
    json!({ "MinLength": least, "MaxLength": most })
}

/// Returns the attributes of a new pool.
pub(super) fn of(input: Input<'_>) -> Outcome<Value> {
    let mut all: Vec<Value> = STANDARD.iter().map(|(name, kind)| kind.attribute(name)).collect();
    for (number, said) in (1..).zip(input.parts("Schema")) {
        let name = said.needed("Name")?;
        limits::check_attribute(name, &format!("schema.{number}.member.name"))?;
        if let Some(kind) = said.text("AttributeDataType") {
            let field = format!("schema.{number}.member.attributeDataType");
            limits::check_choice(kind, &field, &["Boolean", "Number", "String", "DateTime"])?;
        }
        if let Some(standard) = all.iter_mut().find(|attribute| attribute["Name"] == name) {
            narrow(standard, name, said)?;
            continue;
        }
        let new = custom(name, said)?;
        if all.iter().any(|attribute| attribute["Name"] == new["Name"]) {
            return Err(duplicate(new["Name"].as_str().unwrap_or(name)));
        }
        all.push(new);
    }
    all.iter().try_for_each(|attribute| check_sizes(Input(attribute)))?;
    Ok(all.into())
}

fn duplicate(name: &str) -> AwsError {
    invalid(format!(
        "Duplicate custom attribute names {name} are not allowed in a user pool schema."
    ))
}

/// Refuses an attribute that no value could have.
fn check_sizes(attribute: Input<'_>) -> Outcome<()> {
    let name = attribute.text("Name").unwrap_or_default();
    for (sizes, least, most, words) in SIZES {
        let limit = |limit: &str| as_limit(attribute.part(sizes).value(limit), sizes, name);
        let (least, most) = (limit(least)?, limit(most)?);
        if sizes == TEXT && least.max(most) > Some(LONGEST_TEXT) {
            let message = "String attributes cannot have a length of more than 2048";
            return Err(invalid(format!("user.{name}: {message}")));
        }
        if least.zip(most).is_some_and(|(least, most)| least > most) {
            return Err(invalid(format!("Attribute {name} {words}")));
        }
    }
    Ok(())
}

/// Returns a limit: a text with a number, of characters or of any other.
fn as_limit(value: &Value, sizes: &str, name: &str) -> Outcome<Option<i64>> {
    if value.is_null() {
        return Ok(None);
    }
    let number = value.as_str().and_then(|text| text.parse().ok());
    let number = number.filter(|number| sizes != TEXT || *number >= 0);
    number.map(Some).ok_or_else(|| invalid(format!("Invalid {sizes} for schema attribute {name}")))
}

/// Applies a pool's settings for a standard attribute: whether it is required, whether it can
/// change, and its size.
fn narrow(standard: &mut Value, name: &str, said: Input<'_>) -> Outcome<()> {
    let kind = said.text("AttributeDataType");
    if kind.is_some_and(|kind| standard["AttributeDataType"] != kind)
        || said.flag("DeveloperOnlyAttribute")
    {
        return Err(invalid(format!(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard \
             schema attribute {name}"
        )));
    }
    for name in ["Mutable", "Required", TEXT, NUMBER] {
        if !said.value(name).is_null() {
            standard[name] = said.value(name).clone();
        }
    }
    Ok(())
}

fn custom(name: &str, said: Input<'_>) -> Outcome<Value> {
    if said.flag("Required") {
        return Err(invalid("Required custom attributes are not supported currently."));
    }
    let kind = said.text("AttributeDataType").ok_or_else(|| {
        invalid(format!("Invalid AttributeDataType input, consider using the provided AttributeDataType enum for {name}."))
    })?;
    let developer = said.flag("DeveloperOnlyAttribute");
    let prefix = if developer { "dev:custom" } else { "custom" };
    let mut attribute = json!({
        "Name": format!("{prefix}:{name}"),
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": developer,
        "Mutable": said.value("Mutable").as_bool().unwrap_or(true),
        "Required": false,
    });
    for name in [TEXT, NUMBER] {
        if !said.value(name).is_null() {
            attribute[name] = said.value(name).clone();
        } else if name.starts_with(kind) {
            attribute[name] = json!({});
        }
    }
    Ok(attribute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(schema: &Value, name: &str) -> Value {
        let all = of(Input(&json!({ "Schema": schema }))).unwrap();
        let found = all.as_array().unwrap().iter().find(|one| one["Name"] == name);
        found.cloned().unwrap_or_default()
    }

    #[test]
    fn a_pool_adds_to_the_standard_attributes() {
        let schema = json!([
            { "Name": "email", "Required": true, "AttributeDataType": "String" },
            { "Name": "class", "AttributeDataType": "String" },
        ]);
        let email = found(&schema, "email");
        assert_eq!((&email["Required"], &email["Mutable"]), (&json!(true), &json!(true)));
        assert_eq!(email["StringAttributeConstraints"]["MaxLength"], "2048");
        let class = found(&schema, "custom:class");
        assert_eq!(class["StringAttributeConstraints"], json!({}));
        assert_eq!(class["NumberAttributeConstraints"], Value::Null);
        assert_eq!(found(&schema, "sub")["Mutable"], false);
    }

    #[test]
    fn own_attributes_are_never_required() {
        let schema = json!({ "Schema": [{ "Name": "class", "Required": true }] });
        assert!(of(Input(&schema)).is_err());
    }
}
