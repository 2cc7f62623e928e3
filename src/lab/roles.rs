//! The two roles of the backend's tasks: made by the stack, or roles that exist in the account.

use std::{fmt, str::FromStr};

use serde::Deserialize;

use super::AccountId;
use crate::error::{Code, Error, Result};

/// The role that every AWS Academy Learner Lab has.
pub(crate) const LAB_ROLE: &str = "LabRole";

/// Where a role comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Role {
    /// The stack makes it.
    Made,
    /// It exists, under this name or ARN.
    Existing(String),
}

/// The choice for each role. `None`: unchanged, or as the lab does it if the stack is new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Roles {
    /// The role with which ECS starts a task.
    pub(crate) execution: Option<Role>,
    /// The role of the tasks themselves.
    pub(crate) task: Option<Role>,
}

impl Role {
    /// Returns the existing role with this name or ARN.
    ///
    /// # Errors
    /// When it can be neither.
    pub(crate) fn existing(role: &str) -> Result<Self> {
        let name = match role.strip_prefix("arn:") {
            Some(rest) => rest.split_once(":role/").map_or("", |(_, path)| last(path)),
            None => role,
        };
        let fits = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c);
        if (1..=64).contains(&name.len()) && name.chars().all(fits) {
            return Ok(Self::Existing(role.to_owned()));
        }
        Err(Error::new(Code::Setting, format!("`{role}` is neither the name nor the ARN of a role"))
            .hint(
                "`aws iam list-roles` lists the roles of the account; `--roles existing` alone means `LabRole`",
            ))
    }

    /// Returns its ARN in this account; `None` if the stack makes it.
    pub(crate) fn arn(&self, account: &AccountId) -> Option<String> {
        match self {
            Self::Made => None,
            Self::Existing(arn) if arn.starts_with("arn:") => Some(arn.clone()),
            Self::Existing(name) => Some(format!("arn:aws:iam::{account}:role/{name}")),
        }
    }
}

/// As in `--roles`.
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Made => f.write_str("create"),
            Self::Existing(role) => write!(f, "existing:{role}"),
        }
    }
}

/// Returns the name in a role's ARN, which may have a path before it.
pub(crate) fn name_in(arn: &str) -> &str {
    last(arn)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// As in `--roles`: `create`, `existing`, `existing:NAME`.
impl FromStr for Role {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once(':') {
            None if text == "create" => Ok(Self::Made),
            None if text == "existing" => Ok(Self::Existing(LAB_ROLE.to_owned())),
            Some(("existing", role)) => Self::existing(role),
            _ => Err(Error::new(Code::Setting, format!("`--roles {text}` is not known")).hint(
                "`--roles create`, `--roles existing` for `LabRole`, or `--roles existing:NAME`",
            )),
        }
    }
}

impl TryFrom<String> for Role {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|error: Error| error.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_written_in_three_ways() {
        let role = |text: &str| text.parse::<Role>();
        assert_eq!(role("create").unwrap(), Role::Made);
        assert_eq!(role("existing").unwrap(), Role::Existing("LabRole".to_owned()));
        assert_eq!(role("existing:Tasks").unwrap(), Role::Existing("Tasks".to_owned()));
        let arn = "arn:aws:iam::123456789012:role/course/Tasks";
        assert_eq!(role(&format!("existing:{arn}")).unwrap(), Role::Existing(arn.to_owned()));
        for wrong in ["", "make", "existing:", "existing:a b", "existing:arn:aws:iam::1:user/x"] {
            assert_eq!(role(wrong).unwrap_err().code, Code::Setting, "{wrong}");
        }
    }

    #[test]
    fn a_name_has_an_arn_in_the_account() {
        let account = AccountId::new("123456789012");
        let arn = |role: Role| role.arn(&account);
        assert_eq!(arn(Role::Made), None);
        let named = "arn:aws:iam::123456789012:role/LabRole";
        assert_eq!(arn("existing".parse().unwrap()).as_deref(), Some(named));
        let other = "arn:aws-cn:iam::123456789012:role/a/b";
        assert_eq!(arn(Role::existing(other).unwrap()).as_deref(), Some(other));
        assert_eq!((name_in(other), name_in(named)), ("b", "LabRole"));
    }
}
