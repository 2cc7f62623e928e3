//! Whether what the tagging API lists is still there, asked of the service that would know.

use aws_sdk_ecs::types::TaskDefinitionStatus;

use crate::{
    aws::{Failure, call},
    error::Result,
    target::Target,
};

/// Whether it is really there: the tagging API lists what was deleted for some hours more. What
/// this program does not make is shown all the same, because somebody tagged it as the lab's.
pub(super) async fn exists(target: &Target, arn: &str) -> Result<bool> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let service = parts.next().unwrap_or_default();
    let resource = parts.nth(2).unwrap_or_default();
    let (kind, name) = resource.split_once(['/', ':']).unwrap_or(("", resource));
    Ok(match (service, kind) {
        ("s3", _) => {
            let head = target.s3().head_bucket().bucket(resource);
            there(call("s3 HeadBucket", head.send()).await.map(|_| true))?
        }
        ("dynamodb", "table") => {
            let describe = target.dynamodb().describe_table().table_name(name);
            there(call("dynamodb DescribeTable", describe.send()).await.map(|_| true))?
        }
        ("cloudformation", "stack") => {
            let describe = target.cloudformation().describe_stacks().stack_name(arn);
            let answer = call("cloudformation DescribeStacks", describe.send()).await;
            there(answer.map(|stacks| {
                stacks.stacks().iter().any(|it| {
                    it.stack_status().is_some_and(|status| status.as_str() != "DELETE_COMPLETE")
                })
            }))?
        }
        ("ecr", "repository") => {
            let describe = target.ecr().describe_repositories().repository_names(name);
            there(call("ecr DescribeRepositories", describe.send()).await.map(|_| true))?
        }
        ("logs", _) => {
            let name = name.trim_end_matches(":*");
            let list = target.logs().describe_log_groups().log_group_name_prefix(name);
            let answer = call("logs DescribeLogGroups", list.send()).await;
            there(answer.map(|it| !it.log_groups().is_empty()))?
        }
        ("ecs", "cluster") => {
            let describe = target.ecs().describe_clusters().clusters(arn);
            let answer = call("ecs DescribeClusters", describe.send()).await;
            there(answer.map(|it| it.clusters().iter().any(|it| it.status() == Some("ACTIVE"))))?
        }
        ("ecs", "task-definition") => {
            let describe = target.ecs().describe_task_definition().task_definition(arn);
            let answer = call("ecs DescribeTaskDefinition", describe.send()).await;
            there(answer.map(|it| {
                let status = it.task_definition().and_then(|it| it.status());
                status == Some(&TaskDefinitionStatus::Active)
            }))?
        }
        // Services and tasks go with their cluster, listeners with their load balancer.
        ("ecs", _) | ("elasticloadbalancing", "listener") => false,
        ("elasticloadbalancing", "loadbalancer") => {
            let describe = target.elb().describe_load_balancers().load_balancer_arns(arn);
            there(call("elb DescribeLoadBalancers", describe.send()).await.map(|_| true))?
        }
        ("elasticloadbalancing", "targetgroup") => {
            let describe = target.elb().describe_target_groups().target_group_arns(arn);
            there(call("elb DescribeTargetGroups", describe.send()).await.map(|_| true))?
        }
        ("cognito-idp", "userpool") => {
            let describe = target.cognito().describe_user_pool().user_pool_id(name);
            there(call("cognito-idp DescribeUserPool", describe.send()).await.map(|_| true))?
        }
        // Their ARNs have no account, and a slash before the kind: `…::/restapis/ID`.
        ("apigateway", "") => api_gateway_has(target, name).await?,
        _ => true,
    })
}

/// Whether API Gateway has what stands behind the slash of an ARN. Stages go with their API.
async fn api_gateway_has(target: &Target, path: &str) -> Result<bool> {
    match *path.split('/').collect::<Vec<_>>() {
        ["restapis", id] => {
            let get = target.apigateway().get_rest_api().rest_api_id(id);
            there(call("apigateway GetRestApi", get.send()).await.map(|_| true))
        }
        ["vpclinks", id] => {
            let get = target.apigateway().get_vpc_link().vpc_link_id(id);
            there(call("apigateway GetVpcLink", get.send()).await.map(|_| true))
        }
        ["restapis", _, "stages", _] => Ok(false),
        _ => Ok(true),
    }
}

/// Whether the answer shows it. AWS's ways of saying that it does not are many.
fn there(answer: Result<bool, Failure>) -> Result<bool> {
    const GONE: [&str; 6] = [
        "ResourceNotFoundException",
        "RepositoryNotFoundException",
        "LoadBalancerNotFound",
        "TargetGroupNotFound",
        "ValidationError",
        "ClientException",
    ];
    match answer {
        Err(failure) if failure.status == Some(404) || failure.is_any(&GONE) => Ok(false),
        other => Ok(other?),
    }
}
