//! The values of a stack's resources and outputs for its template.

use std::collections::BTreeMap;

use super::{
    plan::{Plan, Seen},
    stack::{OutputValue, Stack},
    stacks::Export,
};
use crate::service::AwsError;

impl Stack {
    /// Returns the existing resources, as `Ref` and `Fn::GetAtt` see them.
    pub(super) fn seen(&self) -> impl Iterator<Item = (&str, Seen<'_>)> {
        self.resources.iter().filter_map(|(name, resource)| {
            let id = resource.physical_id.as_deref().filter(|_| !resource.status.is_gone())?;
            Some((name.as_str(), (id, &resource.attributes)))
        })
    }

    /// Returns the outputs of a plan with the existing resources.
    pub(super) fn output_values(
        &self,
        plan: &Plan,
        exports: &BTreeMap<String, Export>,
    ) -> Result<BTreeMap<String, OutputValue>, AwsError> {
        let exports = exports.iter().map(|(name, export)| (name.clone(), export.value.clone()));
        let lookup = plan.lookup(self.seen(), exports.collect());
        let mut values = BTreeMap::new();
        for (name, output) in &plan.outputs {
            let export = output.export.as_ref().map(|name| lookup.text(name)).transpose()?;
            let (value, description) = (lookup.text(&output.value)?, output.description.clone());
            values.insert(name.clone(), OutputValue { value, description, export });
        }
        Ok(values)
    }
}
