//! The input of the actions: names, templates, parameters, tags, consent.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Form;
use crate::{
    cloudformation::{
        drive::Shared,
        errors,
        plan::{Plan, Pseudo},
        stack::{OnFailure, Spec, Stack},
        template::Template,
    },
    service::AwsError,
    tags::{GivenTags, TagError},
};

/// The longest template that may come in a request.
const LONGEST_TEMPLATE: usize = 51_200;

/// What a stack should become, and its plan.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) spec: Spec,
    pub(super) plan: Plan,
}

/// Reads what a stack should become. What is not given is taken from the existing stack.
pub(super) fn wanted(
    shared: &Shared,
    form: &Form,
    pseudo: &Pseudo<'_>,
    old: Option<&Stack>,
) -> Result<Wanted, AwsError> {
    let text = template_text(form, old)?;
    let template = Template::parse(&text)?;
    check_types(shared, &template)?;
    check_capabilities(form, &template)?;
    let given = given_parameters(form, old)?;
    let plan = Plan::of(&template, &given, pseudo)?;
    let tags = match old {
        // If no tags are given, the existing ones stay.
        Some(old) if form.text("Tags.member.1.Key").is_none() => old.spec.tags.clone(),
        _ => tags(form)?,
    };
    let spec = Spec {
        template: text,
        parameters: plan.values.clone(),
        tags,
        capabilities: form.list("Capabilities"),
    };
    Ok(Wanted { spec, plan })
}

/// Returns the name of a new stack.
pub(super) fn new_name(form: &Form) -> Result<&str, AwsError> {
    let name = form.required("StackName")?;
    check_name(name, "stackName")?;
    Ok(name)
}

pub(super) fn check_name(name: &str, field: &str) -> Result<(), AwsError> {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if !begins || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        let rule = "satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*";
        return Err(errors::constraint(name, field, rule));
    }
    if name.len() > 128 {
        return Err(errors::constraint(name, field, "have length less than or equal to 128"));
    }
    Ok(())
}

/// Returns the text of the given template or, if requested, of the existing stack's.
pub(super) fn template_text(form: &Form, old: Option<&Stack>) -> Result<String, AwsError> {
    if let Some(text) = form.text("TemplateBody") {
        if text.len() > LONGEST_TEMPLATE {
            let rule = "have length less than or equal to 51200";
            return Err(errors::constraint(text, "templateBody", rule));
        }
        return Ok(text.to_owned());
    }
    if form.text("TemplateURL").is_some() {
        return Err(errors::validation("The local cloud takes templates as TemplateBody only."));
    }
    match old.filter(|_| form.flag("UsePreviousTemplate") == Some(true)) {
        Some(old) => Ok(old.spec.template.clone()),
        None => Err(errors::validation("Either Template URL or Template Body must be specified.")),
    }
}

pub(super) fn check_types(shared: &Shared, template: &Template) -> Result<(), AwsError> {
    let kinds = template.resources.values().map(|resource| resource.kind.as_str());
    let mut unknown: Vec<&str> = kinds.filter(|kind| shared.providers.of(kind).is_none()).collect();
    unknown.sort_unstable();
    unknown.dedup();
    if unknown.is_empty() {
        return Ok(());
    }
    let unknown = unknown.join(", ");
    Err(errors::format(format!("Unrecognized resource types: [{unknown}]")))
}

fn check_capabilities(form: &Form, template: &Template) -> Result<(), AwsError> {
    const NAMED: &str = "CAPABILITY_NAMED_IAM";
    let consent = form.list("Capabilities");
    let gives = |capability: &str| consent.iter().any(|one| one == capability);
    match template.capability() {
        Some((needed, _)) if !gives(needed) && !gives(NAMED) => Err(errors::coded(
            "InsufficientCapabilitiesException",
            format!("Requires capabilities : [{needed}]"),
        )),
        _ => Ok(()),
    }
}

fn given_parameters(
    form: &Form,
    old: Option<&Stack>,
) -> Result<BTreeMap<String, String>, AwsError> {
    let mut given = BTreeMap::new();
    for parameter in form.groups("Parameters") {
        let name = parameter.text("ParameterKey").unwrap_or_default();
        let previous = parameter.flag("UsePreviousValue") == Some(true);
        let value = if previous {
            let value = old.and_then(|old| old.spec.parameters.get(name));
            value.map(String::as_str).ok_or_else(|| {
                errors::validation(format!(
                    "Invalid input for parameter key {name}. Cannot specify usePreviousValue as \
                     true for a parameter key not in the previous template"
                ))
            })?
        } else {
            parameter.text("ParameterValue").unwrap_or_default()
        };
        given.insert(name.to_owned(), value.to_owned());
    }
    Ok(given)
}

fn tags(form: &Form) -> Result<BTreeMap<String, String>, AwsError> {
    let refused = |why: TagError| match why {
        TagError::TooMany(_) => {
            errors::constraint("tags", "tags", "have length less than or equal to 50")
        }
        TagError::Reserved(key) => errors::validation(format!(
            "aws: prefixed tag key names are not allowed for external use. [{key}]"
        )),
        other => errors::validation(other.to_string()),
    };
    GivenTags::new(form.tag_pairs("Tags")).map(GivenTags::into_map).map_err(refused)
}

/// Returns what to do when a stack cannot be created.
pub(super) fn on_failure(form: &Form) -> Result<OnFailure, AwsError> {
    match (form.text("OnFailure"), form.flag("DisableRollback")) {
        (Some(_), Some(_)) => Err(errors::validation(
            "You can specify either DisableRollback or OnFailure, but not both.",
        )),
        (Some("DO_NOTHING"), _) | (None, Some(true)) => Ok(OnFailure::DoNothing),
        (Some("DELETE"), _) => Ok(OnFailure::Delete),
        (Some("ROLLBACK") | None, _) => Ok(OnFailure::Rollback),
        (Some(other), _) => Err(errors::constraint(
            other,
            "onFailure",
            "satisfy enum value set: [DELETE, DO_NOTHING, ROLLBACK]",
        )),
    }
}

/// Returns the parameters of a stack as answers show them: secrets stay secret.
pub(super) fn shown_parameters(spec: &Spec) -> Vec<Value> {
    let template = Template::parse(&spec.template).unwrap_or_default();
    let is_secret =
        |name: &String| template.parameters.get(name).is_some_and(|parameter| parameter.no_echo);
    let shown = |(name, value): (&String, &String)| {
        let value = if is_secret(name) { "****" } else { value };
        json!({ "ParameterKey": name, "ParameterValue": value })
    };
    spec.parameters.iter().map(shown).collect()
}

/// Returns tags as answers show them.
pub(super) fn shown_tags(spec: &Spec) -> Vec<Value> {
    spec.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}
