//! First deploys while something cannot be read: there is nothing to keep.

use std::collections::HashMap;

use serde_json::json;

use crate::helpers::{
    backend::{ask, backend_address, run_with},
    binaries::backend,
    by_hand::cognito,
    cloud::Cloud,
    faults::denied,
    standing::{config, value},
};

const LIKE: &str = "/mysfits/b41ff031-141e-4a8d-bb56-158a22bea0b3/like";

#[track_caller]
fn nothing_was_registered(cloud: &Cloud) {
    let changes = cloud.changes();
    assert!(!changes.iter().any(|it| it == "RegisterTaskDefinition"), "{changes:?}");
}

#[test]
fn the_site_goes_without_what_cannot_be_seen() {
    let cloud = Cloud::start();
    cloud.faults(&json!([denied("cognito-idp", "ListUserPools")]));
    cloud.run(&["deploy", "part-1"]).exit(0);
    let config = config(&cloud);
    for name in ["backend", "api", "cognito", "userPoolClient"] {
        assert_eq!(value(&config, name), "", "{name} in {config}");
    }
}

/// There may be a pool, and then a backend without it would let everybody like.
#[test]
fn a_backend_without_a_guard_needs_the_pool_to_be_absent() {
    let cloud = Cloud::start();
    cloud.faults(&json!([denied("cognito-idp", "ListUserPools")]));
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(1);
    nothing_was_registered(&cloud);

    cloud.no_faults();
    let deployed = run_with(&cloud, backend(), &["deploy", "part-3"]).exit(0);
    assert_eq!(ask(&backend_address(&deployed), "POST", LIKE).0, 200);
}

#[test]
fn a_pool_of_the_labs_name_that_is_not_the_labs_may_be_its_guard() {
    let cloud = Cloud::start();
    cognito(&cloud, async |cognito| {
        let create = cognito.create_user_pool().pool_name("MysfitsUserPool");
        let tags = HashMap::from([("owner".to_owned(), "somebody".to_owned())]);
        create.set_user_pool_tags(Some(tags)).send().await.unwrap();
    });
    run_with(&cloud, backend(), &["deploy", "part-3"]).exit(1);
    nothing_was_registered(&cloud);
}
