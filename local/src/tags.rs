//! The tags that users give to resources, with AWS's rules. Each service has its own codes for
//! violations.

use std::collections::BTreeMap;

/// How many tags of users a resource has at most, but for objects of S3.
const MOST: usize = 50;
/// The longest key and value, in characters.
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;
/// What keys of AWS's own tags begin with, in any case.
const RESERVED: &str = "aws:";

/// The rule that tags break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TagError {
    #[error("Tag keys beginning with 'aws:' are reserved for AWS: {0}")]
    Reserved(String),
    #[error("A tag's key must have from 1 to 128 characters: '{0}'")]
    Key(String),
    #[error("A tag's value must have at most 256 characters: '{0}'")]
    Value(String),
    #[error("A tag key was given more than once: {0}")]
    Duplicate(String),
    #[error("The maximum number of tags is {0}.")]
    TooMany(usize),
}

/// Tags that users may give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GivenTags(BTreeMap<String, String>);

impl GivenTags {
    /// Takes tags from a user.
    ///
    /// # Errors
    /// When they break a rule.
    pub(crate) fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, TagError> {
        Self::up_to(MOST, pairs)
    }

    /// Takes tags for a resource that can have fewer.
    ///
    /// # Errors
    /// When they break a rule.
    pub(crate) fn up_to(
        most: usize,
        pairs: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, TagError> {
        let mut tags = BTreeMap::new();
        for (key, value) in pairs {
            check(&key, &value)?;
            if tags.contains_key(&key) {
                return Err(TagError::Duplicate(key));
            }
            tags.insert(key, value);
        }
        if tags.len() > most { Err(TagError::TooMany(most)) } else { Ok(Self(tags)) }
    }

    /// Adds them to the tags that a resource has. Those that AWS's services have given it do not
    /// count.
    ///
    /// # Errors
    /// When the resource would have too many.
    pub(crate) fn add_to(self, kept: &mut BTreeMap<String, String>) -> Result<(), TagError> {
        kept.extend(self.0);
        let of_users = kept.keys().filter(|key| !is_reserved(key)).count();
        if of_users > MOST { Err(TagError::TooMany(MOST)) } else { Ok(()) }
    }

    /// Returns the tags, in the order of their keys.
    pub(crate) fn into_map(self) -> BTreeMap<String, String> {
        self.0
    }
}

fn check(key: &str, value: &str) -> Result<(), TagError> {
    if !(1..=LONGEST_KEY).contains(&key.chars().count()) {
        return Err(TagError::Key(key.to_owned()));
    }
    if value.chars().count() > LONGEST_VALUE {
        return Err(TagError::Value(value.to_owned()));
    }
    if is_reserved(key) { Err(TagError::Reserved(key.to_owned())) } else { Ok(()) }
}

fn is_reserved(key: &str) -> bool {
    key.get(..RESERVED.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESERVED))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Result<GivenTags, TagError> {
        GivenTags::new(pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())))
    }

    #[test]
    fn the_rules_are_awss() {
        given(&[("mysfits:lab", ""), (&"k".repeat(128), &"v".repeat(256))]).unwrap();
        assert_eq!(given(&[("", "v")]), Err(TagError::Key(String::new())));
        assert!(matches!(given(&[(&"k".repeat(129), "v")]), Err(TagError::Key(_))));
        assert!(matches!(given(&[("k", &"v".repeat(257))]), Err(TagError::Value(_))));
        assert_eq!(given(&[("AWS:x", "v")]), Err(TagError::Reserved("AWS:x".into())));
        assert_eq!(given(&[("k", "1"), ("k", "2")]), Err(TagError::Duplicate("k".into())));
    }

    #[test]
    fn only_the_users_own_are_counted() {
        let many =
            |from: usize| (from..from + 50).map(|number| (number.to_string(), String::new()));
        let mut kept = BTreeMap::from([("aws:cloudformation:stack-name".into(), "s".into())]);
        GivenTags::new(many(0)).unwrap().add_to(&mut kept).unwrap();
        GivenTags::new(many(0)).unwrap().add_to(&mut kept).unwrap();
        let more = GivenTags::new(many(1)).unwrap();
        assert_eq!(more.add_to(&mut kept), Err(TagError::TooMany(50)));
        assert_eq!(GivenTags::up_to(10, many(0)), Err(TagError::TooMany(10)));
    }
}
