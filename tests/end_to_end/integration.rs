//! Without a VPC link the API reaches the load balancer over the internet, and the guard stays at
//! both doors.

use serde_json::json;

use crate::helpers::{
    backend::{api_address, backend_address, run_with},
    binaries::backend,
    cloud::Cloud,
    command::Ended,
    faults::denied,
    leftovers::assert_nothing_of_part_4,
    visitor::{call, client, visitor},
};

const YETI: &str = "/mysfits/b41ff031-141e-4a8d-bb56-158a22bea0b3";
const INTERNET: [&str; 2] = ["--integration", "internet"];

fn deploy(cloud: &Cloud, flags: &[&str]) -> Ended {
    run_with(cloud, backend(), &[&["deploy", "all"], flags].concat())
}

/// Returns the ids of the VPC links.
fn links(cloud: &Cloud) -> Vec<String> {
    cloud.wait_for(async |sdk| {
        let links = aws_sdk_apigateway::Client::new(sdk).get_vpc_links().send().await.unwrap();
        links.items().iter().filter_map(|link| link.id()).map(str::to_owned).collect()
    })
}

/// Fails the test unless only who signed in may like and adopt, at both doors.
fn assert_guarded(cloud: &Cloud, deployed: &Ended, mail: &str) {
    let (api, balancer) = (api_address(deployed), backend_address(deployed));
    let (like, adopt) = (format!("{YETI}/like"), format!("{YETI}/adopt"));
    for way in [&api, &balancer] {
        assert_eq!(call(way, "GET", "/mysfits", None).1["mysfits"].as_array().unwrap().len(), 12);
        for path in [&like, &adopt] {
            for token in [None, Some("nonsense")] {
                assert_eq!(call(way, "POST", path, token).0, 401, "{way}{path} with {token:?}");
            }
        }
    }
    let tokens = visitor(cloud, client(cloud).client_id().unwrap(), mail);
    let (status, said) = call(&api, "POST", &like, tokens.id_token());
    assert_eq!((status, &said["counted"]), (200, &true.into()), "{said}");
}

#[test]
fn a_denied_vpc_link_offers_the_internet_and_the_lab_stands_with_it() {
    let cloud = Cloud::start();
    cloud.faults(&json!([denied("apigateway", "CreateVpcLink")]));
    let refused = deploy(&cloud, &[]).exit(1);
    for words in ["MYS067", "`--integration internet`"] {
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
    let deployed = deploy(&cloud, &INTERNET).exit(0);
    assert_eq!(links(&cloud), Vec::<String>::new());
    assert_guarded(&cloud, &deployed, "anna@example.com");
    let adopted = visitor(&cloud, client(&cloud).client_id().unwrap(), "bert@example.com");
    let adopt = format!("{YETI}/adopt");
    assert_eq!(call(&api_address(&deployed), "POST", &adopt, adopted.id_token()).0, 200);
    // What stands counts without the flag: nothing changes, and no link is tried.
    cloud.forget_requests();
    run_with(&cloud, backend(), &["plan", "all", "--exit-code"]).exit(0);
    deploy(&cloud, &[]).exit(0);
    assert!(!cloud.changes().contains(&"CreateVpcLink".to_owned()));
    let status = run_with(&cloud, backend(), &["status", "all"]).exit(0).stdout;
    assert!(status.contains("the API calls the load balancer at its public address"), "{status}");
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert_nothing_of_part_4(&cloud);
}

#[test]
fn a_standing_lab_changes_over_and_back_and_keeps_no_link() {
    let cloud = Cloud::start();
    let linked = deploy(&cloud, &[]).exit(0);
    assert_eq!(links(&cloud).len(), 1);
    let plan = run_with(&cloud, backend(), &[&["plan", "all"], &INTERNET[..]].concat()).exit(0);
    for told in ["integration.connectionType is VPC_LINK, expected INTERNET", "everybody can reach"]
    {
        assert!(plan.stdout.contains(told), "{}", plan.stdout);
    }
    let public = deploy(&cloud, &INTERNET).exit(0);
    assert_eq!(links(&cloud), Vec::<String>::new());
    assert_eq!(api_address(&public), api_address(&linked));
    assert_guarded(&cloud, &public, "anna@example.com");
    let back = deploy(&cloud, &["--integration", "vpc-link"]).exit(0);
    assert_eq!(links(&cloud).len(), 1);
    assert_guarded(&cloud, &back, "bert@example.com");
    run_with(&cloud, backend(), &["plan", "all", "--exit-code"]).exit(0);
    cloud.run(&["cleanup", "all", "--yes"]).exit(0);
    assert_nothing_of_part_4(&cloud);
}
