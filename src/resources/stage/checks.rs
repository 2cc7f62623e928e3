//! What is checked of the stage, and how the whole API behaves.

use crate::{
    aws::operations::apigateway as op,
    engine::{Check, GET, HARDENING, LAB, Probe, Subject},
    lab::placeholders::{API_URL, SERVICE_URL},
    resources::judged::{self, ADOPT, FROM_A_PAGE, LAWFUL, LIKE, NONSENSE, ONE, PREFLIGHT},
};

/// In the order in which they are shown.
pub(super) static CHECKS: [Check; 18] = [
    Check {
        id: "stage",
        title: "The API is deployed to the stage prod.",
        depends_on: &["rest-api"],
        why: "A definition is a draft until it is deployed; the stage has the address.",
        hint: "deploy the API to a stage `prod`; `mysfits auth deploy` does it",
        ..LAB
    },
    Check {
        id: "stage-rate",
        title: "The stage limits the calls a second.",
        depends_on: &["stage"],
        on: Subject::Setting(&op::GET_STAGE, "methodSettings.*/*.throttlingRateLimit"),
        why: "A bug in a loop cannot become a bill.",
        hint: "`mysfits auth deploy` sets it",
        ..HARDENING
    },
    Check {
        id: "stage-burst",
        title: "The stage limits the calls in a burst.",
        depends_on: &["stage"],
        on: Subject::Setting(&op::GET_STAGE, "methodSettings.*/*.throttlingBurstLimit"),
        why: "The default of an account is 5000 at once, more than one task can answer.",
        hint: "`mysfits auth deploy` sets it",
        ..HARDENING
    },
    Check {
        id: "stage-tidy",
        title: "No deployment is left that no stage uses.",
        depends_on: &["stage"],
        on: Subject::Setting(&op::GET_DEPLOYMENTS, "deployments without a stage"),
        why: "Old deployments are snapshots that somebody could put back by mistake.",
        hint: "`mysfits auth deploy` deletes them",
        ..HARDENING
    },
    Check {
        id: "api-encrypted",
        title: "The site calls the API over TLS.",
        depends_on: &["site-config"],
        on: Subject::Encrypted(API_URL),
        why: "Tokens go to this address: who reads one can act as its owner.",
        hint: "write the address of the stage into `config.js` as `api`, with https://; `mysfits deploy` does it",
        ..LAB
    },
    Check {
        id: "site-names-api",
        title: "The site knows where the API is.",
        depends_on: &["stage", "api-encrypted"],
        on: Subject::Named(API_URL),
        why: "Without it, the page asks the load balancer, and nobody can like.",
        hint: "write the address of the stage into `config.js` as `api`; `mysfits deploy` does it",
        ..LAB
    },
    Check {
        id: "api-list",
        title: "The API lists the mysfits.",
        points: 3,
        depends_on: &["stage", "vpc-link", "backend-list"],
        on: Subject::Probe(Probe { at: API_URL, path: "/mysfits", judge: judged::all, ..GET }),
        why: "The request went through API Gateway, the VPC link and the load balancer to a task, and back.",
        hint: "compare the integration with the VPC link and the load balancer; deploy the API again after each change",
        ..LAB
    },
    Check {
        id: "api-filter",
        title: "The API hands filters on.",
        depends_on: &["api-list", "backend-filter"],
        on: Subject::Probe(Probe { at: API_URL, path: LAWFUL, judge: judged::lawful, ..GET }),
        why: "A proxy integration hands the query on as it is.",
        hint: "let the integration of GET `/mysfits` be a proxy, and deploy the API again",
        ..LAB
    },
    Check {
        id: "api-profile",
        title: "The API shows one mysfit.",
        depends_on: &["api-list", "backend-profile"],
        on: Subject::Probe(Probe { at: API_URL, path: ONE, judge: judged::profile, ..GET }),
        why: "The id in the path has to be handed on: the integration names it.",
        hint: "map `mysfitId` in the integration of `/mysfits/{mysfitId}`, and deploy the API again",
        ..LAB
    },
    Check {
        id: "api-like-refused",
        title: "Who has not signed in may not like.",
        points: 2,
        depends_on: &["api-list", "api-like"],
        on: Subject::Probe(Probe {
            at: API_URL,
            method: "POST",
            path: LIKE,
            judge: judged::refuses,
            ..GET
        }),
        why: "What counts is how the deployed API behaves, not what its draft says.",
        hint: "set the authorizer and deploy the API again; `mysfits auth deploy` does it",
        ..LAB
    },
    Check {
        id: "api-adopt-refused",
        title: "Who has not signed in may not adopt.",
        points: 2,
        depends_on: &["api-list", "api-adopt"],
        on: Subject::Probe(Probe {
            at: API_URL,
            method: "POST",
            path: ADOPT,
            judge: judged::refuses,
            ..GET
        }),
        why: "One forgotten method is one open door.",
        hint: "set the authorizer and deploy the API again; `mysfits auth deploy` does it",
        ..LAB
    },
    Check {
        id: "api-like-nonsense",
        title: "A made-up token may not like.",
        points: 2,
        depends_on: &["api-like-refused"],
        on: Subject::Probe(Probe {
            at: API_URL,
            method: "POST",
            path: LIKE,
            headers: NONSENSE,
            judge: judged::refuses,
            ..GET
        }),
        why: "A guard that only looks whether there is a token lets everybody in.",
        hint: "set an authorizer of type COGNITO_USER_POOLS and deploy the API again; `mysfits auth deploy` does it",
        ..LAB
    },
    Check {
        id: "api-adopt-nonsense",
        title: "A made-up token may not adopt.",
        points: 2,
        depends_on: &["api-adopt-refused"],
        on: Subject::Probe(Probe {
            at: API_URL,
            method: "POST",
            path: ADOPT,
            headers: NONSENSE,
            judge: judged::refuses,
            ..GET
        }),
        why: "A token is checked by its signature; anybody can write the rest.",
        hint: "set an authorizer of type COGNITO_USER_POOLS and deploy the API again; `mysfits auth deploy` does it",
        ..LAB
    },
    Check {
        id: "api-preflight",
        title: "A page may ask for a like with a token.",
        points: 2,
        depends_on: &["api-list"],
        on: Subject::Probe(Probe {
            at: API_URL,
            method: "OPTIONS",
            path: LIKE,
            headers: PREFLIGHT,
            judge: judged::preflight,
            ..GET
        }),
        why: "Before a browser sends a header like Authorization to another origin, it asks with OPTIONS, without a token.",
        hint: "let OPTIONS answer with the allowed origin, methods and headers, without an authorizer, and deploy the API again",
        ..LAB
    },
    Check {
        id: "api-cors",
        title: "Pages may read what the API answers.",
        depends_on: &["api-list", "backend-cors"],
        on: Subject::Probe(Probe {
            at: API_URL,
            path: "/mysfits",
            headers: FROM_A_PAGE,
            judge: judged::readable,
            ..GET
        }),
        why: "The page comes from S3 and the data from API Gateway: without CORS headers a browser keeps the answer from the page.",
        hint: "let the backend or the integration add `Access-Control-Allow-Origin`, and deploy the API again",
        ..LAB
    },
    Check {
        id: "api-refusal-read",
        title: "Pages may read that the API refuses.",
        depends_on: &["api-like-refused", "api-refusals"],
        on: Subject::Probe(Probe {
            at: API_URL,
            method: "POST",
            path: LIKE,
            headers: FROM_A_PAGE,
            judge: judged::readable,
            ..GET
        }),
        why: "A page that may read the 401 can say that it is time to sign in again.",
        hint: "add the CORS header to the gateway response UNAUTHORIZED, and deploy the API again; `mysfits auth deploy` does it",
        ..HARDENING
    },
    Check {
        id: "backend-guard",
        title: "The backend checks tokens, too.",
        depends_on: &["backend-list", "stage"],
        on: Subject::Probe(Probe {
            at: SERVICE_URL,
            method: "POST",
            path: LIKE,
            judge: judged::refuses,
            ..GET
        }),
        why: "The load balancer can be reached by everybody: who goes past the API goes past its authorizer.",
        hint: "let the task know the pool: `mysfits deploy` does it",
        ..HARDENING
    },
    Check {
        id: "backend-guard-nonsense",
        title: "The backend refuses a made-up token.",
        depends_on: &["backend-guard"],
        on: Subject::Probe(Probe {
            at: SERVICE_URL,
            method: "POST",
            path: LIKE,
            headers: NONSENSE,
            judge: judged::refuses,
            ..GET
        }),
        why: "The backend verifies signature, issuer, client and times of a token itself.",
        hint: "let the task know the pool: `mysfits deploy` does it",
        ..HARDENING
    },
];
