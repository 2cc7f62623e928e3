//! What is checked of the REST API.

use crate::{
    aws::operations::apigateway as op,
    engine::{Check, HARDENING, LAB, Subject},
};

/// In the order in which they are shown.
pub(super) static CHECKS: [Check; 5] = [
    Check {
        id: "rest-api",
        title: "The API exists.",
        depends_on: &["vpc-link"],
        why: "The API is the one door to the backend that knows who has signed in.",
        hint: "`mysfits auth deploy` creates it; one with another name is chosen with `--api`",
        ..LAB
    },
    Check {
        id: "api-like",
        title: "Only who has signed in may like, by the definition.",
        depends_on: &["rest-api", "user-pool", "load-balancer"],
        on: Subject::Setting(&op::GET_RESOURCES, "POST /mysfits/{mysfitId}/like authorizationType"),
        why: "The authorizer of the method checks the token, before anything reaches the backend.",
        hint: "set the authorizer on POST of `/mysfits/{mysfitId}/like` and deploy the API; `mysfits auth deploy` does it",
        ..LAB
    },
    Check {
        id: "api-adopt",
        title: "Only who has signed in may adopt, by the definition.",
        depends_on: &["rest-api", "user-pool", "load-balancer"],
        on: Subject::Setting(
            &op::GET_RESOURCES,
            "POST /mysfits/{mysfitId}/adopt authorizationType",
        ),
        why: "Each method has its own authorizer: one that was forgotten is open.",
        hint: "set the authorizer on POST of `/mysfits/{mysfitId}/adopt` and deploy the API; `mysfits auth deploy` does it",
        ..LAB
    },
    Check {
        id: "api-pool",
        title: "The authorizer takes the tokens of the pool of the lab.",
        depends_on: &["rest-api", "user-pool", "load-balancer"],
        on: Subject::Setting(&op::GET_AUTHORIZERS, "authorizer.providerARNs"),
        why: "Everybody can make a pool of their own, and tokens of it; the authorizer names whose count.",
        hint: "give the authorizer the ARN of the pool; `mysfits auth deploy` does it",
        ..LAB
    },
    Check {
        id: "api-refusals",
        title: "Pages may read why the API refuses, by the definition.",
        depends_on: &["rest-api", "user-pool", "load-balancer"],
        on: Subject::Setting(&op::GET_GATEWAY_RESPONSES, "gatewayResponse"),
        why: "What API Gateway answers itself has no CORS headers unless its gateway responses say so: a page sees only that something failed.",
        hint: "add `Access-Control-Allow-Origin` to the gateway responses; `mysfits auth deploy` does it",
        ..HARDENING
    },
];
