//! The fault rules as they are written: which calls each is about, and what it does to them.

use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{Fault, earlier::Earlier, not_found, stale::Stale, thing};
use crate::{
    absent::Absent,
    clock::fits,
    outages::Outage,
    service::{AwsError, Call, Caller, Subject},
};

/// A service that rules may be about, and what [`not_found`] knows of it.
pub(crate) type Target = (&'static str, &'static [Absent]);

/// The rules as they are put and got.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultPlan {
    /// Decides which calls a probability strikes.
    #[serde(default)]
    pub(super) seed: u64,
    #[serde(default)]
    pub(super) rules: Vec<Rule>,
}

impl FaultPlan {
    /// Returns the service and operation of each hold.
    pub(super) fn holds(&self) -> Vec<(String, String)> {
        let holds = self.rules.iter().filter(|rule| rule.kind == Kind::Hold);
        holds.map(|rule| (rule.service.clone(), rule.operation.clone())).collect()
    }

    /// Returns what the rules do to Fargate.
    pub(super) fn outages(&self) -> Vec<Outage> {
        let outage = |rule: &Rule| match rule.kind {
            Kind::KillTasks => Some(Outage::KillTasks),
            Kind::ZoneDown => Some(Outage::ZoneDown(rule.zone.clone())),
            Kind::NoCapacity => Some(Outage::NoCapacity(rule.zone.clone())),
            _ => None,
        };
        self.rules.iter().filter_map(outage).collect()
    }
}

/// Which calls are struck, and how. The first rule that strikes a call decides.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    /// A name for people, which changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default = "any")]
    service: String,
    #[serde(default = "any")]
    operation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutating: Option<bool>,
    /// The account of the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    kind: Kind,
    #[serde(default = "always")]
    pub(super) probability: f64,
    /// How many matching calls are let through first.
    #[serde(default)]
    pub(super) skip: u64,
    /// How many calls are struck at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) times: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds: Option<u64>,
    /// The availability zone that an outage is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
}

fn any() -> String {
    "*".to_owned()
}

fn always() -> f64 {
    1.0
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Throttle,
    Denied,
    Error,
    Delay,
    LoseAnswer,
    Hang,
    HangBefore,
    /// Strikes no call. A change that the operation begins stays in progress until the rule is
    /// removed: a table stays `CREATING` after `CreateTable`. Changes that were complete stay so.
    /// For `GetResources`, the index of tags keeps listing until then what it has listed.
    Hold,
    /// A reading call is answered as if the resource did not exist: with the service's own error or
    /// an empty list. `skip` and `times` count per resource: the first reads of each.
    NotFound,
    /// A reading call is answered as if the resource had no tags. Counts like `not-found`.
    NoTags,
    /// A reading call gets the answer that the same call got first, although a change, such as a
    /// deletion, has another answer. `skip` and `times` count the calls whose answer differs.
    StillThere,
    /// Strikes no call, as those below: the processes of the tasks that run when the rule is put are
    /// killed.
    KillTasks,
    /// Tasks of services in a zone are stopped, and no task is started there.
    ZoneDown,
    /// No task is started, in a zone or in any.
    NoCapacity,
}

impl Kind {
    /// Returns whether it is about Fargate, and not about single calls.
    fn is_outage(self) -> bool {
        matches!(self, Self::KillTasks | Self::ZoneDown | Self::NoCapacity)
    }
}

/// Returns the answer without tags to a reading call; `None` for other calls. Objects and items can
/// have fields of any name, so there only the operations on tags count.
fn untagged(subject: &Subject) -> Option<Stale> {
    let name = subject.operation.name.as_str();
    let keeps_data = matches!(subject.service, "s3" | "dynamodb");
    if subject.operation.mutating || (keeps_data && !name.contains("Tag")) {
        return None;
    }
    // The only operation that answers a resource without tags with an error.
    if name == "GetBucketTagging" {
        let error =
            AwsError::new(StatusCode::NOT_FOUND, "NoSuchTagSet", "The TagSet does not exist");
        return Some(Stale::Refused(error));
    }
    Some(Stale::Untagged)
}

impl Rule {
    fn matches(&self, subject: &Subject) -> bool {
        fits(&self.service, subject.service)
            && fits(&self.operation, &subject.operation.name)
            && self.mutating.is_none_or(|mutating| mutating == subject.operation.mutating)
    }

    /// Returns whether a call is by the account that the rule names, if it names one.
    fn is_of_caller(&self, call: Option<&Call>) -> bool {
        let Some(account) = &self.account else { return true };
        match call.map(|call| &call.caller) {
            Some(Caller::Signed { place, .. }) => place.account.as_str() == account,
            _ => false,
        }
    }

    /// Checks that the rule makes sense and can strike one of these; if not, returns why.
    pub(super) fn check(&self, targets: &[Target]) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.probability) {
            return Err("`probability` must be from 0 to 1".to_owned());
        }
        let is_error = self.kind == Kind::Error;
        // Holds and outages are not about single calls.
        let strikes = self.kind != Kind::Hold && !self.kind.is_outage();
        let has_zone = matches!(self.kind, Kind::ZoneDown | Kind::NoCapacity);
        let fields = [
            ("probability", self.probability < 1.0, strikes && !self.counts_answers()),
            ("skip", self.skip > 0, strikes),
            ("times", self.times.is_some(), strikes),
            ("mutating", self.mutating.is_some(), strikes),
            ("account", self.account.is_some(), strikes),
            ("code", self.code.is_some(), is_error),
            ("message", self.message.is_some(), is_error),
            ("status", self.status.is_some(), is_error),
            ("milliseconds", self.milliseconds.is_some(), self.kind == Kind::Delay),
            ("zone", self.zone.is_some(), has_zone),
            ("operation", self.operation != any(), !self.kind.is_outage()),
        ];
        if let Some((field, ..)) = fields.iter().find(|(_, given, fits)| *given && !fits) {
            return Err(format!("`{field}` does not go with this `kind`"));
        }
        let (service, operation) = (&self.service, &self.operation);
        if self.kind.is_outage() && service != "ecs" {
            return Err("this `kind` needs the `service` `ecs`".to_owned());
        }
        let mut fitting = targets.iter().filter(|(name, _)| fits(service, name)).peekable();
        if fitting.peek().is_none() {
            return Err(format!("there is no service `{service}`"));
        }
        if self.kind == Kind::NotFound
            && !fitting.any(|(_, absent)| not_found::knows(absent, operation))
        {
            return Err(format!("the kind `not-found` does not know {operation} of {service}"));
        }
        if is_error && self.code.is_none() {
            return Err("the kind `error` needs a `code`".to_owned());
        }
        if self.kind == Kind::Delay && self.milliseconds.is_none() {
            return Err("the kind `delay` needs `milliseconds`".to_owned());
        }
        match self.status {
            Some(status) if !(400..600).contains(&status) => {
                Err("`status` must be from 400 to 599".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Returns whether `skip` and `times` count per resource.
    pub(super) fn counts_by_thing(&self) -> bool {
        matches!(self.kind, Kind::NotFound | Kind::NoTags)
    }

    /// Returns whether `skip` and `times` count answers, which are not known before the call.
    pub(super) fn counts_answers(&self) -> bool {
        self.kind == Kind::StillThere
    }

    /// Returns the fault that may strike a call. Some kinds strike only calls of AWS services.
    pub(super) fn fault(
        &self,
        subject: &Subject,
        call: Option<&Call>,
        earlier: &Earlier,
    ) -> Option<Fault> {
        if !self.matches(subject) || !self.is_of_caller(call) {
            return None;
        }
        Some(match self.kind {
            Kind::Throttle => Fault::Throttle,
            Kind::Denied => Fault::Denied,
            Kind::Error => Fault::Error(self.error()),
            Kind::Delay => Fault::Delay(Duration::from_millis(self.milliseconds.unwrap_or(0))),
            Kind::LoseAnswer => Fault::LoseAnswer,
            Kind::Hang => Fault::Hang,
            Kind::HangBefore => Fault::HangBefore,
            Kind::Hold | Kind::KillTasks | Kind::ZoneDown | Kind::NoCapacity => return None,
            Kind::NotFound => Fault::NotFound(not_found::answer(subject, call?)?),
            Kind::NoTags => Fault::NoTags(call.and_then(|_| untagged(subject))?),
            Kind::StillThere => Fault::StillThere(self.before(subject, call?, earlier)?),
        })
    }

    /// Returns the answer from before a change to a reading call; `None` for other calls.
    fn before(&self, subject: &Subject, call: &Call, earlier: &Earlier) -> Option<Stale> {
        let Self { skip, times, .. } = *self;
        let (earlier, thing) = (earlier.clone(), thing(subject, call));
        (!subject.operation.mutating).then_some(Stale::Before { earlier, thing, skip, times })
    }

    fn error(&self) -> AwsError {
        let status = self.status.and_then(|status| StatusCode::from_u16(status).ok());
        AwsError::new(
            status.unwrap_or(StatusCode::BAD_REQUEST),
            self.code.as_deref().unwrap_or_default(),
            self.message.as_deref().unwrap_or("A fault rule of the local cloud says so."),
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::absent::{
        Named::Nowhere,
        Reply::{Empty, Never},
    };

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        const IAM: &[Absent] =
            &[(&["GetRole"], Nowhere, Empty(&["Role"])), (&["GetUser"], Nowhere, Never)];
        let targets: &[Target] = &[("iam", IAM), ("execute-api", &[])];
        for (rule, named) in [
            (json!({"kind": "throttle", "probability": 2}), "probability"),
            (json!({"kind": "error"}), "code"),
            (json!({"kind": "error", "code": "X", "status": 200}), "status"),
            (json!({"kind": "delay"}), "milliseconds"),
            (json!({"kind": "hang", "code": "X"}), "code"),
            (json!({"kind": "hold", "times": 1}), "times"),
            (json!({"kind": "hold", "skip": 1}), "skip"),
            (json!({"kind": "hold", "probability": 0.5}), "probability"),
            (json!({"kind": "hold", "mutating": true}), "mutating"),
            (json!({"kind": "still-there", "probability": 0.5}), "probability"),
            (json!({"kind": "hang", "service": "elb"}), "no service `elb`"),
            (json!({"kind": "throttle", "zone": "eu-west-1a"}), "zone"),
            (json!({"kind": "kill-tasks", "service": "ecs", "zone": "eu-west-1a"}), "zone"),
            (json!({"kind": "zone-down", "service": "ecs", "operation": "RunTask"}), "operation"),
            (json!({"kind": "no-capacity", "service": "ecs", "times": 1}), "times"),
            (json!({"kind": "no-capacity"}), "service"),
            (json!({"kind": "not-found", "operation": "DescribTable"}), "DescribTable"),
            (json!({"kind": "not-found", "operation": "GetUser"}), "GetUser"),
            (json!({"kind": "not-found", "service": "execute-api"}), "execute-api"),
        ] {
            let why = Rule::deserialize(rule).unwrap().check(targets).unwrap_err();
            assert!(why.contains(named), "{why}");
        }
    }

    #[test]
    fn an_unknown_field_is_named() {
        let plan = json!({"rules": [{"kind": "throttle", "probabilty": 0.5}]});
        let why = serde_json::from_value::<FaultPlan>(plan).unwrap_err().to_string();
        assert!(why.contains("probabilty"), "{why}");
    }
}
