//! The attributes that users of a pool can have: the standard ones, and the pool's own.

use serde_json::{Value, json};

use super::errors::{Outcome, invalid};
use crate::protocol::input::Input;

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
    for said in input.parts("Schema") {
        let name = said.needed("Name")?;
        match all.iter_mut().find(|attribute| attribute["Name"] == name) {
            Some(standard) => narrow(standard, said),
            None => all.push(custom(name, said)?),
        }
    }
    Ok(all.into())
}

/// Applies a pool's settings for a standard attribute: whether it is required, whether it can
/// change, and its size.
fn narrow(standard: &mut Value, said: Input<'_>) {
    let names = ["Mutable", "Required", "StringAttributeConstraints", "NumberAttributeConstraints"];
    for name in names {
        if !said.value(name).is_null() {
            standard[name] = said.value(name).clone();
        }
    }
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
    for name in ["StringAttributeConstraints", "NumberAttributeConstraints"] {
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
