//! The service from `templates/service-definition.json`: as a request, and compared with an
//! existing one.

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

use crate::{
    aws::unbuildable,
    engine::Setting,
    error::{Code, Error, Result},
    lab::{Names, Values, files::SERVICE_DEFINITION},
};

/// A service.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names are those of the file")]
pub(super) struct Definition {
    service_name: String,
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
    /// Creates the definition of a lab's service.
    ///
    /// # Errors
    /// When not all of its values are known.
    pub(super) fn of(known: &Values, names: &Names) -> Result<Self> {
        let text = SERVICE_DEFINITION.render(known)?;
        let mut definition: Self = serde_json::from_str(&text).map_err(|error| {
            Error::new(Code::Lab, format!("{}: {error}", SERVICE_DEFINITION.path))
        })?;
        definition.service_name.clone_from(&names.service);
        Ok(definition)
    }

    /// Returns the request that creates it.
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

    /// Returns the request that updates a service to match it.
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

    /// Returns the settings of a service, except for its task definition.
    pub(super) fn settings(&self, service: &Service) -> Vec<Setting> {
        let groups = |of: &mut dyn Iterator<Item = &str>| of.collect::<Vec<_>>().join(", ");
        let expected = &mut self.load_balancers.iter().map(|it| it.target_group_arn.as_str());
        let actual = &mut service.load_balancers().iter().filter_map(|it| it.target_group_arn());
        let network = service.network_configuration().and_then(|it| it.awsvpc_configuration());
        let mut settings = vec![
            Setting::new("desiredCount", self.desired_count, service.desired_count()),
            Setting::maybe(
                "loadBalancers.targetGroupArn",
                groups(expected),
                Some(groups(actual)).filter(|groups| !groups.is_empty()),
            ),
        ];
        settings.extend(self.network_configuration.awsvpc_configuration.settings(network));
        settings
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
}

impl Awsvpc {
    fn settings(&self, network: Option<&AwsVpcConfiguration>) -> [Setting; 3] {
        let public = network.and_then(|it| it.assign_public_ip());
        let groups = network.map(AwsVpcConfiguration::security_groups);
        let subnets = network.map(AwsVpcConfiguration::subnets);
        let name = |field: &str| format!("networkConfiguration.{field}");
        [
            Setting::maybe(name("subnets"), listed(&self.subnets), subnets.map(listed)),
            Setting::maybe(
                name("securityGroups"),
                listed(&self.security_groups),
                groups.map(listed),
            ),
            Setting::maybe(name("assignPublicIp"), &self.assign_public_ip, public),
        ]
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

/// Returns the members as one text, independent of their order.
fn listed(members: &[String]) -> String {
    let mut members = members.to_vec();
    members.sort_unstable();
    members.join(", ")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::lab::{
        AccountId, Region,
        placeholders::{
            ASSIGN_PUBLIC_IP, CLUSTER_NAME, NLB_TARGET_GROUP_ARN, SECURITY_GROUP_ID,
            TASK_DEFINITION_ARN, TASK_SUBNET_ONE, TASK_SUBNET_TWO,
        },
    };

    /// Returns the values for the definition, except for the task definition.
    pub(in crate::resources::service) fn known() -> Values {
        Values::of([
            (CLUSTER_NAME, "cluster"),
            (ASSIGN_PUBLIC_IP, "DISABLED"),
            (SECURITY_GROUP_ID, "sg-1"),
            (TASK_SUBNET_ONE, "subnet-1"),
            (TASK_SUBNET_TWO, "subnet-2"),
            (NLB_TARGET_GROUP_ARN, "group"),
        ])
    }

    /// Returns a service with these values that runs a revision, as ECS shows it.
    pub(in crate::resources::service) fn service(revision: &str) -> Service {
        let network = AwsVpcConfiguration::builder()
            .assign_public_ip("DISABLED".into())
            .security_groups("sg-1")
            .subnets("subnet-2")
            .subnets("subnet-1")
            .build()
            .unwrap();
        Service::builder()
            .task_definition(revision)
            .desired_count(1)
            .load_balancers(LoadBalancer::builder().target_group_arn("group").build())
            .network_configuration(
                NetworkConfiguration::builder().awsvpc_configuration(network).build(),
            )
            .build()
    }

    pub(in crate::resources::service) fn names() -> Names {
        let region = Region::new("eu-west-1").unwrap();
        Names::new(&AccountId::new("123456789012"), &region, None, None)
    }

    #[test]
    fn what_was_created_does_not_differ_and_what_was_changed_is_named() {
        let known = known().with(&Values::of([(TASK_DEFINITION_ARN, "one")]));
        let definition = Definition::of(&known, &names()).unwrap();
        let differs = |service: &Service| {
            let settings = definition.settings(service);
            settings.iter().filter(|it| it.differs()).map(Setting::in_words).collect::<Vec<_>>()
        };
        assert_eq!(differs(&service("one")), Vec::<String>::new());
        let mut other = service("one");
        other.desired_count = 0;
        other.load_balancers = None;
        other.network_configuration = None;
        assert_eq!(
            differs(&other),
            [
                "desiredCount is 0, expected 1",
                "loadBalancers.targetGroupArn is not set, expected group",
                "networkConfiguration.subnets is not set, expected subnet-1, subnet-2",
                "networkConfiguration.securityGroups is not set, expected sg-1",
                "networkConfiguration.assignPublicIp is not set, expected DISABLED",
            ]
        );
    }
}
