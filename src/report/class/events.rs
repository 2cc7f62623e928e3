//! The events of a class, for programs and for nobody.

use std::time::SystemTime;

use serde_json::{Value, json};

use super::{phase, result};
use crate::{
    operate::class::{Happening, Listener, Who},
    report::{Silent, json as lines},
};

impl Listener for Silent {
    fn begins(&self, _: &[Who]) {}

    fn happened(&self, _: &Who, _: &Happening<'_>) {}
}

impl Listener for lines::Events {
    fn begins(&self, all: &[Who]) {
        lines::line(&json!({"type": "class-started", "labs": all.len(), "time": now()}));
    }

    fn happened(&self, who: &Who, what: &Happening<'_>) {
        let value = match what {
            Happening::Event { lab, part, event } => lines::value(lab, event).map(|mut value| {
                if let Some(part) = part {
                    value["part"] = (*part).into();
                }
                value
            }),
            Happening::Phase(it) => Some(json!({"type": "class-phase", "phase": phase(*it)})),
            Happening::Ended(record) => Some(json!({
                "type": "class-ended",
                "state": record.state.name(),
                "words": record.words,
                "seconds": result::seconds(record),
            })),
        };
        if let Some(mut value) = value {
            value["student"] = who.student.as_str().into();
            value["account"] = who.account.as_str().into();
            value["lab"] = who.lab.as_str().into();
            value["time"] = now();
            lines::line(&value);
        }
    }
}

fn now() -> Value {
    lines::time(SystemTime::now()).into()
}
