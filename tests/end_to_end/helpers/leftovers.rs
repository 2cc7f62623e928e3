//! What an account contains of parts 3 and 4, and that nothing of them is left.

use super::cloud::Cloud;

/// Fails the test unless nothing of part 3 exists except the service-linked role, which stays.
pub(crate) fn assert_nothing_of_part_3(cloud: &Cloud) {
    cloud.wait_for(async |sdk| {
        let stacks =
            aws_sdk_cloudformation::Client::new(sdk).describe_stacks().send().await.unwrap();
        assert!(stacks.stacks().is_empty());
        let repositories =
            aws_sdk_ecr::Client::new(sdk).describe_repositories().send().await.unwrap();
        assert!(repositories.repositories().is_empty());
        let groups =
            aws_sdk_cloudwatchlogs::Client::new(sdk).describe_log_groups().send().await.unwrap();
        assert!(groups.log_groups().is_empty());
        let ecs = aws_sdk_ecs::Client::new(sdk);
        assert!(ecs.list_clusters().send().await.unwrap().cluster_arns().is_empty());
        assert!(
            ecs.list_task_definitions().send().await.unwrap().task_definition_arns().is_empty()
        );
        let elb = aws_sdk_elasticloadbalancingv2::Client::new(sdk);
        assert!(elb.describe_load_balancers().send().await.unwrap().load_balancers().is_empty());
        assert!(elb.describe_target_groups().send().await.unwrap().target_groups().is_empty());
        let iam = aws_sdk_iam::Client::new(sdk);
        iam.get_role().role_name("AWSServiceRoleForECS").send().await.unwrap();
    });
}

/// Returns how many there are of what part 4 creates.
pub(crate) fn part_4_counts(cloud: &Cloud) -> [(&'static str, usize); 5] {
    cloud.wait_for(async |sdk| {
        let cognito = aws_sdk_cognitoidentityprovider::Client::new(sdk);
        let pools = cognito.list_user_pools().max_results(60).send().await.unwrap();
        let mut clients = 0;
        for pool in pools.user_pools() {
            let list = cognito.list_user_pool_clients().set_user_pool_id(pool.id.clone());
            clients += list.send().await.unwrap().user_pool_clients().len();
        }
        let gateway = aws_sdk_apigateway::Client::new(sdk);
        let links = gateway.get_vpc_links().send().await.unwrap();
        let apis = gateway.get_rest_apis().send().await.unwrap();
        let mut deployments = 0;
        for api in apis.items() {
            let list = gateway.get_deployments().set_rest_api_id(api.id.clone());
            deployments += list.send().await.unwrap().items().len();
        }
        [
            ("user pools", pools.user_pools().len()),
            ("clients", clients),
            ("VPC links", links.items().len()),
            ("REST APIs", apis.items().len()),
            ("deployments", deployments),
        ]
    })
}

/// Fails the test unless nothing of part 4 exists.
pub(crate) fn assert_nothing_of_part_4(cloud: &Cloud) {
    for (what, count) in part_4_counts(cloud) {
        assert_eq!(count, 0, "{what}");
    }
}
