//! What a cleanup updates: the page and the backend lose what is gone, and keep what may still
//! exist.

use serde_json::{Value, json};

use crate::helpers::{
    by_hand::untag_service,
    calls::asked_twice_before_it_went,
    faults::denied,
    standing::{Lab, repaired, value},
};

const CLEANUP: [&str; 3] = ["cleanup", "part-4", "--yes"];

fn place(requests: &[Value], operation: &str) -> usize {
    let found = requests.iter().position(|it| it["operation"] == operation);
    found.unwrap_or_else(|| panic!("no {operation}"))
}

#[test]
fn what_is_gone_is_taken_out() {
    let (lab, before) = Lab::deployed();
    lab.cloud.forget_requests();
    let ended = lab.cloud.run(&CLEANUP).exit(0);
    assert!(ended.stdout.contains("is left in "), "{}", ended.stdout);
    let now = lab.standing();
    for name in ["api", "cognito", "userPoolClient"] {
        assert_eq!(value(&now.config, name), "", "{name} in {}", now.config);
    }
    assert_eq!(value(&now.config, "backend"), value(&before.config, "backend"));
    let names: Vec<_> = now.environment.keys().filter(|it| it.starts_with("USER_POOL_")).collect();
    assert!(names.is_empty(), "{names:?}");
    assert_eq!(lab.like_at_the_balancer(), 200);
    let requests = lab.cloud.requests();
    asked_twice_before_it_went(&requests, place(&requests, "DeleteUserPool"));
}

#[test]
fn a_pool_that_stays_keeps_its_guard_and_its_place_on_the_page() {
    let (lab, before) = Lab::deployed();
    lab.cloud.faults(&json!([denied("cognito-idp", "DeleteUserPool")]));
    lab.cloud.run(&CLEANUP).exit(3);
    lab.cloud.no_faults();
    lab.is_guarded(&before, "a deletion that was denied");
    let config = lab.standing().config;
    for name in ["backend", "cognito", "userPoolClient"] {
        assert_eq!(value(&config, name), value(&before.config, name), "{name}");
    }
}

/// The read after the removal is denied once, then the one after that.
#[test]
fn a_pool_that_nobody_can_look_for_any_more_keeps_its_guard() {
    let (lab, _) = Lab::deployed();
    lab.cloud.forget_requests();
    lab.cloud.run(&CLEANUP).exit(0);
    let requests = lab.cloud.requests();
    let looks = requests[..place(&requests, "DeleteUserPool")].iter();
    let looks = looks.filter(|it| it["operation"] == "ListUserPools").count();
    for more in [0, 1] {
        repaired(&lab);
        let before = lab.standing();
        let mut rule = denied("cognito-idp", "ListUserPools");
        rule["skip"] = (looks + more).into();
        lab.cloud.faults(&json!([rule]));
        lab.cloud.forget_requests();
        let ended = lab.cloud.run(&CLEANUP);
        assert_ne!(ended.code, Some(0), "{}", ended.stdout);
        place(&lab.cloud.requests(), "DeleteUserPool");
        lab.cloud.no_faults();
        lab.is_guarded(&before, &format!("{more} looks after the removal"));
    }
    // The guard is not stuck: a caller that can read the pool removes it.
    lab.run(&["deploy", "part-3"]).exit(0);
    assert_eq!(lab.like_at_the_balancer(), 200);
}

/// Its address is still where visitors find the backend.
#[test]
fn a_service_that_is_not_the_labs_keeps_its_place_on_the_page() {
    let (lab, before) = Lab::deployed();
    untag_service(&lab.cloud);
    lab.cloud.run(&CLEANUP);
    let config = lab.standing().config;
    assert_eq!(value(&config, "backend"), value(&before.config, "backend"));
    assert_eq!(value(&config, "cognito"), "", "{config}");
}
