//! What a stack's resources and outputs are worth to its template.

use std::collections::BTreeMap;

use super::{
    plan::{Plan, Seen},
    stack::{OutputValue, Stack},
    stacks::Export,
};
use crate::service::AwsError;

impl Stack {
    /// The resources that are there, as `Ref` and `Fn::GetAtt` see them.
    pub(super) fn seen(&self) -> impl Iterator<Item = (&str, Seen<'_>)> {
        self.resources.iter().filter_map(|(name, resource)| {
            let id = resource.physical_id.as_deref().filter(|_| !resource.status.is_gone())?;
            Some((name.as_str(), (id, &resource.attributes)))
        })
    }

    /// The outputs that a plan gives with the resources that are there.
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
