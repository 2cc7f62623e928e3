//! Templates: the one of a stack, and what one contains.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value, json};

use super::Form;
use super::{change_sets, input};
use crate::{
    cloudformation::{drive::Shared, parameters::Parameter, template::Template},
    service::AwsError,
};

pub(super) fn get(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let text = if form.text("ChangeSetName").is_some() {
        change_sets::find(shared, form)?.1.spec.template
    } else {
        let name = form.required("StackName")?;
        let entry = shared.stacks.find(&form.place, name)?;
        entry.store.read(|stack| stack.spec.template.clone())
    };
    Ok(json!({ "TemplateBody": text, "StagesAvailable": ["Original", "Processed"] }))
}

pub(super) fn validate(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let template = Template::parse(&input::template_text(form, None)?)?;
    input::check_types(shared, &template)?;
    let mut answer = capabilities(&template);
    answer.insert("Description".to_owned(), json!(template.description));
    let parameters = template.parameters.iter().map(|(name, parameter)| described(name, parameter));
    answer.insert("Parameters".to_owned(), parameters.collect());
    Ok(Value::Object(answer))
}

pub(super) fn summary(shared: &Arc<Shared>, form: &Form) -> Result<Value, AwsError> {
    let text = match form.text("StackName") {
        Some(name) => {
            let entry = shared.stacks.find(&form.place, name)?;
            entry.store.read(|stack| stack.spec.template.clone())
        }
        None => input::template_text(form, None)?,
    };
    let template = Template::parse(&text)?;
    let mut answer = capabilities(&template);
    let kinds: BTreeSet<_> = template.resources.values().map(|resource| &resource.kind).collect();
    let parameters = template.parameters.iter().map(|(name, parameter)| {
        let mut described = described(name, parameter);
        described["ParameterType"] = json!(parameter.kind);
        described["ParameterConstraints"] = json!({ "AllowedValues": parameter.allowed_values });
        described
    });
    answer.insert("Parameters".to_owned(), parameters.collect());
    answer.insert("Description".to_owned(), json!(template.description));
    answer.insert("ResourceTypes".to_owned(), json!(kinds));
    answer.insert("Version".to_owned(), json!("2010-09-09"));
    let metadata = template.metadata.as_ref().map(Value::to_string);
    answer.insert("Metadata".to_owned(), json!(metadata));
    Ok(Value::Object(answer))
}

fn described(name: &str, parameter: &Parameter) -> Value {
    json!({
        "ParameterKey": name,
        "DefaultValue": parameter.default,
        "NoEcho": parameter.no_echo,
        "Description": parameter.description,
    })
}

/// Returns the consent that a template needs, and why.
fn capabilities(template: &Template) -> Map<String, Value> {
    let mut answer = Map::new();
    if let Some((capability, kinds)) = template.capability() {
        let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
        let reason = format!("The following resource(s) require capabilities: [{kinds}]");
        answer.insert("Capabilities".to_owned(), json!([capability]));
        answer.insert("CapabilitiesReason".to_owned(), json!(reason));
    }
    answer
}
