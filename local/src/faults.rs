//! Faults on order: rules by which calls fail, slow down or lose their answers, for tests. Here is
//! which call is struck; `dispatch` does what the fault says.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::{random::Dice, service::AwsError, services::Subject};

/// The rules as they are put and got.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultPlan {
    /// Decides which calls a probability strikes.
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    rules: Vec<Rule>,
}

/// Which calls are struck, and how. The first rule that strikes a call decides.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[serde(default = "any")]
    service: String,
    #[serde(default = "any")]
    operation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutating: Option<bool>,
    kind: Kind,
    #[serde(default = "always")]
    probability: f64,
    /// How many matching calls are let through first.
    #[serde(default)]
    skip: u64,
    /// How many calls are struck at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds: Option<u64>,
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
    Error,
    Delay,
    LoseAnswer,
    Hang,
    HangBefore,
}

/// What happens to a call that is struck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not executed; answered with the service's throttling error.
    Throttle,
    /// Not executed; answered with this error.
    Error(AwsError),
    /// Executed after this time.
    Delay(Duration),
    /// Executed; the connection is closed without an answer.
    LoseAnswer,
    /// Executed; never answered.
    Hang,
    /// Not executed; never answered.
    HangBefore,
}

impl Fault {
    /// Its name in the rules and in the request log.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::Error(_) => "error",
            Self::Delay(_) => "delay",
            Self::LoseAnswer => "lose-answer",
            Self::Hang => "hang",
            Self::HangBefore => "hang-before",
        }
    }
}

/// The rules in force.
#[derive(Debug)]
pub(crate) struct Faults {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    plan: FaultPlan,
    dice: Dice,
    /// By rule: matching calls seen, and calls struck.
    counts: Vec<(u64, u64)>,
}

impl Default for Faults {
    fn default() -> Self {
        Self { state: Mutex::new(State::new(FaultPlan::default())) }
    }
}

impl Faults {
    /// Puts new rules in force.
    ///
    /// # Errors
    /// When a rule does not make sense; the text says which and why.
    pub(crate) fn put(&self, plan: FaultPlan) -> Result<(), String> {
        for (number, rule) in plan.rules.iter().enumerate() {
            rule.check().map_err(|why| format!("rule {number}: {why}"))?;
        }
        *self.lock() = State::new(plan);
        Ok(())
    }

    /// The rules in force.
    pub(crate) fn get(&self) -> FaultPlan {
        self.lock().plan.clone()
    }

    pub(crate) fn clear(&self) {
        *self.lock() = State::new(FaultPlan::default());
    }

    /// The fault that strikes a call.
    pub(crate) fn strike(&self, subject: &Subject) -> Option<Fault> {
        self.lock().strike(subject)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new(plan: FaultPlan) -> Self {
        Self { dice: Dice::new(plan.seed), counts: vec![(0, 0); plan.rules.len()], plan }
    }

    fn strike(&mut self, subject: &Subject) -> Option<Fault> {
        for (rule, (seen, struck)) in self.plan.rules.iter().zip(&mut self.counts) {
            if !rule.matches(subject) {
                continue;
            }
            *seen += 1;
            let spent = rule.times.is_some_and(|times| *struck >= times);
            // Short of the last condition no dice are thrown: what a rule strikes depends on the
            // calls that it could strike, not on all others.
            if *seen > rule.skip && !spent && self.dice.throw() < rule.probability {
                *struck += 1;
                return Some(rule.fault());
            }
        }
        None
    }
}

impl Rule {
    fn matches(&self, subject: &Subject) -> bool {
        let fits = |pattern: &str, name: &str| pattern == "*" || pattern == name;
        fits(&self.service, subject.service)
            && fits(&self.operation, &subject.operation.name)
            && self.mutating.is_none_or(|mutating| mutating == subject.operation.mutating)
    }

    fn check(&self) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.probability) {
            return Err("`probability` must be from 0 to 1".to_owned());
        }
        let is_error = self.kind == Kind::Error;
        let error_fields = [
            ("code", self.code.is_some(), is_error),
            ("message", self.message.is_some(), is_error),
            ("status", self.status.is_some(), is_error),
            ("milliseconds", self.milliseconds.is_some(), self.kind == Kind::Delay),
        ];
        if let Some((field, ..)) = error_fields.iter().find(|(_, given, fits)| *given && !fits) {
            return Err(format!("`{field}` does not go with this `kind`"));
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

    fn fault(&self) -> Fault {
        match self.kind {
            Kind::Throttle => Fault::Throttle,
            Kind::Error => Fault::Error(self.error()),
            Kind::Delay => Fault::Delay(Duration::from_millis(self.milliseconds.unwrap_or(0))),
            Kind::LoseAnswer => Fault::LoseAnswer,
            Kind::Hang => Fault::Hang,
            Kind::HangBefore => Fault::HangBefore,
        }
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
    use serde_json::{Value, json};

    use super::*;
    use crate::service::Operation;

    fn faults(plan: Value) -> Faults {
        let faults = Faults::default();
        faults.put(serde_json::from_value(plan).unwrap()).unwrap();
        faults
    }

    fn subject(service: &'static str, operation: &str, mutating: bool) -> Subject {
        Subject { service, operation: Operation { name: operation.to_owned(), mutating } }
    }

    fn put() -> Subject {
        subject("s3", "PutObject", true)
    }

    #[test]
    fn a_rule_strikes_what_it_names() {
        let faults = faults(json!({"rules": [
            {"service": "s3", "operation": "PutObject", "kind": "throttle"},
            {"mutating": false, "kind": "hang"},
        ]}));
        assert_eq!(faults.strike(&put()), Some(Fault::Throttle));
        assert_eq!(faults.strike(&subject("dynamodb", "PutItem", true)), None);
        assert_eq!(faults.strike(&subject("sts", "GetCallerIdentity", false)), Some(Fault::Hang));
    }

    #[test]
    fn skip_lets_through_and_times_ends() {
        let faults = faults(json!({"rules": [{"kind": "lose-answer", "skip": 2, "times": 1}]}));
        let struck: Vec<bool> = (0..5).map(|_| faults.strike(&put()).is_some()).collect();
        assert_eq!(struck, [false, false, true, false, false]);
    }

    #[test]
    fn a_probability_strikes_the_same_calls_for_the_same_seed() {
        let struck = |seed: u64| -> Vec<bool> {
            let rule = json!({"kind": "throttle", "probability": 0.3});
            let faults = faults(json!({"seed": seed, "rules": [rule]}));
            (0..100).map(|_| faults.strike(&put()).is_some()).collect()
        };
        assert_eq!(struck(1), struck(1));
        assert_ne!(struck(1), struck(2));
    }

    #[test]
    fn an_error_has_the_ordered_code() {
        let faults = faults(json!({"rules": [
            {"kind": "error", "code": "ExpiredToken", "message": "gone", "status": 403}
        ]}));
        let error = AwsError::new(StatusCode::FORBIDDEN, "ExpiredToken", "gone");
        assert_eq!(faults.strike(&put()), Some(Fault::Error(error)));
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        for (rule, named) in [
            (json!({"kind": "throttle", "probability": 2}), "probability"),
            (json!({"kind": "error"}), "code"),
            (json!({"kind": "error", "code": "X", "status": 200}), "status"),
            (json!({"kind": "delay"}), "milliseconds"),
            (json!({"kind": "hang", "code": "X"}), "code"),
        ] {
            let plan = serde_json::from_value(json!({"rules": [rule]})).unwrap();
            let why = Faults::default().put(plan).unwrap_err();
            assert!(why.contains(named) && why.contains("rule 0"), "{why}");
        }
    }

    #[test]
    fn an_unknown_field_is_named() {
        let plan = json!({"rules": [{"kind": "throttle", "probabilty": 0.5}]});
        let why = serde_json::from_value::<FaultPlan>(plan).unwrap_err().to_string();
        assert!(why.contains("probabilty"), "{why}");
    }
}
