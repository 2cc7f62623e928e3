//! The plan of the account, and its credits.

use crate::aws::{Api, On, Protocol, Service};

const FREE_TIER: Service =
    Service { name: "freetier", sdk: "FreeTier", iam: "freetier", cli: "freetier" };

operations! {
    // It has one endpoint for all regions.
    use signed Api {
        service: &FREE_TIER,
        host: "freetier.us-east-1.api.aws",
        signs: "freetier",
        signs_in: Some("us-east-1"),
        protocol: Protocol::Json { version: "1.0", target: "AWSFreeTierService" },
    };
    GET_ACCOUNT_PLAN_STATE = FREE_TIER.reads("GetAccountPlanState").on(On::All);
}
