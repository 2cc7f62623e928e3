//! Exports: values that stacks give to others.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Form;
use crate::{
    cloudformation::{drive::Shared, errors},
    protocol::form::page,
    service::AwsError,
};

const PAGE: usize = 100;

pub(super) fn list(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let exports = shared.stacks.exports(&form.place);
    let exports = exports.into_iter().map(|(name, export)| {
        json!({ "ExportingStackId": export.stack_id, "Name": name, "Value": export.value })
    });
    let (exports, token) = page(exports.collect(), form.text("NextToken"), PAGE)?;
    Ok(json!({ "Exports": exports, "NextToken": token }))
}

pub(super) fn imports(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let name = form.required("ExportName")?;
    let stacks = shared.stacks.importers(&form.place, name);
    if stacks.is_empty() {
        return Err(errors::validation(format!("Export '{name}' is not imported by any stack.")));
    }
    let (stacks, token) = page(stacks, form.text("NextToken"), PAGE)?;
    Ok(json!({ "Imports": stacks, "NextToken": token }))
}
