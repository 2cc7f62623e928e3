//! How CloudFormation creates the resources of other services: each service that has resources for
//! templates is a [`Provider`] of their types.

mod handlers;

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{authorize::Needed, place::Place, service::AwsError};
pub(crate) use handlers::{Act, Handlers, needed};

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
    /// Names this creation of the resource: a second request with it is the same request.
    pub(crate) token: String,
}

/// A resource whose creation has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Created {
    /// Its physical id, which is also what `Ref` gives.
    pub(crate) physical_id: String,
    /// What `Fn::GetAtt` gives, by attribute.
    pub(crate) attributes: BTreeMap<String, Value>,
    /// How long AWS typically takes for it; the stack scales this by the pace.
    pub(crate) typical: Duration,
}

/// What a service has created for stacks, by the tokens of the requests. It is written together with
/// what was created: after a kill between that and the stack's own note, the stack asks again, and
/// gets the same resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct CreatedBefore(BTreeMap<String, Created>);

impl CreatedBefore {
    /// Returns what was created by the request of this scope.
    pub(crate) fn by(&self, scope: &Scope) -> Option<&Created> {
        self.0.get(&scope.token)
    }

    /// Notes what was created.
    pub(crate) fn note(&mut self, scope: &Scope, created: &Created) {
        if !scope.token.is_empty() {
            self.0.insert(scope.token.clone(), created.clone());
        }
    }

    /// Forgets a resource that is deleted.
    pub(crate) fn forget(&mut self, physical_id: &str) {
        self.0.retain(|_, created| created.physical_id != physical_id);
    }
}

/// A service whose resources can be in a template.
pub(crate) trait Provider: Send + Sync {
    /// Returns the resource types that it creates, such as `AWS::EC2::VPC`.
    fn types(&self) -> &'static [&'static str];

    /// Returns what whoever changes the stack needs for something to be done with a resource of this
    /// type. It has a physical id once it is created.
    fn needs(
        &self,
        scope: &Scope,
        kind: &str,
        act: Act,
        physical_id: Option<&str>,
        properties: &Value,
    ) -> Vec<Needed>;

    /// Creates a resource from its properties, in which all intrinsic functions are resolved. If
    /// the same request created it before, that one is returned.
    ///
    /// # Errors
    /// What the service's own API would answer; it becomes the reason of `CREATE_FAILED`.
    fn create(&self, scope: &Scope, kind: &str, properties: &Value) -> Result<Created, AwsError>;

    /// Returns the physical id of what the request of this scope created, if it did.
    fn created_before(&self, scope: &Scope, kind: &str) -> Option<String>;

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
