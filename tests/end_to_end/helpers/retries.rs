//! The retries that operations declare, as faults that strike their calls.

use std::time::Duration;

use mysfits::aws::{Retry, all};
use serde_json::{Value, json};

use super::{calls::struck, cloud::Cloud};

// The calls of part 4 that have retries, by the run that makes them.
pub(crate) const DEPLOY_4: &[&str] = &[
    "apigateway CreateVpcLink",
    "apigateway CreateRestApi",
    "apigateway PutRestApi",
    "apigateway CreateDeployment",
    "apigateway UpdateStage",
];
pub(crate) const MEND_4: &[&str] = &["cognito-idp UpdateUserPool", "apigateway DeleteDeployment"];
pub(crate) const CLEANUP_4: &[&str] =
    &["apigateway DeleteStage", "apigateway DeleteRestApi", "apigateway DeleteVpcLink"];

/// A retry of an operation.
pub(crate) struct Row {
    /// Such as `s3 CreateBucket`.
    pub(crate) call: String,
    code: &'static str,
    message: &'static str,
}

/// Returns all retries of all operations.
pub(crate) fn rows() -> Vec<Row> {
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

    fn rule(&self) -> Value {
        let (service, operation) = self.parts();
        let message = format!("AWS says: {}.", self.message);
        json!({"service": service, "operation": operation, "kind": "error", "status": 400,
               "code": self.code, "message": message, "times": self.times()})
    }
}

/// Makes each row of these calls strike from now on, one after the other.
pub(crate) fn strike(cloud: &Cloud, calls: &[&str]) {
    let rows = rows();
    let rules = rows.iter().filter(|row| calls.contains(&row.call.as_str())).map(Row::rule);
    cloud.faults(&rules.collect());
    cloud.forget_requests();
}

/// Each row of these calls has struck as often as it should, and strikes no more.
#[track_caller]
pub(crate) fn all_have_struck(cloud: &Cloud, calls: &[&str]) {
    let rows = rows();
    for row in rows.iter().filter(|row| calls.contains(&row.call.as_str())) {
        let same = rows.iter().filter(|it| (&it.call, it.code) == (&row.call, row.code));
        let expected: usize = same.map(Row::times).sum();
        assert_eq!(struck(cloud, row.parts(), row.code), expected, "{}: {}", row.call, row.code);
    }
    cloud.no_faults();
}
