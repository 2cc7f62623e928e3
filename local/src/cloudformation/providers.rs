//! The services whose resources can be in templates, and CloudFormation's own resources.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde_json::Value;

use super::stack::uuid;
use crate::{
    authorize::Needed,
    pace::typical,
    provision::{Act, Created, Provider, Scope},
    service::AwsError,
};

/// All providers.
pub(super) struct Providers(Vec<Arc<dyn Provider>>);

impl Providers {
    pub(super) fn new(mut of_services: Vec<Arc<dyn Provider>>) -> Self {
        of_services.push(Arc::new(WaitHandles));
        Self(of_services)
    }

    /// Returns the provider of a resource type.
    pub(super) fn of(&self, kind: &str) -> Option<&dyn Provider> {
        self.0.iter().find(|provider| provider.types().contains(&kind)).map(AsRef::as_ref)
    }
}

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|provider| provider.types())).finish()
    }
}

/// Wait condition handles: a URL, which nothing waits for here. Templates use them as resources
/// that cost nothing.
struct WaitHandles;

impl Provider for WaitHandles {
    fn types(&self) -> &'static [&'static str] {
        &["AWS::CloudFormation::WaitConditionHandle"]
    }

    /// They are CloudFormation's own.
    fn needs(&self, _: &Scope, _: &str, _: Act, _: Option<&str>, _: &Value) -> Vec<Needed> {
        Vec::new()
    }

    fn create(&self, scope: &Scope, _kind: &str, _properties: &Value) -> Result<Created, AwsError> {
        let (stack, id) = (&scope.stack_name, uuid());
        let physical_id = format!(
            "https://cloudformation-waitcondition-{}.localhost/{stack}/{id}",
            scope.place.region
        );
        let typical = typical("AWS::CloudFormation::WaitConditionHandle CREATING");
        Ok(Created { physical_id, attributes: BTreeMap::new(), typical })
    }

    /// Nothing of it is anywhere but in the stack.
    fn created_before(&self, _scope: &Scope, _kind: &str) -> Option<String> {
        None
    }

    fn delete(&self, _scope: &Scope, _kind: &str, _physical_id: &str) -> Result<(), AwsError> {
        Ok(())
    }
}
