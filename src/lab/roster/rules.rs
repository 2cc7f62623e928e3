//! The rules for a row.

use super::{Raw, Row, SignIn, problem::Problems};
use crate::lab::{AccountId, Region, check_lab_name};

/// The most characters of a name and of an address.
const LONGEST: usize = 254;

/// The digits of an account.
const DIGITS: usize = 12;

/// Checks a row; `None` if anything is wrong with it.
pub(super) fn row(raw: &Raw, problems: &mut Problems) -> Option<Row> {
    let text = |column: &str| raw.text(column);
    let mut checked =
        |column: &str, check: fn(&str) -> Result<(), String>| raw.checked(column, check, problems);
    let name = checked("name", name);
    let profile = checked("profile", name_of_profile);
    let role = checked("role_arn", role);
    let external_id = checked("external_id", external_id);
    let region = checked("region", region);
    let lab = checked("lab", lab);
    let email = checked("email", email);
    let id = checked("id", id);
    let mut wrong = |column: &str, why: &str| problems.of_field(raw.line, column, why);
    let typed = text("account").map(without_dashes);
    let account = typed.as_deref().map(account).transpose();
    let account = account.unwrap_or_else(|why| {
        wrong("account", &why);
        None
    });
    let of_role = role.as_deref().and_then(account_of);
    if text("name").is_none() {
        wrong("name", "it is empty");
    }
    match (&account, of_role) {
        (Some(account), Some(other)) if account.as_str() != other => {
            wrong("role_arn", &format!("the role is in account {other}, not in {account}"));
        }
        (None, None) if typed.is_none() && text("role_arn").is_none() => {
            wrong("account", "it is empty");
        }
        _ => {}
    }
    if text("profile").is_some() && text("role_arn").is_some() {
        wrong("profile", "a row has either a profile or a role");
    }
    if text("external_id").is_some() && text("role_arn").is_none() {
        wrong("external_id", "it goes with a role only");
    }
    let sign_in = match (profile, role) {
        (_, Some(arn)) => SignIn::Role { arn, external_id },
        (Some(profile), None) => SignIn::Profile(profile),
        (None, None) => SignIn::Own,
    };
    let account = account.or_else(|| match &sign_in {
        SignIn::Role { arn, .. } => account_of(arn).map(AccountId::new),
        _ => None,
    });
    let region = region.and_then(|name| Region::new(name).ok());
    let (line, name, account) = (raw.line, name?, account?);
    Some(Row { line, name, account, sign_in, region, lab, email, id })
}

/// Returns an account without the dashes with which the AWS console shows it: `1234-5678-9012`.
fn without_dashes(typed: &str) -> String {
    let groups: Vec<&str> = typed.split('-').collect();
    let is_shown_so = groups.len() == 3 && groups.iter().all(|group| group.len() == 4);
    if is_shown_so { groups.concat() } else { typed.to_owned() }
}

fn account(typed: &str) -> Result<AccountId, String> {
    let is_number = typed.bytes().all(|byte| byte.is_ascii_digit());
    let as_power = |typed: &str| {
        let (front, power) = typed.split_once(['e', 'E'])?;
        let digits =
            |text: &str| text.bytes().all(|it| it.is_ascii_digit() || b".,+".contains(&it));
        (!front.is_empty() && digits(front) && digits(power)).then_some(())
    };
    match typed.len() {
        DIGITS if is_number => Ok(AccountId::new(typed)),
        count if is_number && count < DIGITS => Err(format!(
            "`{typed}` has {count} digits, and an account has {DIGITS}: a spreadsheet leaves out \
             zeros in front; format the column as text, and write them again"
        )),
        _ if as_power(typed).is_some() => Err(format!(
            "`{typed}` is what a spreadsheet makes of a long number: its digits are lost; format \
             the column as text, and write the account again"
        )),
        _ => Err(format!("`{typed}` is not an account: {DIGITS} digits")),
    }
}

/// Returns the account in the ARN of a role.
fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4)
}

pub(super) fn name(name: &str) -> Result<(), String> {
    within(name, LONGEST)?;
    // It is shown on terminals, and in lists.
    if name.chars().any(char::is_control) {
        return Err("it has characters that cannot be shown".to_owned());
    }
    Ok(())
}

fn name_of_profile(name: &str) -> Result<(), String> {
    within(name, LONGEST)?;
    if name.contains(['[', ']']) || name.chars().any(char::is_control) {
        return Err(format!("`{name}` cannot be the name of a profile"));
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html>
fn role(arn: &str) -> Result<(), String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let named = |path: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-/".contains(&byte);
        path.strip_prefix("role/").is_some_and(|it| !it.is_empty() && it.bytes().all(fits))
    };
    let fine = matches!(
        parts.as_slice(),
        ["arn", "aws", "iam", "", number, path]
            if number.len() == DIGITS && number.bytes().all(|it| it.is_ascii_digit()) && named(path)
    );
    if fine && arn.len() <= 2048 {
        return Ok(());
    }
    Err(format!("`{arn}` is not the ARN of a role: `arn:aws:iam::111111111111:role/NAME`"))
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
fn external_id(id: &str) -> Result<(), String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@:/-".contains(&byte);
    if (2..=1224).contains(&id.len()) && id.bytes().all(fits) {
        return Ok(());
    }
    Err("it has 2 to 1224 letters, digits and signs of `_+=,.@:/-`".to_owned())
}

fn region(name: &str) -> Result<(), String> {
    Region::new(name).map(drop).map_err(|error| error.message)
}

fn lab(name: &str) -> Result<(), String> {
    check_lab_name(name).map_err(|error| {
        format!("{}; it has 1 to 12 small letters, digits and dashes", error.message)
    })
}

pub(super) fn email(address: &str) -> Result<(), String> {
    within(address, LONGEST)?;
    let is_one = address.split_once('@').is_some_and(|(of, at)| !of.is_empty() && !at.is_empty());
    if is_one && !address.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Ok(());
    }
    Err(format!("`{address}` is not an e-mail address"))
}

/// An id that a spreadsheet would take for a formula could not be written for a gradebook: with a
/// sign before it, it would be another one.
pub(super) fn id(id: &str) -> Result<(), String> {
    within(id, LONGEST)?;
    if id.starts_with(|c: char| c.is_alphanumeric()) && !id.contains(char::is_control) {
        return Ok(());
    }
    Err(format!("`{id}` does not begin with a letter or a digit"))
}

pub(super) fn within(text: &str, longest: usize) -> Result<(), String> {
    match text.chars().count() {
        count if count > longest => {
            Err(format!("it has {count} characters, and {longest} is the most"))
        }
        _ => Ok(()),
    }
}
