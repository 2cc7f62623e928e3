//! Network interfaces that keep the lab's network from being deleted. Nobody can tag those of load
//! balancers and tasks; only where they are says that they are in the way.

use serde_json::json;

use crate::{
    aws::{
        Input, Node,
        operations::ec2::{Client, DESCRIBE_NETWORK_INTERFACES},
    },
    engine::LeftBehind,
    error::Result,
};

/// Returns the interfaces in a VPC, except for those of NAT gateways, which go with their stack.
///
/// # Errors
/// When they cannot be listed.
pub(super) async fn in_the_way(ec2: &Client, vpc: &str) -> Result<Vec<LeftBehind>> {
    let filter = json!([{ "Name": "vpc-id", "Value": [vpc] }]);
    let input = Input::default().with("Filter", filter);
    let all = ec2.0.list(&DESCRIBE_NETWORK_INTERFACES, input, "networkInterfaceSet").await?;
    let others = all.iter().filter(|it| it.text("interfaceType") != Some("nat_gateway"));
    Ok(others.map(|interface| left_behind(interface, vpc)).collect())
}

fn left_behind(interface: &Node, vpc: &str) -> LeftBehind {
    let text = |name| interface.text(name).filter(|text| !text.is_empty());
    let id = text("networkInterfaceId").unwrap_or("of unknown id");
    let description = text("description").map(|text| format!(" ({text})")).unwrap_or_default();
    let instance = interface.get("attachment").and_then(|it| it.text("instanceId"));
    let (state, advice) = match (text("status"), instance.filter(|id| !id.is_empty())) {
        (Some("available"), _) => (
            "nothing uses it".to_owned(),
            format!("`aws ec2 delete-network-interface --network-interface-id {id}` deletes it"),
        ),
        (_, Some(instance)) => (
            format!("the instance `{instance}` uses it"),
            "somebody started the instance in the lab's network: terminate it".to_owned(),
        ),
        (_, None) => (
            "it is in use".to_owned(),
            format!(
                "delete what it belongs to; `aws ec2 describe-network-interfaces \
                 --network-interface-ids {id}` shows it"
            ),
        ),
    };
    LeftBehind {
        what: format!("network interface `{id}`{description}"),
        why: format!("it is in the lab's VPC `{vpc}`, which cannot go before it; {state}"),
        advice: format!("{advice}; then run the same command again"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_says_who_uses_it_and_what_to_do() {
        let says = |json| {
            let LeftBehind { what, why, advice } = left_behind(&Node::of(&json), "vpc-1");
            assert!(why.starts_with("it is in the lab's VPC `vpc-1`, "), "{why}");
            (what, why.rsplit("; ").next().unwrap().to_owned(), advice)
        };
        let (what, why, advice) = says(json!({
            "networkInterfaceId": "eni-1", "description": "", "status": "available",
        }));
        assert_eq!((what.as_str(), why.as_str()), ("network interface `eni-1`", "nothing uses it"));
        assert!(advice.contains("delete-network-interface --network-interface-id eni-1`"));
        let (_, why, advice) = says(json!({
            "networkInterfaceId": "eni-2", "status": "in-use", "attachment": {"instanceId": "i-7"},
        }));
        assert_eq!(why, "the instance `i-7` uses it");
        assert!(advice.contains("terminate it"));
        let (what, why, advice) = says(json!({
            "networkInterfaceId": "eni-3", "description": "ELB net/theirs/1", "status": "in-use",
            "attachment": {"attachmentId": "ela-attach-1"},
        }));
        assert_eq!(what, "network interface `eni-3` (ELB net/theirs/1)");
        assert_eq!(why, "it is in use");
        assert!(advice.contains("--network-interface-ids eni-3`"));
    }
}
