//! What was seen of a resource in the account.

use crate::{
    error::{Code, Error},
    lab::{LAB_TAG, Owner, Placeholder, Value, Values, prices::Price},
};

/// What was seen of a resource.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    /// Whether it is there.
    pub(crate) presence: Presence,
    /// Whose it is. What is not there is the lab's to make.
    pub(crate) owner: Owner,
    /// The values that it gives to others, as far as they can be told from what was seen.
    pub(crate) values: Values,
    /// The settings that were compared.
    pub(crate) settings: Vec<Setting>,
    /// How many more of the lab's there are under its name. Which of them counts is then open.
    pub(crate) duplicates: usize,
    /// What it keeps as it is, because the value that it would be made of is unknown: sentences.
    pub(crate) kept: Vec<String>,
    /// What is billed of it, where that depends on what was seen: a service with no task costs nothing.
    /// Otherwise it is what it declares.
    pub(crate) billed: Option<Billed>,
}

/// What is billed of a resource that comes in several forms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Billed {
    /// As it stands.
    pub(crate) now: Vec<Price>,
    /// As the lab wants it.
    pub(crate) wanted: Vec<Price>,
}

/// Whether a resource is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It was looked at, and is not there.
    Absent,
    /// It is on its way, in AWS's word for the state.
    Settling {
        /// AWS's word, such as `CREATING`.
        status: String,
    },
    /// It is there, and something else that it needs is still missing: an answer, a person's word on
    /// a change set. Deploy waits for it; cleanup need not.
    Waiting {
        /// What is still missing, in words.
        status: String,
    },
    /// It is there.
    There,
    /// It is there, but cannot be changed into what the lab wants.
    Broken {
        /// Why.
        why: String,
    },
    /// It could not be looked at.
    Unknown(Unknown),
}

/// Why a resource could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// The reason.
    pub(crate) reason: Reason,
    /// The reason in words, such as "access denied (`ecs DescribeClusters`)".
    pub(crate) words: String,
}

/// The kinds of reasons for which a resource cannot be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// These credentials may not look.
    Denied,
    /// AWS takes no more calls now.
    Throttled,
    /// AWS did not answer.
    Unreachable,
    /// What it is found by is unknown itself.
    Dependency,
    /// AWS answered with another error.
    Refused,
}

impl Reason {
    /// The reason for which a look failed with this error.
    pub(crate) fn of(error: &Error) -> Self {
        match (error.code, &error.aws) {
            (Code::AccessDenied, _) => Self::Denied,
            (Code::Unreachable | Code::Deadline, _) => Self::Unreachable,
            (_, Some(aws)) if is_throttling(&aws.code) => Self::Throttled,
            _ => Self::Refused,
        }
    }
}

/// A setting that was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Its name, as AWS writes it; with its path, when it is inside another one.
    pub(crate) name: String,
    /// As the lab wants it.
    pub(crate) expected: String,
    /// As it is.
    pub(crate) actual: String,
}

/// What a value is called that AWS does not tell.
pub(crate) const NOT_SET: &str = "not set";

impl Setting {
    /// A setting, from anything that can be written.
    #[expect(clippy::needless_pass_by_value, reason = "texts and numbers are given alike")]
    pub(crate) fn new(
        name: impl Into<String>,
        expected: impl ToString,
        actual: impl ToString,
    ) -> Self {
        Self { name: name.into(), expected: expected.to_string(), actual: actual.to_string() }
    }

    /// A setting that AWS may not tell.
    #[expect(clippy::needless_pass_by_value, reason = "texts and numbers are given alike")]
    pub(crate) fn maybe(
        name: impl Into<String>,
        expected: impl ToString,
        actual: Option<impl ToString>,
    ) -> Self {
        let actual = actual.map_or_else(|| NOT_SET.to_owned(), |actual| actual.to_string());
        Self { name: name.into(), expected: expected.to_string(), actual }
    }

    /// The lab's tag.
    pub(crate) fn tag(lab: &str, owner: &Owner) -> Self {
        let actual = if *owner == Owner::Ours { lab } else { owner.tag() };
        Self::new(format!("tag {LAB_TAG}"), lab, actual)
    }

    /// Stands for all settings that cannot be compared, because this value is missing.
    pub(crate) fn uncompared(template: &str, missing: Placeholder) -> Self {
        Self::new(format!("{missing} in {template}"), "a value", "not known yet")
    }

    /// Whether it is another than the lab wants.
    pub(crate) fn differs(&self) -> bool {
        self.expected != self.actual
    }

    /// The difference in words.
    pub(crate) fn in_words(&self) -> String {
        format!("{} is {}, expected {}", self.name, self.actual, self.expected)
    }
}

impl Seen {
    /// It is in this state.
    pub(crate) fn new(presence: Presence, owner: Owner) -> Self {
        Self {
            presence,
            owner,
            values: Values::default(),
            settings: Vec::new(),
            duplicates: 0,
            kept: Vec::new(),
            billed: None,
        }
    }

    /// It is not there.
    pub(crate) fn absent() -> Self {
        Self::new(Presence::Absent, Owner::Ours)
    }

    /// It is there, gives these values, and has these settings.
    pub(crate) fn there(owner: Owner, values: Values, settings: Vec<Setting>) -> Self {
        Self { values, settings, ..Self::new(Presence::There, owner) }
    }

    /// It is on its way.
    pub(crate) fn settling(owner: Owner, status: impl Into<String>) -> Self {
        Self::new(Presence::Settling { status: status.into() }, owner)
    }

    /// It is there, and something is still missing.
    #[cfg(test)]
    pub(crate) fn waiting(owner: Owner, status: impl Into<String>) -> Self {
        Self::new(Presence::Waiting { status: status.into() }, owner)
    }

    /// It is there and cannot be changed into what the lab wants.
    #[cfg(test)]
    pub(crate) fn broken(owner: Owner, why: impl Into<String>) -> Self {
        Self::new(Presence::Broken { why: why.into() }, owner)
    }

    /// It could not be looked at, for this reason.
    pub(crate) fn unknown(reason: Reason, words: impl Into<String>) -> Self {
        Self::new(Presence::Unknown(Unknown { reason, words: words.into() }), Owner::Ours)
    }

    /// It could not be looked at, because of this error.
    pub(crate) fn failed(error: &Error) -> Self {
        Self::unknown(Reason::of(error), error.in_short())
    }

    /// Returns the value through which another resource is found, and whose that one is.
    ///
    /// # Errors
    /// What is seen without it: nothing is there without what it is part of, and nothing is known
    /// of it when the value is unknown.
    pub(crate) fn through(known: &Values, value: Placeholder) -> Result<(&str, Owner), Box<Self>> {
        match known.value(value) {
            Value::Known(value) => Ok((value, Owner::Ours)),
            Value::NotOurs(value, owner) => Ok((value, owner.clone())),
            Value::Absent => Err(Box::new(Self::absent())),
            Value::Unknown(why) => {
                let why = if why.is_empty() { "it was not looked at" } else { why };
                let words = format!("{value} is unknown: {why}");
                Err(Box::new(Self::unknown(Reason::Dependency, words)))
            }
        }
    }

    /// The same with these duplicates.
    pub(crate) fn with_duplicates(mut self, duplicates: usize) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// Whether there is something, whosever it is. Of what could not be looked at that is not known.
    pub(crate) fn is_there(&self) -> bool {
        !matches!(self.presence, Presence::Absent | Presence::Unknown(_))
    }

    /// Whether there is something, and it is the lab's.
    pub(crate) fn is_ours(&self) -> bool {
        self.is_there() && self.owner == Owner::Ours
    }

    /// Whether it is as the lab wants it.
    pub(crate) fn is_ready(&self) -> bool {
        self.presence == Presence::There && self.owner == Owner::Ours && !self.drifted()
    }

    /// Whether it can be changed into what the lab wants, and is not so yet.
    pub(crate) fn drifted(&self) -> bool {
        self.duplicates > 0 || self.differing().next().is_some()
    }

    /// The settings that differ.
    pub(crate) fn differing(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| setting.differs())
    }

    /// What differs, each in a few words.
    pub(crate) fn differences(&self) -> Vec<String> {
        let duplicates = (self.duplicates > 0)
            .then(|| format!("there are {} of this name, expected 1", self.duplicates + 1));
        duplicates.into_iter().chain(self.differing().map(Setting::in_words)).collect()
    }

    /// What others may know of the values that it produces. `adopts`: what is not the lab's is
    /// being taken over, so its values may be used.
    pub(crate) fn given(&self, id: &str, produces: &[Placeholder], adopts: bool) -> Values {
        let unknown = |why: &str| Value::Unknown(format!("`{id}` {why}"));
        let fallback = match &self.presence {
            Presence::Absent => return Values::all(produces, &Value::Absent),
            Presence::There if self.duplicates > 0 => unknown("has duplicates"),
            Presence::There => unknown("differs"),
            Presence::Settling { status } => unknown(&format!("is {status}")),
            Presence::Waiting { status } => unknown(&format!("is waiting: {status}")),
            Presence::Broken { why } => unknown(&format!("is broken: {why}")),
            Presence::Unknown(unknown_why) => {
                unknown(&format!("is unknown: {}", unknown_why.words))
            }
        };
        let mut given = Values::all(produces, &fallback);
        if self.presence == Presence::There && self.duplicates == 0 {
            let ours = self.owner == Owner::Ours || adopts;
            let values = self.values.clone();
            given.extend(&if ours { values } else { values.not_ours(&self.owner) });
        }
        given
    }
}

/// Whether AWS's code says that it takes no more calls now.
fn is_throttling(code: &str) -> bool {
    ["Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown"]
        .iter()
        .any(|part| code.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::AwsWords;

    const A: Placeholder = Placeholder::new("REPLACE_ME_A");
    const B: Placeholder = Placeholder::new("REPLACE_ME_B");

    fn given(seen: &Seen, adopts: bool) -> Values {
        seen.given("thing", &[A, B], adopts)
    }

    #[test]
    fn only_absent_is_absent() {
        assert_eq!(given(&Seen::absent(), false).value(A), &Value::Absent);
        for seen in [
            Seen::settling(Owner::Ours, "CREATING"),
            Seen::waiting(Owner::Ours, "no answer"),
            Seen::broken(Owner::Ours, "FAILED"),
            Seen::unknown(Reason::Denied, "access denied"),
            Seen::there(Owner::Ours, Values::of([(A, "x")]), Vec::new()).with_duplicates(1),
        ] {
            assert!(matches!(given(&seen, false).value(A), Value::Unknown(_)), "{seen:?}");
        }
    }

    #[test]
    fn values_are_used_of_what_is_ours_or_adopted() {
        let ours = Seen::there(Owner::Ours, Values::of([(A, "x")]), Vec::new());
        assert_eq!(given(&ours, false).get(A), Some("x"));
        assert_eq!(given(&ours, false).value(B), &Value::Unknown("`thing` differs".to_owned()));
        let foreign = Seen { owner: Owner::NotTagged, ..ours };
        assert_eq!(given(&foreign, false).get(A), None);
        assert_eq!(given(&foreign, true).get(A), Some("x"));
    }

    #[test]
    fn why_it_could_not_be_looked_at() {
        let error = |code, aws: &str| {
            Error::new(code, "no").said(AwsWords {
                operation: "ecs DescribeClusters".to_owned(),
                code: aws.to_owned(),
                message: "no".to_owned(),
            })
        };
        let why = |error| match Seen::failed(&error).presence {
            Presence::Unknown(unknown) => (unknown.reason, unknown.words),
            other => panic!("{other:?}"),
        };
        let denied = why(error(Code::AccessDenied, "AccessDeniedException"));
        assert_eq!(denied, (Reason::Denied, "access denied (`ecs DescribeClusters`)".to_owned()));
        assert_eq!(why(error(Code::Refused, "ThrottlingException")).0, Reason::Throttled);
        assert_eq!(why(error(Code::Refused, "ServerException")).0, Reason::Refused);
        assert_eq!(why(Error::new(Code::Unreachable, "x")).0, Reason::Unreachable);
    }

    #[test]
    fn a_part_of_what_is_unknown_is_unknown() {
        assert_eq!(Seen::through(&Values::of([(A, "x")]), A), Ok(("x", Owner::Ours)));
        let absent = Values::all(&[A], &Value::Absent);
        assert_eq!(Seen::through(&absent, A), Err(Box::new(Seen::absent())));
        let seen = Seen::through(&Values::default(), A).unwrap_err();
        assert!(matches!(seen.presence, Presence::Unknown(_)));
    }

    #[test]
    fn a_difference_says_expected_and_actual() {
        let setting = Setting::maybe("minimumLength", 8, None::<i32>);
        assert_eq!(setting.in_words(), "minimumLength is not set, expected 8");
        assert!(!Setting::tag("lab", &Owner::Ours).differs());
        assert!(Setting::tag("lab", &Owner::NotTagged).differs());
    }
}
