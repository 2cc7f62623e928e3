//! Whose a resource is: the lab's tag says it.

use crate::{engine::Seen, lab::LAB_TAG};

/// Why a resource with this value of the lab's tag is not this lab's; `None` when it is.
pub(super) fn foreign(tag: Option<&str>, lab: &str) -> Option<String> {
    match tag {
        Some(tag) if tag == lab => None,
        Some(tag) => Some(format!("its tag `{LAB_TAG}` says that it is part of `{tag}`")),
        None => Some(format!("it does not carry the tag `{LAB_TAG}`")),
    }
}

/// What differs in a resource that is there, as far as its tag tells: that it lacks the tag, when it is
/// to be taken over.
///
/// # Errors
/// It is not this lab's: what is then seen of it.
pub(super) fn differences(tag: Option<&str>, lab: &str, adopt: bool) -> Result<Vec<String>, Seen> {
    match foreign(tag, lab) {
        None => Ok(Vec::new()),
        Some(_) if adopt => Ok(vec![NOT_TAGGED.to_owned()]),
        Some(why) => Err(Seen::Foreign { why }),
    }
}

/// Why cleanup may believe that a tagged resource is ours.
pub(super) fn by_tag(lab: &str) -> String {
    format!("it carries the tag `{LAB_TAG}` = `{lab}`")
}

/// What differs when a resource is adopted.
pub(super) const NOT_TAGGED: &str = "the lab's tag is missing";

#[cfg(test)]
mod tests {
    #[test]
    fn another_tag_or_none_is_not_ours() {
        assert_eq!(super::foreign(Some("lab"), "lab"), None);
        assert!(super::foreign(Some("lab"), "other").is_some_and(|why| why.contains("`lab`")));
        assert!(super::foreign(None, "lab").is_some());
    }
}
