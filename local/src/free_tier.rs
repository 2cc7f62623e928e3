//! The plan of an account. The local cloud sends no bill, so nobody has a free plan.

use serde_json::{Value, json};

use crate::{
    absent::{Absent, Named::Nowhere, Reply::Never},
    authorize::{Access, Need::Own},
    place::Place,
    protocol::{
        Protocol,
        json::Dialect,
        operations::{Handler, Operation, Output, Tabled, look, signer},
    },
    service::{Call, Summary, Tagged},
};

/// AWS Free Tier.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FreeTier;

/// An operation whose answer depends on where its caller is, and on nothing else.
#[derive(Debug)]
pub(crate) struct OfCaller(fn(&Place) -> Value);

impl Handler<FreeTier> for OfCaller {
    fn run(&self, _: &FreeTier, call: &Call) -> Output {
        signer::<FreeTier>(call).map(self.0)
    }
}

impl Tabled for FreeTier {
    const NAME: &'static str = "freetier";
    const PROTOCOL: Protocol = Protocol::AwsJson(Dialect {
        target: "AWSFreeTierService",
        content_type: "application/x-amz-json-1.0",
        error_prefix: "",
    });
    const OPERATIONS: &'static [Operation<Self::Handler>] =
        &[look("GetAccountPlanState", OfCaller(plan))];
    const ABSENT: &'static [Absent] = &[(&["GetAccountPlanState"], Nowhere, Never)];
    const ACCESS: &'static [Access] = &[(&["GetAccountPlanState"], &[Own("*")])];
    const SUMMARY: Summary = Summary {
        title: "AWS Free Tier",
        real: "The plan of the account, which is a paid one.",
        refused: "Usage, activities, and changes of the plan.",
    };

    type Handler = OfCaller;

    /// It has no resources.
    fn tagged_in(&self, _: &Place) -> Vec<Tagged> {
        Vec::new()
    }
}

fn plan(place: &Place) -> Value {
    json!({
        "accountId": place.account,
        "accountPlanType": "PAID",
        "accountPlanStatus": "ACTIVE",
    })
}
