//! The owner of a resource, determined by the lab's tag.

/// The key of the tag that every resource of the lab carries.
pub(crate) const LAB_TAG: &str = "mysfits:lab";

/// The owner of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// It carries this lab's tag, or is part of something that does.
    Ours,
    /// It has the lab's name but not the lab's tag: created by hand, or somebody else's.
    NotTagged,
    /// Its tag names another lab.
    OtherLab(String),
    /// It belongs to another account, or these credentials may not see its owner.
    OtherAccount,
}

/// What to do about something with another lab's tag: nobody takes it over.
pub(crate) const OF_ANOTHER_LAB: &str = "another lab's tag is on it, and it stays; `mysfits labs` shows that \
                                         lab, `--lab NAME` uses other names";

impl Owner {
    /// Returns the owner of a resource with this value of the lab tag, as seen from a lab.
    pub(crate) fn of(tag: Option<&str>, lab: &str) -> Self {
        match tag {
            Some(tag) if tag == lab => Self::Ours,
            Some(tag) => Self::OtherLab(tag.to_owned()),
            None => Self::NotTagged,
        }
    }

    /// Returns whether it is ours, or becomes ours because `adopts` says so. What another lab's tag is
    /// on is never taken over: pools and APIs of several labs may have the same name.
    pub(crate) fn is_ours_or_taken_over(&self, adopts: bool) -> bool {
        match self {
            Self::Ours => true,
            Self::NotTagged => adopts,
            Self::OtherLab(_) | Self::OtherAccount => false,
        }
    }

    /// Returns why it is not ours; `None` if it is.
    pub(crate) fn why_not_ours(&self) -> Option<String> {
        match self {
            Self::Ours => None,
            Self::NotTagged => Some(format!("it does not carry the tag `{LAB_TAG}`")),
            Self::OtherLab(lab) => Some(format!("its tag `{LAB_TAG}` marks it as part of `{lab}`")),
            Self::OtherAccount => Some(
                "it belongs to another account, or these credentials may not see it".to_owned(),
            ),
        }
    }

    /// Returns the value of its lab tag for display, when it is not ours.
    pub(crate) fn tag(&self) -> &str {
        match self {
            Self::OtherLab(lab) => lab,
            _ => "not set",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_tag_or_none_is_not_ours() {
        assert_eq!(Owner::of(Some("lab"), "lab"), Owner::Ours);
        assert_eq!(Owner::of(None, "lab"), Owner::NotTagged);
        let other = Owner::of(Some("lab"), "other");
        assert!(other.why_not_ours().is_some_and(|why| why.contains("`lab`")));
        assert_eq!((other.tag(), Owner::NotTagged.tag()), ("lab", "not set"));
    }

    #[test]
    fn what_another_lab_has_is_never_taken_over() {
        assert!(Owner::Ours.is_ours_or_taken_over(false));
        assert!(Owner::NotTagged.is_ours_or_taken_over(true));
        assert!(!Owner::NotTagged.is_ours_or_taken_over(false));
        for owner in [Owner::OtherLab("other".to_owned()), Owner::OtherAccount] {
            assert!(!owner.is_ours_or_taken_over(true));
        }
    }
}
