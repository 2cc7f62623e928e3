//! The retries that operations declare, as faults that strike their calls.

use std::time::Duration;

use mysfits::aws::{Retry, all};
use serde_json::{Value, json};

use super::{calls::struck, cloud::Cloud};

/// A retry of an operation.
struct Row {
    /// Such as `s3 CreateBucket`.
    call: String,
    code: &'static str,
    message: &'static str,
}

/// Returns all retries of all operations.
fn rows() -> Vec<Row> {
    let rows = all().flat_map(|operation| {
        operation.retries.iter().map(move |Retry { code, message, longest }| {
            assert!(*longest > Duration::ZERO, "{operation}: {code}");
            Row { call: operation.to_string(), code, message }
        })
    });
    rows.collect()
}

impl Row {
    /// Returns the service as the local cloud names it, and the operation.
    fn parts(&self) -> (&str, &str) {
        let (service, operation) = self.call.split_once(' ').unwrap();
        (if service == "elb" { "elasticloadbalancing" } else { service }, operation)
    }

    /// Returns how often the call is struck. The SDK retries throttling, seven times; only the two
    /// calls where AWS's own limit lasts longer are struck until the SDK has given up.
    fn times(&self) -> usize {
        match self.call.as_str() {
            "dynamodb CreateTable" | "apigateway DeleteRestApi"
                if self.code != "ConflictException" =>
            {
                8
            }
            _ => 2,
        }
    }

    /// Returns how often its code was answered to its call.
    fn struck(&self, cloud: &Cloud) -> usize {
        struck(cloud, self.parts(), self.code)
    }

    fn rule(&self) -> Value {
        let (service, operation) = self.parts();
        let message = format!("AWS says: {}.", self.message);
        json!({"service": service, "operation": operation, "kind": "error", "status": 400,
               "code": self.code, "message": message, "times": self.times()})
    }
}

/// Makes each retry that has not struck yet strike from now on, one after the other, beside these
/// rules.
pub(crate) fn strike_rest(cloud: &Cloud, beside: &[Value]) {
    let rows = rows();
    assert!(rows.len() > 40, "only {} rows were read", rows.len());
    let rest = rows.iter().filter(|row| row.struck(cloud) == 0);
    cloud.faults(&rest.map(Row::rule).chain(beside.iter().cloned()).collect());
}

/// Each retry has struck as often as it should.
#[track_caller]
pub(crate) fn all_have_struck(cloud: &Cloud) {
    let rows = rows();
    for row in &rows {
        let same = rows.iter().filter(|it| (&it.call, it.code) == (&row.call, row.code));
        let expected: usize = same.map(Row::times).sum();
        assert_eq!(row.struck(cloud), expected, "{}: {}", row.call, row.code);
    }
}
