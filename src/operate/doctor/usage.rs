//! How much of each quota is used.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::LoadBalancerTypeEnum;
use serde_json::json;

use crate::{
    aws::{
        Failure, Input, Node, call,
        operations::{apigateway, ec2, ecs, elb},
    },
    destination::Destination,
    resources::quotas::Counted,
};

/// The most tasks that `DescribeTasks` takes, and that `ListTasks` gives in a page.
const TASKS: usize = 100;
/// A virtual processor in the units of a task.
const PROCESSOR: f64 = 1024.0;

/// Counts what the account has in the region.
pub(super) async fn count(
    destination: &Destination,
    ec2: &ec2::Client,
    what: Counted,
) -> Result<f64, Failure> {
    match what {
        Counted::Vpcs => listed(ec2, &ec2::DESCRIBE_VPCS, "vpcSet").await,
        Counted::InternetGateways => {
            listed(ec2, &ec2::DESCRIBE_INTERNET_GATEWAYS, "internetGatewaySet").await
        }
        Counted::Addresses => listed(ec2, &ec2::DESCRIBE_ADDRESSES, "addressesSet").await,
        Counted::NatGatewaysInZone => in_fullest_zone(ec2).await,
        Counted::FargateProcessors => processors(&destination.client()).await,
        Counted::LoadBalancers => load_balancers(&destination.client()).await,
        Counted::VpcLinks => vpc_links(&destination.client()).await,
    }
}

async fn listed(
    ec2: &ec2::Client,
    operation: &'static crate::aws::Operation,
    name: &str,
) -> Result<f64, Failure> {
    Ok(number(ec2.0.list(operation, Input::default(), name).await?.len()))
}

/// Counts the NAT gateways of the zone that has the most. They name their subnet only.
async fn in_fullest_zone(ec2: &ec2::Client) -> Result<f64, Failure> {
    let standing = json!([{ "Name": "state", "Value": ["pending", "available"] }]);
    let input = Input::default().with("Filter", standing);
    let gateways = ec2.0.list(&ec2::DESCRIBE_NAT_GATEWAYS, input, "natGatewaySet").await?;
    if gateways.is_empty() {
        return Ok(0.0);
    }
    let subnets = ec2.0.list(&ec2::DESCRIBE_SUBNETS, Input::default(), "subnetSet").await?;
    Ok(number(fullest(&gateways, &subnets)))
}

fn fullest(gateways: &[Node], subnets: &[Node]) -> usize {
    let zone_of = |gateway: &Node| {
        let subnet = gateway.text("subnetId");
        let found = subnets.iter().find(|it| it.text("subnetId") == subnet);
        found.and_then(|it| it.text("availabilityZone")).unwrap_or_default().to_owned()
    };
    let mut zones: BTreeMap<String, usize> = BTreeMap::new();
    for gateway in gateways {
        *zones.entry(zone_of(gateway)).or_default() += 1;
    }
    zones.into_values().max().unwrap_or_default()
}

/// Adds up the processors of the Fargate tasks of all clusters.
async fn processors(client: &aws_sdk_ecs::Client) -> Result<f64, Failure> {
    let (mut sum, mut next) = (0.0, None);
    loop {
        let page = client.list_clusters().set_next_token(next).send();
        let page = call(&ecs::LIST_CLUSTERS, page).await?;
        for cluster in page.cluster_arns() {
            sum += processors_of(client, cluster).await?;
        }
        next = page.next_token;
        if next.is_none() {
            return Ok(sum);
        }
    }
}

async fn processors_of(client: &aws_sdk_ecs::Client, cluster: &str) -> Result<f64, Failure> {
    let (mut sum, mut next) = (0.0, None);
    loop {
        let page = client.list_tasks().cluster(cluster).set_next_token(next).send();
        let page = call(&ecs::LIST_TASKS, page).await?;
        for arns in page.task_arns().chunks(TASKS) {
            let describe = client.describe_tasks().cluster(cluster).set_tasks(Some(arns.to_vec()));
            let described = call(&ecs::DESCRIBE_TASKS, describe.send()).await?;
            // Those on EC2 instances do not count.
            let fargate = described
                .tasks()
                .iter()
                .filter(|task| task.launch_type().is_none_or(|kind| kind.as_str() == "FARGATE"));
            sum += fargate.filter_map(|task| task.cpu()?.parse::<f64>().ok()).sum::<f64>();
        }
        next = page.next_token;
        if next.is_none() {
            return Ok(sum / PROCESSOR);
        }
    }
}

async fn load_balancers(client: &aws_sdk_elasticloadbalancingv2::Client) -> Result<f64, Failure> {
    let (mut count, mut next) = (0, None);
    loop {
        let page = client.describe_load_balancers().set_marker(next).send();
        let page = call(&elb::DESCRIBE_LOAD_BALANCERS, page).await?;
        let is_network = |kind| kind == Some(&LoadBalancerTypeEnum::Network);
        count += page.load_balancers().iter().filter(|it| is_network(it.r#type())).count();
        next = page.next_marker;
        if next.is_none() {
            return Ok(number(count));
        }
    }
}

async fn vpc_links(client: &aws_sdk_apigateway::Client) -> Result<f64, Failure> {
    let (mut count, mut next) = (0, None);
    loop {
        let page = client.get_vpc_links().limit(500).set_position(next).send();
        let page = call(&apigateway::GET_VPC_LINKS, page).await?;
        count += page.items().len();
        next = page.position;
        if next.is_none() {
            return Ok(number(count));
        }
    }
}

/// Quotas are far below the numbers that this type cannot hold.
#[expect(clippy::cast_precision_loss, reason = "no account has 2^52 of anything")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_zone_counts() {
        let of = |list: &[[&str; 2]]| -> Vec<Node> {
            list.iter()
                .map(|[subnet, zone]| {
                    Node::of(&json!({ "subnetId": subnet, "availabilityZone": zone }))
                })
                .collect()
        };
        let subnets = of(&[["a1", "a"], ["a2", "a"], ["b1", "b"]]);
        assert_eq!(fullest(&of(&[["a1", ""], ["b1", ""], ["a2", ""]]), &subnets), 2);
        assert_eq!(fullest(&[], &subnets), 0);
    }
}
