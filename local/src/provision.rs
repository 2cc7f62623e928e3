//! How CloudFormation creates the resources of other services: each service that has resources for
//! templates is a [`Provider`] of their types.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use crate::{place::Place, service::AwsError};

/// Where a resource is created and what it is tagged with.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// The account and region of the stack.
    pub(crate) place: Place,
    /// The stack's name.
    pub(crate) stack_name: String,
    /// The resource's name in the template; generated names contain it.
    pub(crate) logical_id: String,
    /// The stack's own tags and CloudFormation's (`aws:cloudformation:stack-name`, …), which
    /// propagate to every resource that can carry tags.
    pub(crate) tags: BTreeMap<String, String>,
}

/// A resource whose creation has begun.
#[derive(Clone, Debug)]
pub(crate) struct Created {
    /// Its physical id, which is also what `Ref` gives.
    pub(crate) physical_id: String,
    /// What `Fn::GetAtt` gives, by attribute.
    pub(crate) attributes: BTreeMap<String, Value>,
    /// How long AWS typically takes for it; the stack scales this by the pace.
    pub(crate) typical: Duration,
}

/// A service whose resources can be in a template.
pub(crate) trait Provider: Send + Sync {
    /// Returns the resource types that it creates, such as `AWS::EC2::VPC`.
    fn types(&self) -> &'static [&'static str];

    /// Creates a resource from its properties, in which all intrinsic functions are resolved.
    ///
    /// # Errors
    /// What the service's own API would answer; it becomes the reason of `CREATE_FAILED`.
    fn create(&self, scope: &Scope, kind: &str, properties: &Value) -> Result<Created, AwsError>;

    /// Changes a resource in place to new properties; `None` when it must be replaced by a new one,
    /// which is the default for all types.
    fn update(
        &self,
        _scope: &Scope,
        _kind: &str,
        _physical_id: &str,
        _properties: &Value,
    ) -> Option<Result<Created, AwsError>> {
        None
    }

    /// Deletes a resource; one that is already gone is no error.
    ///
    /// # Errors
    /// What the service's own API would answer, such as `DependencyViolation`.
    fn delete(&self, scope: &Scope, kind: &str, physical_id: &str) -> Result<(), AwsError>;

    /// Returns whether a resource is really gone after [`Provider::delete`] succeeded. A NAT
    /// gateway is still `deleting` and holds its address and subnet: the stack checks again, and
    /// continues with what the resource depended on only when it is gone.
    fn gone(&self, _scope: &Scope, _kind: &str, _physical_id: &str) -> bool {
        true
    }
}
