//! The filter of `ListUsers`: one comparison, such as `email ^= "visitor"`.

use super::{
    errors::{Outcome, invalid},
    users::User,
};

/// Which users are requested.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Filter<'a> {
    All,
    Of { attribute: &'a str, is_prefix: bool, value: String },
}

impl<'a> Filter<'a> {
    pub(super) fn parse(text: &'a str) -> Outcome<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::All);
        }
        let unfit = || invalid("Error while parsing filter.");
        let (left, value) = text.split_once('=').ok_or_else(unfit)?;
        let value = value.trim().strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let value = value.ok_or_else(unfit)?.replace("\\\"", "\"");
        let left = left.trim();
        let prefix = left.strip_suffix('^');
        let attribute = prefix.unwrap_or(left).trim().trim_matches('"');
        if attribute.is_empty() || attribute.contains(' ') {
            return Err(unfit());
        }
        Ok(Self::Of { attribute, is_prefix: prefix.is_some(), value })
    }

    pub(super) fn takes(&self, user: &User) -> bool {
        let Self::Of { attribute, is_prefix, value } = self else { return true };
        let actual = match *attribute {
            "username" => Some(user.name.as_str()),
            "cognito:user_status" => Some(user.status.as_str()),
            "status" => Some(if user.enabled { "Enabled" } else { "Disabled" }),
            name => user.attribute(name),
        };
        actual.is_some_and(|actual| {
            if *is_prefix { actual.starts_with(value.as_str()) } else { actual == value }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_one_comparison() {
        let of = |attribute, is_prefix, value: &str| Filter::Of {
            attribute,
            is_prefix,
            value: value.to_owned(),
        };
        assert_eq!(Filter::parse(" "), Ok(Filter::All));
        assert_eq!(Filter::parse(r#"email = "a@b""#), Ok(of("email", false, "a@b")));
        assert_eq!(Filter::parse(r#""sub"^="12\"""#), Ok(of("sub", true, "12\"")));
        for bad in ["email", "email = a", r#"= "a""#, r#"a b = "c""#] {
            assert_eq!(Filter::parse(bad).unwrap_err().code, "InvalidParameterException", "{bad}");
        }
    }
}
