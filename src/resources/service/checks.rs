//! What is checked of the service and the backend that it keeps running.

use crate::{
    aws::operations::ecs as op,
    engine::{Check, GET, LAB, Probe, Subject},
    lab::placeholders::SERVICE_URL,
    resources::judged::{self, FROM_A_PAGE, LAWFUL, ONE},
};

/// In the order in which they are shown.
pub(super) static CHECKS: [Check; 10] = [
    Check {
        id: "service",
        title: "The service exists.",
        points: 2,
        depends_on: &["cluster", "listener", "target-group", "task-definition"],
        why: "A task that ends stays ended; a service starts another one.",
        hint: "`mysfits fargate deploy` creates it; `mysfits logs` shows what its tasks wrote",
        ..LAB
    },
    Check {
        id: "service-count",
        title: "The service wants one task.",
        depends_on: &["service"],
        on: Subject::Setting(&op::DESCRIBE_SERVICES, "desiredCount"),
        why: "None is a site without mysfits, and each further one costs its own money.",
        hint: "set the desired count to 1; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "service-subnets",
        title: "Tasks run in the private subnets of the lab.",
        depends_on: &["service", "core-stack"],
        on: Subject::Setting(&op::DESCRIBE_SERVICES, "networkConfiguration.subnets"),
        why: "The way in leads through the load balancer only; the way out, to ECR and DynamoDB, through NAT.",
        hint: "give the service the subnets of the stack; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "service-security-group",
        title: "Tasks have the security group of the lab.",
        depends_on: &["service", "core-stack"],
        on: Subject::Setting(&op::DESCRIBE_SERVICES, "networkConfiguration.securityGroups"),
        why: "A security group denies what it does not allow; the one of the stack allows the load balancer in.",
        hint: "give the service the security group of the stack; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "backend",
        title: "The backend answers through the load balancer.",
        points: 3,
        depends_on: &["service", "service-count", "listener-forwards"],
        on: Subject::Probe(Probe { at: SERVICE_URL, judge: judged::answers, ..GET }),
        why: "Image, roles, network, port and health check all have to be right before this answers.",
        hint: "`mysfits logs` shows what the task wrote, `mysfits status` what the service lacks",
        ..LAB
    },
    Check {
        id: "backend-list",
        title: "The backend lists the mysfits.",
        points: 2,
        depends_on: &["backend", "mysfits-all"],
        on: Subject::Probe(Probe { at: SERVICE_URL, path: "/mysfits", judge: judged::all, ..GET }),
        why: "The list comes from DynamoDB: the task has found the table, and its role allows to read it.",
        hint: "look for errors of DynamoDB with `mysfits logs`",
        ..LAB
    },
    Check {
        id: "backend-filter",
        title: "The backend filters the mysfits.",
        depends_on: &["backend-list", "table-law"],
        on: Subject::Probe(Probe { at: SERVICE_URL, path: LAWFUL, judge: judged::lawful, ..GET }),
        why: "A filter is a query on an index of the table.",
        hint: "look for errors of DynamoDB with `mysfits logs`",
        ..LAB
    },
    Check {
        id: "backend-profile",
        title: "The backend shows one mysfit.",
        depends_on: &["backend-list"],
        on: Subject::Probe(Probe { at: SERVICE_URL, path: ONE, judge: judged::profile, ..GET }),
        why: "A profile is one item, found by its key.",
        hint: "look for errors of DynamoDB with `mysfits logs`",
        ..LAB
    },
    Check {
        id: "backend-cors",
        title: "Pages of other origins may read the backend.",
        depends_on: &["backend"],
        on: Subject::Probe(Probe {
            at: SERVICE_URL,
            path: "/mysfits",
            headers: FROM_A_PAGE,
            judge: judged::readable,
            ..GET
        }),
        why: "The page comes from S3 and the data from the load balancer: without CORS headers a browser keeps the answer from the page.",
        hint: "let the backend answer with `Access-Control-Allow-Origin`",
        ..LAB
    },
    Check {
        id: "site-names-backend",
        title: "The site knows where the backend is.",
        depends_on: &["site-config", "load-balancer"],
        on: Subject::Named(SERVICE_URL),
        why: "The page asks the address that stands in its configuration.",
        hint: "write the address of the load balancer into `config.js` as `backend`; `mysfits deploy part-3` does it",
        ..LAB
    },
];
