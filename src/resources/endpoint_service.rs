//! The VPC endpoint service of a VPC link: API Gateway makes it for the load balancer, without a tag.
//! It has been seen to outlive its link, and keeps the load balancer, which costs money.

use crate::{
    aws::{
        Input, Node,
        operations::ec2::{Client, DESCRIBE_VPC_ENDPOINT_SERVICE_CONFIGURATIONS},
    },
    engine::LeftBehind,
    error::Result,
};

/// Returns the endpoint services of a load balancer.
///
/// # Errors
/// When they cannot be listed.
pub(super) async fn of_balancer(ec2: &Client, arn: &str) -> Result<Vec<LeftBehind>> {
    let operation = &DESCRIBE_VPC_ENDPOINT_SERVICE_CONFIGURATIONS;
    let all = ec2.0.list(operation, Input::default(), "serviceConfigurationSet").await?;
    Ok(all.iter().filter(|service| is_of(service, arn)).map(left_behind).collect())
}

fn is_of(service: &Node, arn: &str) -> bool {
    service.list("networkLoadBalancerArnSet").any(|balancer| balancer.own_text() == arn)
}

fn left_behind(service: &Node) -> LeftBehind {
    let id = service.text("serviceId").unwrap_or("of unknown id");
    LeftBehind {
        what: format!("VPC endpoint service `{id}`"),
        why: "it is attached to the lab's load balancer, which cannot go before it; a VPC link has made it"
            .to_owned(),
        advice: format!(
            "reject its connections with `aws ec2 reject-vpc-endpoint-connections --service-id {id} \
             --vpc-endpoint-ids …`, delete it with `aws ec2 delete-vpc-endpoint-service-configurations \
             --service-ids {id}`, and run the same command again"
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_those_of_the_very_load_balancer_are_the_labs() {
        let of = |arns: &[&str]| {
            Node::of(&json!({"serviceId": "vpce-svc-1", "networkLoadBalancerArnSet": arns}))
        };
        assert!(is_of(&of(&["arn:nlb/mysfits-nlb/1"]), "arn:nlb/mysfits-nlb/1"));
        for others in [vec![], vec!["arn:nlb/mysfits-nlb/12", "arn:nlb/mysfits-nlb2/1"]] {
            assert!(!is_of(&of(&others), "arn:nlb/mysfits-nlb/1"), "{others:?}");
        }
        let LeftBehind { what, advice, .. } = left_behind(&of(&[]));
        assert_eq!(what, "VPC endpoint service `vpce-svc-1`");
        assert!(advice.contains("--service-ids vpce-svc-1`"), "{advice}");
    }
}
