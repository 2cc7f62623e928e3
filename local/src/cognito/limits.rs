//! The constraints of AWS's model for numbers and texts of the input: what breaks one is refused
//! before anything else is looked at.

use super::errors::{Outcome, unfit, unfit_unseen};
use crate::{protocol::input::Input, service::AwsError};

/// What names of users and addresses are made of: no blanks and no control characters.
const VISIBLE: &str = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+";
const LONGEST_NAME: usize = 128;
const LONGEST_ADDRESS: usize = 1024;
const LONGEST_ATTRIBUTE: usize = 20;

/// A whole number in the input: where it is, the least and the most that it may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits(pub(super) &'static [&'static str], pub(super) i64, pub(super) i64);

impl Limits {
    /// Refuses a number below the least or above the most; without one there is nothing to refuse.
    pub(super) fn check(self, input: Input<'_>) -> Outcome<()> {
        let Self(path, least, most) = self;
        let value = path.iter().fold(input, |input, name| input.part(name)).0;
        let rule = match value.as_i64() {
            None if value.is_null() => return Ok(()),
            Some(number) if number > most => format!("have value less than or equal to {most}"),
            Some(number) if number >= least => return Ok(()),
            // A fraction or a text is no whole number at all.
            Some(_) | None => format!("have value greater than or equal to {least}"),
        };
        Err(unfit(&value.to_string(), &shown(path), &rule))
    }
}

/// Returns a place in the input as AWS's errors write it.
fn shown(path: &[&str]) -> String {
    let lower = |name: &&str| {
        let mut name = (*name).to_owned();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        name
    };
    path.iter().map(lower).collect::<Vec<_>>().join(".")
}

/// Returns a user's name in the input.
pub(super) fn user_name(input: Input<'_>) -> Outcome<&str> {
    let name = input.needed("Username")?;
    match broken(name, LONGEST_NAME) {
        None => Ok(name),
        // The value itself counts as sensitive.
        Some(rule) => Err(unfit_unseen("username", &rule)),
    }
}

/// Refuses what cannot be an address.
pub(super) fn check_address(address: &str, field: &str) -> Outcome<()> {
    let rule = broken(address, LONGEST_ADDRESS);
    rule.map_or(Ok(()), |rule| Err(unfit(address, field, &rule)))
}

/// Refuses what cannot be the name of an attribute of a pool's own.
pub(super) fn check_attribute(name: &str, field: &str) -> Outcome<()> {
    let rule = broken(name, LONGEST_ATTRIBUTE);
    rule.map_or(Ok(()), |rule| Err(unfit(name, field, &rule)))
}

fn broken(text: &str, longest: usize) -> Option<String> {
    if text.chars().count() > longest {
        Some(format!("have length less than or equal to {longest}"))
    } else if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        Some(format!("satisfy regular expression pattern: {VISIBLE}"))
    } else {
        None
    }
}

/// Refuses a value that is not among these.
pub(super) fn check_choice(value: &str, field: &str, choices: &[&str]) -> Outcome<()> {
    if choices.contains(&value) {
        return Ok(());
    }
    Err(not_among(value, field, choices))
}

/// Returns the error for a value that is not among these.
pub(super) fn not_among(value: &str, field: &str, choices: &[&str]) -> AwsError {
    unfit(value, field, &format!("satisfy enum value set: [{}]", choices.join(", ")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_number_is_in_its_range() {
        let limits = Limits(&["A", "Bc"], 0, 5);
        let check = |number: Value| {
            let input = json!({ "A": { "Bc": number } });
            limits.check(Input(&input)).map_err(|error| error.message)
        };
        for good in [json!(null), json!(0), json!(5)] {
            assert_eq!(check(good), Ok(()));
        }
        for (bad, words) in [
            (
                json!(6),
                "Value '6' at 'a.bc' failed to satisfy constraint: Member must have value less",
            ),
            (
                json!(-1),
                "Value '-1' at 'a.bc' failed to satisfy constraint: Member must have value greater",
            ),
            (json!(1.5), "Value '1.5'"),
            (json!("1"), "have value greater"),
        ] {
            let message = check(bad).unwrap_err();
            assert!(message.contains(words), "{message}");
        }
    }

    #[test]
    fn names_are_visible() {
        let check = |name: &str| user_name(Input(&json!({ "Username": name }))).map(str::len);
        assert_eq!(check("Jürgen😀_+").unwrap(), 13);
        assert!(check("a b").unwrap_err().message.contains(": Value at 'username' failed"));
        assert!(check(&"x".repeat(129)).is_err());
    }
}
