//! The plan of an account. The local cloud sends no bill, so nobody has a free plan.

use serde_json::{Value, json};

use crate::{
    absent::{Absent, Named::Nowhere, Reply::Never},
    authorize::{Access, Need::Own},
    place::Place,
    protocol::{
        Protocol,
        json::Dialect,
        operations::{OnJson, Operation, Output, Tabled, look},
    },
    service::{Summary, Tagged},
};

/// AWS Free Tier.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FreeTier;

impl Tabled for FreeTier {
    const NAME: &'static str = "freetier";
    const PROTOCOL: Protocol = Protocol::AwsJson(Dialect {
        target: "AWSFreeTierService",
        content_type: "application/x-amz-json-1.0",
        error_prefix: "",
    });
    const OPERATIONS: &'static [Operation<Self::Handler>] =
        &[look("GetAccountPlanState", plan as OnJson<Self>)];
    const ABSENT: &'static [Absent] = &[(&["GetAccountPlanState"], Nowhere, Never)];
    const ACCESS: &'static [Access] = &[(&["GetAccountPlanState"], &[Own("*")])];
    const SUMMARY: Summary = Summary {
        title: "AWS Free Tier",
        real: "The plan of the account, which is a paid one.",
        refused: "Usage, activities, and changes of the plan.",
    };

    type Handler = OnJson<Self>;

    /// It has no resources.
    fn tagged_in(&self, _: &Place) -> Vec<Tagged> {
        Vec::new()
    }
}

fn plan(_: &FreeTier, place: &Place, _: &Value) -> Output {
    Ok(json!({
        "accountId": place.account,
        "accountPlanType": "PAID",
        "accountPlanStatus": "ACTIVE",
    }))
}
