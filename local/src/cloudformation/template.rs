//! A template: its sections, and the rules that hold for it whatever its parameters are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    errors,
    parameters::Parameter,
    references::{self, Reference},
};
use crate::{document, service::AwsError};

const SECTIONS: [&str; 10] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
];

/// A template. Functions are not resolved.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Template {
    pub(super) description: Option<String>,
    pub(super) metadata: Option<Value>,
    pub(super) parameters: BTreeMap<String, Parameter>,
    pub(super) mappings: Map<String, Value>,
    pub(super) conditions: Map<String, Value>,
    pub(super) resources: BTreeMap<String, Definition>,
    pub(super) outputs: BTreeMap<String, Output>,
}

/// A resource as the template defines it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Definition {
    pub(super) kind: String,
    pub(super) properties: Value,
    pub(super) condition: Option<String>,
    pub(super) depends_on: Vec<String>,
    /// Whether it stays when it leaves the stack.
    pub(super) retain: bool,
}

/// An output as the template defines it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Output {
    pub(super) description: Option<String>,
    pub(super) value: Value,
    pub(super) export: Option<Value>,
    pub(super) condition: Option<String>,
}

impl Template {
    /// Reads a template's text and checks what can be checked without parameters.
    pub(super) fn parse(text: &str) -> Result<Self, AwsError> {
        let document = document::read(text)?;
        let unknown = names(&document, |section| !SECTIONS.contains(&section));
        if unknown.iter().any(|name| name == "Transform") {
            return Err(errors::format("The local cloud does not have transforms."));
        }
        if !unknown.is_empty() {
            let unknown = unknown.join(", ");
            return Err(errors::validation(format!(
                "Invalid template property or properties [{unknown}]"
            )));
        }
        let template = Self {
            description: text_of(&document, "Description"),
            metadata: document.get("Metadata").cloned(),
            parameters: each(&document, "Parameters", Parameter::read)?,
            mappings: section(&document, "Mappings")?,
            conditions: section(&document, "Conditions")?,
            resources: each(&document, "Resources", definition)?,
            outputs: each(&document, "Outputs", output)?,
        };
        template.check()?;
        Ok(template)
    }

    fn check(&self) -> Result<(), AwsError> {
        if self.resources.is_empty() {
            return Err(errors::format("At least one Resources member must be defined."));
        }
        let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric());
        if let Some(name) = self.resources.keys().find(|name| !is_name(name)) {
            return Err(errors::format(format!("Resource name {name} is non alphanumeric.")));
        }
        let mut resources = Missing::in_block("Resources");
        for resource in self.resources.values() {
            resources.names(self, resource.depends_on.iter().map(String::as_str));
            resources.condition(self, resource.condition.as_deref())?;
            resources.references(self, &resource.properties)?;
        }
        resources.none()?;
        let mut outputs = Missing::in_block("Outputs");
        for output in self.outputs.values() {
            outputs.condition(self, output.condition.as_deref())?;
            outputs.references(self, &output.value)?;
            outputs.references(self, output.export.as_ref().unwrap_or(&Value::Null))?;
        }
        outputs.none()
    }

    /// Returns the types of the resources that need the caller's consent, and which consent.
    pub(super) fn capability(&self) -> Option<(&'static str, BTreeSet<&str>)> {
        const NAMES: [&str; 5] =
            ["RoleName", "ManagedPolicyName", "InstanceProfileName", "UserName", "GroupName"];
        let of_iam =
            self.resources.values().filter(|resource| resource.kind.starts_with("AWS::IAM::"));
        let named = |resource: &Definition| {
            NAMES.iter().any(|name| resource.properties.get(name).is_some())
        };
        let capability =
            if of_iam.clone().any(named) { "CAPABILITY_NAMED_IAM" } else { "CAPABILITY_IAM" };
        let kinds: BTreeSet<_> = of_iam.map(|resource| resource.kind.as_str()).collect();
        (!kinds.is_empty()).then_some((capability, kinds))
    }
}

/// The names that a block refers to but the template lacks.
struct Missing {
    block: &'static str,
    found: BTreeSet<String>,
}

impl Missing {
    fn in_block(block: &'static str) -> Self {
        Self { block, found: BTreeSet::new() }
    }

    fn names<'a>(&mut self, template: &Template, names: impl Iterator<Item = &'a str>) {
        let missing = names.filter(|name| !template.resources.contains_key(*name));
        self.found.extend(missing.map(str::to_owned));
    }

    fn references(&mut self, template: &Template, value: &Value) -> Result<(), AwsError> {
        for reference in references::of(value) {
            match reference {
                Reference::Ref(name) => {
                    if !name.starts_with("AWS::") && !template.parameters.contains_key(name) {
                        self.names(template, std::iter::once(name));
                    }
                }
                Reference::GetAtt(name) if !template.resources.contains_key(name) => {
                    return Err(errors::validation(format!(
                        "Template error: instance of Fn::GetAtt references undefined resource \
                         {name}"
                    )));
                }
                Reference::GetAtt(_) => {}
                Reference::Condition(name) => self.condition(template, Some(name))?,
            }
        }
        Ok(())
    }

    fn condition(&self, template: &Template, name: Option<&str>) -> Result<(), AwsError> {
        match name.filter(|name| !template.conditions.contains_key(*name)) {
            None => Ok(()),
            Some(name) => Err(errors::format(format!(
                "Unresolved condition dependency {name} in the {} block of the template",
                self.block
            ))),
        }
    }

    fn none(self) -> Result<(), AwsError> {
        unresolved(&self.found, self.block)
    }
}

/// Returns the error for missing names, if there are any.
pub(super) fn unresolved(names: &BTreeSet<String>, block: &str) -> Result<(), AwsError> {
    if names.is_empty() {
        return Ok(());
    }
    let names = names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    Err(errors::format(format!(
        "Unresolved resource dependencies [{names}] in the {block} block of the template"
    )))
}

fn definition(name: &str, value: &Value) -> Result<Definition, AwsError> {
    let kind = text_of(value, "Type").ok_or_else(|| {
        errors::format(format!(
            "[/Resources/{name}] Every Resources object must contain a Type member."
        ))
    })?;
    let depends_on = match value.get("DependsOn") {
        Some(Value::String(name)) => vec![name.clone()],
        Some(Value::Array(names)) => {
            names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    };
    Ok(Definition {
        kind,
        properties: value.get("Properties").cloned().unwrap_or_else(|| Value::Object(Map::new())),
        condition: text_of(value, "Condition"),
        depends_on,
        retain: text_of(value, "DeletionPolicy").is_some_and(|policy| policy.starts_with("Retain")),
    })
}

fn output(name: &str, value: &Value) -> Result<Output, AwsError> {
    Ok(Output {
        description: text_of(value, "Description"),
        value: value.get("Value").cloned().ok_or_else(|| {
            errors::format(format!(
                "[/Outputs/{name}] Every Outputs member must contain a Value object"
            ))
        })?,
        export: value.pointer("/Export/Name").cloned(),
        condition: text_of(value, "Condition"),
    })
}

fn section(document: &Value, name: &str) -> Result<Map<String, Value>, AwsError> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(section)) => Ok(section.clone()),
        Some(_) => Err(errors::format(format!("[/{name}] must be an object"))),
    }
}

fn each<T>(
    document: &Value,
    name: &str,
    read: impl Fn(&str, &Value) -> Result<T, AwsError>,
) -> Result<BTreeMap<String, T>, AwsError> {
    let members = section(document, name)?;
    members.iter().map(|(key, value)| Ok((key.clone(), read(key, value)?))).collect()
}

fn text_of(value: &Value, field: &str) -> Option<String> {
    value.get(field).and_then(Value::as_str).map(str::to_owned)
}

fn names(document: &Value, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let fields = document.as_object().into_iter().flatten();
    fields.map(|(name, _)| name.clone()).filter(|name| wanted(name)).collect()
}
