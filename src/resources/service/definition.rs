//! The service as `templates/service-definition.json` describes it, as a request, and compared with
//! one that stands.

use aws_sdk_ecs::{
    operation::{
        create_service::builders::CreateServiceFluentBuilder,
        update_service::builders::UpdateServiceFluentBuilder,
    },
    types::{
        AwsVpcConfiguration, DeploymentCircuitBreaker, DeploymentConfiguration, LaunchType,
        LoadBalancer, NetworkConfiguration, PropagateTags, Service,
    },
};
use serde::Deserialize;

use crate::{aws::unbuildable, error::Result};

/// A service.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names are those of the file")]
pub(super) struct Definition {
    pub(super) service_name: String,
    cluster: String,
    task_definition: String,
    launch_type: String,
    desired_count: i32,
    health_check_grace_period_seconds: i32,
    deployment_configuration: Rollout,
    network_configuration: Network,
    load_balancers: Vec<Balancer>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rollout {
    maximum_percent: i32,
    minimum_healthy_percent: i32,
    deployment_circuit_breaker: CircuitBreaker,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CircuitBreaker {
    enable: bool,
    rollback: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Network {
    awsvpc_configuration: Awsvpc,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Awsvpc {
    assign_public_ip: String,
    security_groups: Vec<String>,
    subnets: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Balancer {
    container_name: String,
    container_port: i32,
    target_group_arn: String,
}

impl Definition {
    /// The request that creates it.
    pub(super) fn create(
        &self,
        request: CreateServiceFluentBuilder,
    ) -> Result<CreateServiceFluentBuilder> {
        let balancers = self.load_balancers.iter().map(Balancer::build);
        Ok(request
            .cluster(&self.cluster)
            .service_name(&self.service_name)
            .task_definition(&self.task_definition)
            .launch_type(LaunchType::from(self.launch_type.as_str()))
            .desired_count(self.desired_count)
            .health_check_grace_period_seconds(self.health_check_grace_period_seconds)
            .deployment_configuration(self.deployment_configuration.build())
            .network_configuration(self.network_configuration.build()?)
            .propagate_tags(PropagateTags::Service)
            .set_load_balancers(Some(balancers.collect())))
    }

    /// The request that changes a standing one into it.
    pub(super) fn update(
        &self,
        request: UpdateServiceFluentBuilder,
    ) -> Result<UpdateServiceFluentBuilder> {
        let balancers = self.load_balancers.iter().map(Balancer::build);
        Ok(request
            .cluster(&self.cluster)
            .service(&self.service_name)
            .task_definition(&self.task_definition)
            .desired_count(self.desired_count)
            .health_check_grace_period_seconds(self.health_check_grace_period_seconds)
            .deployment_configuration(self.deployment_configuration.build())
            .network_configuration(self.network_configuration.build()?)
            .set_load_balancers(Some(balancers.collect())))
    }

    /// What of a standing one differs, each in a few words.
    pub(super) fn differs_from(&self, other: &Service) -> Vec<String> {
        let network = other.network_configuration().and_then(|it| it.awsvpc_configuration());
        let groups = other.load_balancers().iter().map(|it| it.target_group_arn());
        let wanted = self.load_balancers.iter().map(|it| Some(it.target_group_arn.as_str()));
        [
            (
                "it runs another revision of the task definition",
                other.task_definition() == Some(&self.task_definition),
            ),
            ("it wants another number of tasks", other.desired_count() == self.desired_count),
            ("its tasks are in another network", self.network_configuration.is(network)),
            ("it serves another target group", groups.eq(wanted)),
        ]
        .into_iter()
        .filter(|(_, same)| !same)
        .map(|(words, _)| words.to_owned())
        .collect()
    }
}

impl Rollout {
    fn build(&self) -> DeploymentConfiguration {
        let CircuitBreaker { enable, rollback } = self.deployment_circuit_breaker;
        DeploymentConfiguration::builder()
            .maximum_percent(self.maximum_percent)
            .minimum_healthy_percent(self.minimum_healthy_percent)
            .deployment_circuit_breaker(
                DeploymentCircuitBreaker::builder().enable(enable).rollback(rollback).build(),
            )
            .build()
    }
}

impl Network {
    fn build(&self) -> Result<NetworkConfiguration> {
        let awsvpc = &self.awsvpc_configuration;
        let awsvpc = AwsVpcConfiguration::builder()
            .assign_public_ip(awsvpc.assign_public_ip.as_str().into())
            .set_security_groups(Some(awsvpc.security_groups.clone()))
            .set_subnets(Some(awsvpc.subnets.clone()))
            .build()
            .map_err(unbuildable)?;
        Ok(NetworkConfiguration::builder().awsvpc_configuration(awsvpc).build())
    }

    fn is(&self, other: Option<&AwsVpcConfiguration>) -> bool {
        let ours = &self.awsvpc_configuration;
        other.is_some_and(|other| {
            same(&ours.subnets, other.subnets())
                && same(&ours.security_groups, other.security_groups())
                && other.assign_public_ip().is_some_and(|it| it.as_str() == ours.assign_public_ip)
        })
    }
}

impl Balancer {
    fn build(&self) -> LoadBalancer {
        LoadBalancer::builder()
            .container_name(&self.container_name)
            .container_port(self.container_port)
            .target_group_arn(&self.target_group_arn)
            .build()
    }
}

/// The same members, in whatever order.
fn same(ours: &[String], theirs: &[String]) -> bool {
    ours.len() == theirs.len() && ours.iter().all(|one| theirs.contains(one))
}
