//! What the services of the local cloud need from each other: the calls that on AWS happen behind
//! the public API. Each trait is implemented by the service named in its comment.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    authorize::{Identity, Needed},
    clock::Transition,
    pace::typical,
    place::{AccountId, Place},
    service::AwsError,
    times::Millis,
};

/// The deletion of a VPC link, which keeps its load balancer from being deleted until it is
/// complete.
pub(crate) const DELETING_VPC_LINK: Transition = Transition {
    service: "apigateway",
    operation: "DeleteVpcLink",
    typical: typical("AWS::ApiGateway::VpcLink DELETING"),
};

/// A subnet, as ELB and ECS see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SubnetInfo {
    pub(crate) vpc_id: String,
    pub(crate) availability_zone: String,
    /// Whether a route of its leads to an internet gateway.
    pub(crate) has_internet_gateway: bool,
    /// Whether a route of its leads to the internet at all (an internet or NAT gateway).
    pub(crate) reaches_internet: bool,
}

/// A network interface to be created in a subnet for a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewInterface<'a> {
    pub(crate) subnet_id: &'a str,
    pub(crate) group_ids: &'a [String],
    /// Such as `ELB net/mysfits-nlb/0123456789abcdef`.
    pub(crate) description: String,
    /// Such as `network_load_balancer`, or `interface` for tasks.
    pub(crate) interface_type: &'static str,
    /// Whether it gets a public address.
    pub(crate) public: bool,
}

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interface {
    pub(crate) id: String,
    pub(crate) private_ip: String,
    pub(crate) mac_address: String,
}

/// EC2, for load balancers and tasks.
pub(crate) trait Network: Send + Sync {
    /// Returns a subnet; `None` if there is none of this id.
    fn subnet(&self, place: &Place, subnet_id: &str) -> Option<SubnetInfo>;
    /// Returns whether this VPC exists.
    fn vpc_exists(&self, place: &Place, vpc_id: &str) -> bool;
    /// Returns the availability zone of an address; `None` if no subnet of the VPC has it.
    fn zone_of(&self, place: &Place, vpc_id: &str, address: Ipv4Addr) -> Option<String>;
    /// Returns whether this security group exists.
    fn group_exists(&self, place: &Place, group_id: &str) -> bool;
    /// Creates an interface that belongs to a service: it blocks its subnet and security groups,
    /// and users can neither detach nor delete it.
    ///
    /// # Errors
    /// `InvalidSubnetID.NotFound`, `InvalidGroup.NotFound`, …
    fn attach(&self, place: &Place, interface: &NewInterface<'_>) -> Result<Interface, AwsError>;
    /// Removes such an interface. One that is already gone is no error.
    fn detach(&self, place: &Place, interface_id: &str) {
        self.detach_later(place, interface_id, Duration::ZERO);
    }
    /// Removes such an interface after the time that AWS typically takes; this is scaled by the
    /// pace and needs no further call. Until then it blocks what it blocked.
    fn detach_later(&self, place: &Place, interface_id: &str, typical: Duration);
}

/// Why a principal may not do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The action and the resource.
    pub(crate) action: String,
    pub(crate) resource: String,
    /// AWS's message.
    pub(crate) message: String,
}

/// IAM, for whatever makes calls in the name of a principal.
pub(crate) trait Authority: fmt::Debug + Send + Sync {
    /// Returns the first of these permissions that a principal does not have in a region, if any.
    fn refusal(&self, who: &Identity, region: &str, needed: &[Needed]) -> Option<Refusal>;
    /// Returns a session of this role that begins now; `None` if there is no such role.
    fn session(&self, role_arn: &str, name: &str) -> Option<Identity>;
}

/// What is known of a target's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TargetHealth {
    Initial,
    Healthy,
    Unhealthy,
    Draining,
    /// The target group is not used by a listener.
    Unused,
}

/// A target: the address that the API shows, and where the process really listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The private address of the task's interface.
    pub(crate) ip: String,
    /// The port that the API shows, such as 8080.
    pub(crate) port: u16,
    /// The loopback address to which connections are forwarded.
    pub(crate) process: SocketAddr,
}

/// ELB, for ECS services.
pub(crate) trait Targets: Send + Sync {
    /// Returns whether a listener uses a target group; `None` if there is no such target group.
    fn target_group(&self, place: &Place, arn: &str) -> Option<bool>;
    /// Begins to send connections to a target, once it is healthy.
    fn register(&self, place: &Place, arn: &str, target: Target);
    /// Sends it no new connections; those that are open get the deregistration delay.
    fn deregister(&self, place: &Place, arn: &str, ip: &str, port: u16);
    /// Returns its health; `None` if it is not registered (any more).
    fn health(&self, place: &Place, arn: &str, ip: &str, port: u16) -> Option<TargetHealth>;
}

/// A listener of a load balancer, as the VPC link of an API reaches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entrance {
    /// Where it listens on this machine.
    pub(crate) address: SocketAddr,
    /// Whether a healthy target is behind it.
    pub(crate) leads_somewhere: bool,
}

/// ELB, for API Gateway's VPC links.
pub(crate) trait Balancers: Send + Sync {
    /// Returns whether a load balancer is active; `None` when there is none of this ARN.
    fn is_active(&self, place: &Place, arn: &str) -> Option<bool>;
    /// Keeps a load balancer from being deleted while something of another service uses it.
    ///
    /// # Errors
    /// `LoadBalancerNotFound`, or when that cannot be saved.
    fn hold(&self, place: &Place, arn: &str, by: &str) -> Result<(), AwsError>;
    /// Ends that at this time; it needs no further call. Does nothing for a load balancer that does
    /// not exist, or is not held by this.
    ///
    /// # Errors
    /// When that cannot be saved.
    fn release_at(&self, place: &Place, arn: &str, by: &str, time: Millis) -> Result<(), AwsError>;
    /// Returns the listener that a URL with this port means; `None` when there is none.
    fn entrance(&self, place: &Place, arn: &str, port: u16) -> Option<Entrance>;
}

/// IAM, for ECS.
pub(crate) trait Roles: Send + Sync {
    /// Returns whether a role of this ARN exists and lets this service (`ecs-tasks.amazonaws.com`)
    /// assume it.
    fn assumable(&self, account: &AccountId, role_arn: &str, service: &str) -> bool;
    /// Creates the service-linked role of a service if it is missing, as ECS and ELB do on their
    /// own. Returns whether it was just created.
    fn ensure_service_linked_role(&self, account: &AccountId, service: &str) -> bool;
}

/// What Organizations needs of IAM.
pub(crate) trait Administrators: fmt::Debug + Send + Sync {
    /// Creates a role that may do everything in an account, for another account.
    ///
    /// # Errors
    /// When a role cannot have this name, or that cannot be saved.
    fn let_in(&self, account: &AccountId, role: &str, other: &AccountId) -> Result<(), AwsError>;
}

/// An account of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) account: AccountId,
    pub(crate) name: String,
    pub(crate) email: String,
}

/// What Identity Center needs of Organizations.
pub(crate) trait Members: fmt::Debug + Send + Sync {
    /// Returns the active accounts of the organization that an account manages, in the order of
    /// their ids; `None` if it manages none.
    fn active(&self, manager: &AccountId) -> Option<Vec<Member>>;
}

/// What a Cognito token is for: its claim `token_use`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenUse {
    /// Who somebody is.
    Id,
    /// What somebody may do.
    Access,
}

/// Why a Cognito token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenRefusal {
    /// It is not a token of these pools, or not for this use.
    Invalid,
    /// It was valid once.
    Expired,
}

/// Cognito, for API Gateway's authorizers.
pub(crate) trait Pools: Send + Sync {
    /// Returns the claims of a token that one of these pools, named by their ARNs, has issued for
    /// this use.
    ///
    /// # Errors
    /// Why it is refused.
    fn claims(
        &self,
        pool_arns: &[String],
        token: &str,
        token_use: TokenUse,
    ) -> Result<Map<String, Value>, TokenRefusal>;
}
