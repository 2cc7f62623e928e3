//! The attributes of users: which there may be, who may set them, and what they may hold.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    errors::{Outcome, invalid, not_authorized},
    rules::Rules,
    state::Client,
};
use crate::protocol::input::Input;

/// Attributes by name.
pub(super) type Attributes = BTreeMap<String, String>;

/// Only a pool's owners set what is verified.
const OWNERS: [&str; 2] = ["email_verified", "phone_number_verified"];

/// Returns the attributes in the input.
pub(super) fn of(input: Input<'_>) -> Outcome<Attributes> {
    let attribute = |attribute: Input<'_>| {
        let value = attribute.text("Value").unwrap_or_default();
        Ok((attribute.needed("Name")?.to_owned(), value.to_owned()))
    };
    input.parts("UserAttributes").map(attribute).collect()
}

/// Refuses attributes that this client's users do not set themselves.
pub(super) fn check_writable(client: &Client, attributes: &Attributes) -> Outcome<()> {
    let writable = client.settings.get("WriteAttributes").and_then(Value::as_array);
    let is_writable = |name: &String| match writable {
        Some(writable) => writable.iter().any(|one| one == name),
        None => !OWNERS.contains(&name.as_str()),
    };
    if attributes.keys().all(is_writable) {
        return Ok(());
    }
    Err(not_authorized("A client attempted to write unauthorized attribute"))
}

/// Returns whether this client's tokens contain an attribute.
pub(super) fn is_readable(client: &Client, name: &str) -> bool {
    let readable = client.settings.get("ReadAttributes").and_then(Value::as_array);
    name == "sub" || readable.is_none_or(|readable| readable.iter().any(|one| one == name))
}

/// Refuses attributes that do not fit the pool's schema.
pub(super) fn check(rules: &Rules, attributes: &Attributes) -> Outcome<()> {
    for (name, value) in attributes {
        let schema = rules.schema.iter().find(|schema| schema["Name"] == *name);
        let schema = schema.filter(|_| name != "sub").ok_or_else(|| {
            unfit(&format!("Type for attribute {{{name}}} could not be determined"))
        })?;
        check_value(Input(schema), name, value)?;
    }
    Ok(())
}

/// Refuses a new user without the attributes that the pool requires.
pub(super) fn check_required(rules: &Rules, attributes: &Attributes) -> Outcome<()> {
    let required = rules.schema.iter().filter(|schema| schema["Required"] == true);
    let mut names = required.filter_map(|schema| schema["Name"].as_str());
    match names.find(|name| *name != "sub" && !attributes.contains_key(*name)) {
        Some(name) => Err(unfit(&format!("{name}: The attribute is required\n"))),
        None => Ok(()),
    }
}

/// Refuses changes of attributes that can be set only once.
pub(super) fn check_mutable(rules: &Rules, attributes: &Attributes) -> Outcome<()> {
    let fixed = |schema: &&Value| schema["Mutable"] == false;
    let mut fixed = rules.schema.iter().filter(fixed).filter_map(|schema| schema["Name"].as_str());
    match fixed.find(|name| attributes.contains_key(*name)) {
        Some(name) => Err(invalid(format!("user.{name}: Attribute cannot be updated.\n"))),
        None => Ok(()),
    }
}

fn check_value(schema: Input<'_>, name: &str, value: &str) -> Outcome<()> {
    let number = |part: &str, limit: &str| {
        schema.part(part).text(limit).and_then(|number| number.parse::<i64>().ok())
    };
    let length = i64::try_from(value.chars().count()).unwrap_or(i64::MAX);
    let strings = "StringAttributeConstraints";
    let numbers = "NumberAttributeConstraints";
    let fits = match schema.text("AttributeDataType") {
        Some("String") => {
            number(strings, "MinLength").is_none_or(|least| length >= least)
                && number(strings, "MaxLength").is_none_or(|most| length <= most)
        }
        Some("Number") => value.parse::<i64>().is_ok_and(|value| {
            number(numbers, "MinValue").is_none_or(|least| value >= least)
                && number(numbers, "MaxValue").is_none_or(|most| value <= most)
        }),
        Some("Boolean") => ["true", "false"].contains(&value),
        _ => true,
    };
    if !fits {
        return Err(unfit(&format!("{name}: The attribute value does not fit its type\n")));
    }
    if name == "email" && !is_email(value) {
        return Err(invalid("Invalid email address format."));
    }
    let digits = value.strip_prefix('+').unwrap_or_default();
    if name == "phone_number" && (digits.is_empty() || !digits.bytes().all(|c| c.is_ascii_digit()))
    {
        return Err(invalid("Invalid phone number format."));
    }
    Ok(())
}

fn unfit(why: &str) -> crate::service::AwsError {
    invalid(format!("Attributes did not conform to the schema: {why}"))
}

/// Returns whether a text has the form of an e-mail address.
pub(super) fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.rsplit_once('@') else { return false };
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\"\\@".contains(c);
    !user.is_empty()
        && !host.is_empty()
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.contains("..")
        && text.chars().filter(|c| *c == '@').count() == 1
        && user.chars().chain(host.chars()).all(is_plain)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cognito::settings;

    fn rules(schema: &Value) -> Rules {
        let settings = settings::created(Input(&json!({ "Schema": schema }))).unwrap();
        Rules::of(&settings)
    }

    fn attributes(pairs: &[(&str, &str)]) -> Attributes {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn addresses_have_a_form() {
        for good in ["a@b", "first.last+tag@mail.example.com", "ünï@example.com"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a b@c", "a@b@c", "a@.b", "a@b..c", "a@b\n", "<a@b>"] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn values_fit_the_schema() {
        let rules = rules(&json!([
            { "Name": "class", "AttributeDataType": "String",
              "StringAttributeConstraints": { "MaxLength": "3" } },
            { "Name": "age", "AttributeDataType": "Number",
              "NumberAttributeConstraints": { "MinValue": "18" } },
        ]));
        let good = [("email", "a@b"), ("custom:class", "abc"), ("custom:age", "18")];
        for pair in good {
            assert_eq!(check(&rules, &attributes(&[pair])), Ok(()), "{pair:?}");
        }
        for pair in [
            ("email", "a"),
            ("custom:class", "abcd"),
            ("custom:age", "17"),
            ("custom:age", "old"),
            ("birthdate", "1.1.2000"),
            ("phone_number", "0123"),
            ("custom:other", "x"),
            ("sub", "x"),
        ] {
            let error = check(&rules, &attributes(&[pair])).unwrap_err();
            assert_eq!(error.code, "InvalidParameterException", "{pair:?}");
        }
    }

    #[test]
    fn what_is_required_must_be_there_and_what_is_fixed_stays() {
        let rules = rules(&json!([{ "Name": "name", "Required": true, "Mutable": false }]));
        let error = check_required(&rules, &attributes(&[("email", "a@b")])).unwrap_err();
        assert!(error.message.contains("name: The attribute is required"), "{error}");
        assert_eq!(check_required(&rules, &attributes(&[("name", "a")])), Ok(()));
        assert!(check_mutable(&rules, &attributes(&[("name", "b")])).is_err());
        assert_eq!(check_mutable(&rules, &attributes(&[("email", "a@b")])), Ok(()));
    }
}
