//! What was observed of a resource in the account.

use std::time::SystemTime;

use super::Setting;
use crate::{
    error::{Code, Error},
    lab::{Expiry, Owner, Placeholder, Value, Values, prices::Price},
};

/// What was observed of a resource.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    /// Whether it exists.
    pub(crate) presence: Presence,
    /// The owner. What does not exist is the lab's to create.
    pub(crate) owner: Owner,
    /// The values that it produces for others, as far as they can be derived.
    pub(crate) values: Values,
    /// The settings that were compared.
    pub(crate) settings: Vec<Setting>,
    /// How many more with its name belong to the lab. Which of them counts is then undecided.
    pub(crate) duplicates: usize,
    /// What is kept unchanged, because the value that it would be made from is unknown: sentences.
    pub(crate) kept: Vec<String>,
    /// What it is billed as, where that depends on its state: a service with no task costs nothing.
    /// Otherwise its declared prices apply.
    pub(crate) billed: Option<Billed>,
    /// When the lab may go, if a tag on it says so.
    pub(crate) expires: Option<Expiry>,
}

/// The prices of a resource that exists in several forms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Billed {
    /// In its present form.
    pub(crate) now: Vec<Price>,
    /// In the form that the lab wants.
    pub(crate) wanted: Vec<Price>,
    /// When it was created, by AWS's clock; `None` if AWS does not say.
    pub(crate) since: Option<SystemTime>,
}

/// Whether a resource exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It was looked at, and does not exist.
    Absent,
    /// It is in transition, with AWS's word for the state.
    Settling {
        /// AWS's word, such as `CREATING`.
        status: String,
    },
    /// It exists but still lacks something: an answer, or a person's decision on a change set.
    /// Deploy waits for it; cleanup need not.
    Waiting {
        /// What is still missing, as text.
        status: String,
    },
    /// It does not have to exist, for this reason.
    NotUsed {
        /// Why, as text.
        why: String,
    },
    /// AWS reports it as ready, but it does not answer this machine. That passes, unless something
    /// in between lets nothing through: deploy does not wait for it as long as for AWS.
    Unreached {
        /// How that shows.
        why: String,
    },
    /// It exists.
    There,
    /// It exists, but cannot be changed into what the lab wants.
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
    /// The reason as text, such as "access denied (`ecs:DescribeClusters`)".
    pub(crate) words: String,
}

/// The kinds of reasons for which a resource cannot be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// These credentials do not permit it.
    Denied,
    /// AWS throttles the calls.
    Throttled,
    /// AWS did not answer.
    Unreachable,
    /// The value that identifies it is unknown.
    Dependency,
    /// AWS answered with another error.
    Refused,
}

impl Reason {
    /// Returns the reason for a look that failed with this error.
    pub(crate) fn of(error: &Error) -> Self {
        match (error.code, &error.aws) {
            (Code::AccessDenied | Code::SessionEnded | Code::LearnerLab, _) => Self::Denied,
            (Code::Unreachable | Code::Deadline, _) => Self::Unreachable,
            (_, Some(aws)) if is_throttling(&aws.code) => Self::Throttled,
            _ => Self::Refused,
        }
    }
}

impl Seen {
    /// Observed in this state.
    pub(crate) fn new(presence: Presence, owner: Owner) -> Self {
        Self {
            presence,
            owner,
            values: Values::default(),
            settings: Vec::new(),
            duplicates: 0,
            kept: Vec::new(),
            billed: None,
            expires: None,
        }
    }

    /// It does not exist.
    pub(crate) fn absent() -> Self {
        Self::new(Presence::Absent, Owner::Ours)
    }

    /// It does not have to exist, for this reason.
    pub(crate) fn not_used(why: impl Into<String>) -> Self {
        Self::new(Presence::NotUsed { why: why.into() }, Owner::Ours)
    }

    /// It exists, produces these values, and has these settings.
    pub(crate) fn there(owner: Owner, values: Values, settings: Vec<Setting>) -> Self {
        Self { values, settings, ..Self::new(Presence::There, owner) }
    }

    /// It is in transition.
    pub(crate) fn settling(owner: Owner, status: impl Into<String>) -> Self {
        Self::new(Presence::Settling { status: status.into() }, owner)
    }

    /// It exists, and something is still missing.
    #[cfg(test)]
    pub(crate) fn waiting(owner: Owner, status: impl Into<String>) -> Self {
        Self::new(Presence::Waiting { status: status.into() }, owner)
    }

    /// It exists and cannot be changed into what the lab wants.
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

    /// Returns the value that identifies another resource, and that resource's owner.
    ///
    /// # Errors
    /// What follows without the value: absent if the parent is absent, and unknown if the value is
    /// unknown.
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

    /// Sets the number of duplicates.
    pub(crate) fn with_duplicates(mut self, duplicates: usize) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// Returns whether it exists, whoever owns it; `false` if it could not be looked at.
    pub(crate) fn is_there(&self) -> bool {
        !matches!(self.presence, Presence::Absent | Presence::NotUsed { .. } | Presence::Unknown(_))
    }

    /// Returns whether it exists and belongs to the lab.
    pub(crate) fn is_ours(&self) -> bool {
        self.is_there() && self.owner == Owner::Ours
    }

    /// Returns whether it is as the lab wants it.
    pub(crate) fn is_ready(&self) -> bool {
        match self.presence {
            Presence::NotUsed { .. } => true,
            Presence::There => self.owner == Owner::Ours && !self.drifted(),
            _ => false,
        }
    }

    /// Returns whether it differs from what the lab wants, but can be changed into that.
    pub(crate) fn drifted(&self) -> bool {
        self.duplicates > 0 || self.differing().next().is_some()
    }

    /// Returns the settings that differ.
    pub(crate) fn differing(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| setting.differs())
    }

    /// Returns the differences, each in a few words.
    pub(crate) fn differences(&self) -> Vec<String> {
        let duplicates = (self.duplicates > 0)
            .then(|| format!("there are {} with this name, expected 1", self.duplicates + 1));
        duplicates.into_iter().chain(self.differing().map(Setting::in_words)).collect()
    }

    /// Returns the values that others may use. With `adopts`, what is not the lab's is being taken
    /// over, so its values may be used.
    pub(crate) fn given(&self, id: &str, produces: &[Placeholder], adopts: bool) -> Values {
        let unknown = |why: &str| Value::Unknown(format!("`{id}` {why}"));
        let fallback = match &self.presence {
            Presence::Absent | Presence::NotUsed { .. } => {
                return Values::all(produces, &Value::Absent);
            }
            Presence::There if self.duplicates > 0 => unknown("has duplicates"),
            Presence::There => unknown("differs"),
            Presence::Settling { status } => unknown(&format!("is {status}")),
            Presence::Waiting { status } => unknown(&format!("is waiting: {status}")),
            Presence::Unreached { why } => unknown(&format!("is not reached: {why}")),
            Presence::Broken { why } => unknown(&format!("is broken: {why}")),
            Presence::Unknown(unknown_why) => {
                unknown(&format!("is unknown: {}", unknown_why.words))
            }
        };
        let mut given = Values::all(produces, &fallback);
        if self.presence == Presence::There && self.duplicates == 0 {
            let ours = self.owner.is_ours_or_taken_over(adopts);
            let values = self.values.clone();
            given.extend(&if ours { values } else { values.not_ours(&self.owner) });
        }
        given
    }
}

/// Returns whether this error code of AWS means throttling.
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
    fn what_is_not_used_is_ready_and_not_there() {
        let seen = Seen::not_used("nothing needs it");
        assert!(seen.is_ready() && !seen.is_there() && !seen.is_ours());
        assert_eq!(given(&seen, false).value(A), &Value::Absent);
    }

    #[test]
    fn values_are_used_of_what_is_ours_or_adopted() {
        let ours = Seen::there(Owner::Ours, Values::of([(A, "x")]), Vec::new());
        assert_eq!(given(&ours, false).get(A), Some("x"));
        assert_eq!(given(&ours, false).value(B), &Value::Unknown("`thing` differs".to_owned()));
        let foreign = Seen { owner: Owner::NotTagged, ..ours };
        assert_eq!(given(&foreign, false).get(A), None);
        assert_eq!(given(&foreign, true).get(A), Some("x"));
        let others = Seen { owner: Owner::OtherLab("other".to_owned()), ..foreign };
        assert_eq!(given(&others, true).get(A), None);
    }

    #[test]
    fn why_it_could_not_be_looked_at() {
        let error = |code, aws: &str| {
            Error::new(code, "no").said(AwsWords {
                operation: "ecs DescribeClusters".to_owned(),
                action: "ecs:DescribeClusters".to_owned(),
                code: aws.to_owned(),
                message: "no".to_owned(),
            })
        };
        let why = |error| match Seen::failed(&error).presence {
            Presence::Unknown(unknown) => (unknown.reason, unknown.words),
            other => panic!("{other:?}"),
        };
        let denied = why(error(Code::AccessDenied, "AccessDeniedException"));
        assert_eq!(denied, (Reason::Denied, "access denied (`ecs:DescribeClusters`)".to_owned()));
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
}
