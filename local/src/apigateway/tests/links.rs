//! VPC links: how they come and go, what holds them and what they hold.

use serde_json::{Value, json};

use super::{BALANCER, World, replace, text};

fn uses(link: &str) -> Value {
    json!({
        "type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://lab/", "connectionType": "VPC_LINK",
        "connectionId": link,
    })
}

/// Makes `GET /` of an API go through a link, which may be a stage variable.
fn integrate(world: &World, api: &str, link: &str) {
    let root = text(&world.get(&format!("{api}/resources"))["item"][0]["id"]);
    let integration = format!("PUT {api}/resources/{root}/methods/GET/integration");
    world.good(&integration, &uses(link));
}

#[test]
fn a_link_is_pending_first_and_survives_a_restart() {
    let mut world = World::new("link");
    let new = json!({ "name": "lab", "targetArns": [BALANCER], "tags": { "lab": "mysfits" } });
    let made = world.good("POST /vpclinks", &new);
    assert_eq!(made["status"], "PENDING");
    world.restart();
    let found = world.get(&format!("/vpclinks/{}", text(&made["id"])));
    assert_eq!(found["status"], "AVAILABLE");
    assert_eq!(found["tags"], json!({ "lab": "mysfits" }));
    assert_eq!(found["targetArns"], json!([BALANCER]));
}

#[test]
fn a_killed_cloud_holds_what_it_should() {
    let mut world = World::at_pace("killed", 1.0);
    let link = world.link();
    let forget = |world: &World| world.balancer.change(|fake| fake.holders.clear());
    forget(&world);
    world.restart();
    assert!(world.balancer.is_held());
    world.good(&format!("DELETE /vpclinks/{link}"), &Value::Null);
    forget(&world);
    world.restart();
    // It is still being deleted.
    let until = world.balancer.change(|fake| fake.holders[&link]);
    assert!(until.is_some_and(|until| until > crate::times::now()));
}

#[test]
fn a_link_needs_one_network_load_balancer() {
    let world = World::new("target");
    for arns in [json!([]), json!([BALANCER, BALANCER]), json!(["arn:aws:s3:::bucket"])] {
        let refused = world.refusal("POST /vpclinks", &json!({ "name": "a", "targetArns": arns }));
        assert_eq!(refused.0, "BadRequestException", "{arns}");
    }
    assert!(!world.balancer.is_held());
    assert_eq!(world.get("/vpclinks"), json!({ "item": [] }));
}

#[test]
fn a_link_fails_where_its_load_balancer_is_not_ready_or_taken() {
    let world = World::new("fails");
    world.balancer.change(|fake| fake.is_active = false);
    let early = world.link();
    world.balancer.change(|fake| fake.is_active = true);
    let found = |id: &str| world.get(&format!("/vpclinks/{id}"));
    assert_eq!(found(&early)["status"], "FAILED");
    assert!(text(&found(&early)["statusMessage"]).starts_with("NLB is not in active state"));
    let (good, second) = (world.link(), world.link());
    assert_eq!(found(&good)["status"], "AVAILABLE");
    assert!(text(&found(&second)["statusMessage"]).starts_with("NLB is already associated"));
    // A failed link holds its load balancer too, and can be deleted.
    for link in [early, good, second] {
        assert!(world.balancer.is_held());
        world.good(&format!("DELETE /vpclinks/{link}"), &Value::Null);
    }
    assert!(!world.balancer.is_held());
}

#[test]
fn a_link_takes_its_time_to_go() {
    let world = World::at_pace("goes", 1.0);
    let path = format!("/vpclinks/{}", world.link());
    assert_eq!(world.get(&path)["status"], "PENDING");
    world.good(&format!("DELETE {path}"), &Value::Null);
    assert_eq!(world.get(&path)["status"], "DELETING");
    assert!(world.balancer.is_held());
}

#[test]
fn a_deployed_stage_holds_its_link() {
    let world = World::new("held");
    let (link, api) = (world.link(), world.api());
    let delete = format!("DELETE /vpclinks/{link}");
    integrate(&world, &api, "${stageVariables.vpcLinkId}");
    let deployment = json!({ "stageName": "prod", "variables": { "vpcLinkId": link } });
    world.good(&format!("POST {api}/deployments"), &deployment);
    let (code, message) = world.refusal(&delete, &Value::Null);
    assert_eq!(code, "BadRequestException");
    let id = api.rsplit('/').next().unwrap();
    assert!(
        message.contains(&format!("Vpc link '{link}', is referenced in [{id}:GET:")),
        "{message}"
    );
    assert!(message.contains(":prod] in format of [RESTApiId:Method:Resource:Stage]"), "{message}");

    world.good(&format!("DELETE {api}/stages/prod"), &Value::Null);
    integrate(&world, &api, &link);
    // What is not deployed holds nothing.
    world.good(&delete, &Value::Null);
    assert_eq!(world.refusal(&delete, &Value::Null).0, "NotFoundException");
}

#[test]
fn a_link_that_goes_cannot_be_deployed() {
    let world = World::at_pace("undeployed", 1.0);
    let (link, api) = (world.link(), world.api());
    integrate(&world, &api, &link);
    let deploy = format!("POST {api}/deployments");
    world.good(&deploy, &json!({ "stageName": "early" }));
    world.good(&format!("DELETE {api}/stages/early"), &Value::Null);
    world.good(&format!("DELETE /vpclinks/{link}"), &Value::Null);
    let (code, message) = world.refusal(&deploy, &json!({ "stageName": "late" }));
    assert_eq!((code.as_str(), message.contains("DELETING")), ("BadRequestException", true));
    assert_eq!(world.get(&format!("{api}/stages"))["item"], json!([]));
}

#[test]
fn a_link_can_be_renamed() {
    let world = World::new("renamed");
    let path = format!("/vpclinks/{}", world.link());
    let call = format!("PATCH {path}");
    assert_eq!(world.good(&call, &replace("/name", "new"))["name"], "new");
    let refused = world.refusal(&call, &replace("/targetArns", "new"));
    assert!(refused.1.contains("[/name, /description]"));
}
