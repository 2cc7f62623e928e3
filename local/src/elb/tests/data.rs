//! Connections through load balancers.

use std::sync::atomic::Ordering;

use serde_json::json;
use tokio::net::TcpStream;

use super::{Process, World, ask, ask_on, until};
use crate::{
    elb::plane::MOST_CONNECTIONS,
    ports::{Balancers, TargetHealth},
};

const ONE: &str = "10.0.0.10";
const TWO: &str = "10.0.0.11";

#[tokio::test]
async fn connections_go_to_healthy_targets_in_turn() {
    let world = World::new("turn");
    let (group, port) = world.serving();
    assert_eq!(ask(port).await, None);
    let (one, two) = (Process::start("one").await, Process::start("two").await);
    world.register(&group, ONE, one.address);
    world.until_health(&group, ONE, Some(TargetHealth::Healthy)).await;
    assert_eq!(ask(port).await.as_deref(), Some("one"));
    world.register(&group, TWO, two.address);
    world.until_health(&group, TWO, Some(TargetHealth::Healthy)).await;
    let mut answers = [ask(port).await.unwrap(), ask(port).await.unwrap()];
    answers.sort();
    assert_eq!(answers, ["one", "two"]);
    // Before it is noticed that one is gone, the other answers.
    drop(one);
    assert_eq!(ask(port).await.as_deref(), Some("two"));
    assert_eq!(ask(port).await.as_deref(), Some("two"));
}

#[tokio::test]
async fn connections_are_limited_and_others_wait_for_their_turn() {
    let world = World::new("crowd");
    let (group, port) = world.serving();
    let process = Process::start("one").await;
    world.register(&group, ONE, process.address);
    world.until_health(&group, ONE, Some(TargetHealth::Healthy)).await;
    let mut open = Vec::new();
    for _ in 0..MOST_CONNECTIONS {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        assert_eq!(ask_on(&mut stream).await.as_deref(), Some("one"));
        open.push(stream);
    }
    let mut waiting = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let asked = ask_on(&mut waiting);
    let mut asked = std::pin::pin!(asked);
    // Others are served meanwhile, in more turns than an answer takes.
    for stream in &mut open {
        tokio::select! {
            biased;
            answer = &mut asked => panic!("it was answered: {answer:?}"),
            answer = ask_on(stream) => assert_eq!(answer.as_deref(), Some("one")),
        }
    }
    open.pop();
    assert_eq!(asked.await.as_deref(), Some("one"));
}

#[tokio::test]
async fn a_sick_target_gets_nothing_until_it_is_well_again() {
    let world = World::new("sick");
    let (group, port) = world.serving();
    let process = Process::start("one").await;
    world.register(&group, ONE, process.address);
    world.until_health(&group, ONE, Some(TargetHealth::Healthy)).await;
    process.status.store(500, Ordering::Relaxed);
    world.until_health(&group, ONE, Some(TargetHealth::Unhealthy)).await;
    assert_eq!(ask(port).await, None);
    process.status.store(200, Ordering::Relaxed);
    world.until_health(&group, ONE, Some(TargetHealth::Healthy)).await;
    assert_eq!(ask(port).await.as_deref(), Some("one"));
}

#[tokio::test]
async fn a_target_that_never_answers_becomes_unhealthy() {
    let world = World::new("silent");
    let (group, _) = world.serving();
    let address = Process::start("gone").await.address;
    world.register(&group, ONE, address);
    assert_eq!(world.health(&group, ONE), Some(TargetHealth::Initial));
    world.until_health(&group, ONE, Some(TargetHealth::Unhealthy)).await;
}

#[tokio::test]
async fn a_rolling_replacement_drops_no_request() {
    let world = World::new("rolling");
    let (group, port) = world.serving();
    let old = Process::start("old").await;
    world.register(&group, ONE, old.address);
    world.until_health(&group, ONE, Some(TargetHealth::Healthy)).await;
    let polling = tokio::spawn(async move {
        let mut answers = Vec::new();
        while answers.last().is_none_or(|last| last != "end") {
            answers.push(ask(port).await.expect("an answer"));
        }
        answers
    });

    let new = Process::start("new").await;
    world.register(&group, TWO, new.address);
    world.until_health(&group, TWO, Some(TargetHealth::Healthy)).await;
    world.deregister(&group, ONE);
    world.until_health(&group, ONE, None).await;
    drop(old);
    let end = Process::start("end").await;
    world.register(&group, ONE, end.address);
    let answers = polling.await.unwrap();
    assert!(answers.contains(&"old".to_owned()) && answers.contains(&"new".to_owned()));
}

#[tokio::test]
async fn an_open_connection_lives_until_its_target_has_drained() {
    let world = World::new("draining");
    let (group, port) = world.serving();
    let process = Process::start("one").await;
    world.register(&group, ONE, process.address);
    world.until_health(&group, ONE, Some(TargetHealth::Healthy)).await;
    let mut open = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    assert_eq!(ask_on(&mut open).await.as_deref(), Some("one"));
    world.deregister(&group, ONE);
    assert_eq!(world.health(&group, ONE), Some(TargetHealth::Draining));
    assert_eq!(ask(port).await, None);
    assert_eq!(ask_on(&mut open).await.as_deref(), Some("one"));
    world.until_health(&group, ONE, None).await;
    while ask_on(&mut open).await.is_some() {}
}

#[tokio::test]
async fn a_restart_brings_back_the_port_but_not_the_tasks() {
    let world = World::new("restart");
    let (group, port) = world.serving();
    let process = Process::start("one").await;
    world.register(&group, ONE, process.address);
    let (ip, own) = (process.address.ip().to_string(), process.address.port());
    let by_hand = json!({ "TargetGroupArn": group, "Targets": [{ "Id": ip, "Port": own }] });
    world.good("RegisterTargets", &by_hand);
    world.until_health(&group, ONE, Some(TargetHealth::Healthy)).await;

    let world = world.restarted();
    assert_eq!(world.health(&group, ONE), None);
    let found = || world.good("DescribeLoadBalancers", &json!({ "Names": ["lab"] }));
    let name = found()["LoadBalancers"][0]["DNSName"].as_str().unwrap().to_owned();
    let again: u16 = name.rsplit(':').next().unwrap().parse().unwrap();
    let state = || world.good("DescribeTargetHealth", &by_hand);
    until("the target is healthy", || {
        state()["TargetHealthDescriptions"][0]["TargetHealth"]["State"] == "healthy"
    })
    .await;
    assert_eq!(ask(again).await.as_deref(), Some("one"));
    // The tasks of the previous service end a moment after it, so the port may still be taken.
    assert!(again == port || ask(port).await.is_none());
}

#[tokio::test]
async fn what_was_found_of_a_target_survives_a_restart() {
    let world = World::new("found");
    let (group, _) = world.serving();
    // Nobody listens there any more.
    let address = Process::start("gone").await.address;
    let targets = json!([{ "Id": address.ip().to_string(), "Port": address.port() }]);
    let by_hand = json!({ "TargetGroupArn": group, "Targets": targets });
    world.good("RegisterTargets", &by_hand);
    let state = |world: &World| {
        let described = world.good("DescribeTargetHealth", &by_hand);
        described["TargetHealthDescriptions"][0]["TargetHealth"]["State"].clone()
    };
    assert_eq!(state(&world), "initial");
    let file = world.folder.join("elb/health/111111111111/eu-west-1.json");
    let is_kept = || std::fs::read_to_string(&file).is_ok_and(|text| text.contains("Unhealthy"));
    until("it is kept", is_kept).await;

    let world = world.restarted();
    assert_eq!(state(&world), "unhealthy");
    world.good("DeregisterTargets", &by_hand);
    until("it is gone", || state(&world) == "unused" || state(&world).is_null()).await;
    world.good("RegisterTargets", &by_hand);
    assert_eq!(state(&world), "initial", "it is another target");
}

#[tokio::test]
async fn a_second_listener_has_a_port_of_its_own() {
    let world = World::new("second");
    let ((balancer, port), group) = (world.balancer(), world.group());
    let first = world.good("CreateListener", &World::listener_params(&balancer, &group));
    let mut params = World::listener_params(&balancer, &group);
    params["Port"] = json!(81);
    world.good("CreateListener", &params);
    let process = Process::start("one").await;
    world.register(&group, ONE, process.address);
    world.until_health(&group, ONE, Some(TargetHealth::Healthy)).await;
    assert_eq!(ask(port).await.as_deref(), Some("one"));
    let arn = &first["Listeners"][0]["ListenerArn"];
    world.good("DeleteListener", &json!({ "ListenerArn": arn }));
    assert_eq!(ask(port).await, None);
    let rest = world.good("DescribeListeners", &json!({ "LoadBalancerArn": balancer }));
    assert_eq!(rest["Listeners"][0]["Port"], 81);
}

#[tokio::test]
async fn a_link_comes_in_by_the_port_of_its_url() {
    let world = World::new("entrance");
    let ((balancer, port), group) = (world.balancer(), world.group());
    let entrance = |port| world.elb.entrance(&world.place, &balancer, port);
    assert_eq!(entrance(80), None);
    world.good("CreateListener", &World::listener_params(&balancer, &group));
    let found = entrance(80).unwrap();
    assert_eq!((found.address.port(), found.leads_somewhere), (port, false));
    // The port in its DNS name, and one that was there before a restart.
    assert_eq!((entrance(port), entrance(1)), (Some(found), Some(found)));

    let process = Process::start("one").await;
    world.register(&group, ONE, process.address);
    world.until_health(&group, ONE, Some(TargetHealth::Healthy)).await;
    assert!(entrance(80).unwrap().leads_somewhere);

    let mut second = World::listener_params(&balancer, &group);
    second["Port"] = json!(81);
    world.good("CreateListener", &second);
    assert_ne!(entrance(81).unwrap().address, found.address);
    assert_eq!(entrance(1), None);
}
