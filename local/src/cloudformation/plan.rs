//! A template with its parameters: which resources and outputs there are, which of them come before
//! which, and what their properties are once those before them exist.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::{Map, Value, json};

use super::{
    conditions, errors,
    functions::Lookup,
    parameters,
    references::{self, Reference},
    template::{Definition, Output, Template, unresolved},
};
use crate::{place::Place, service::AwsError};

/// The values of a stack's pseudo parameters.
#[derive(Clone, Debug)]
pub(super) struct Pseudo<'a> {
    pub(super) place: &'a Place,
    pub(super) stack_name: &'a str,
    pub(super) stack_id: &'a str,
}

/// The template of a stack, settled: conditions are decided, and no `Fn::If` is left.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) resources: BTreeMap<String, Definition>,
    /// The resources that must exist before each.
    pub(super) before: BTreeMap<String, BTreeSet<String>>,
    pub(super) outputs: BTreeMap<String, Output>,
    /// The values of the parameters, as text.
    pub(super) values: BTreeMap<String, String>,
    parameters: BTreeMap<String, Value>,
    mappings: Map<String, Value>,
}

/// A resource as others see it: its `Ref` and its attributes.
pub(super) type Seen<'a> = (&'a str, &'a BTreeMap<String, Value>);

impl Plan {
    /// Settles a template.
    pub(super) fn of(
        template: &Template,
        given: &BTreeMap<String, String>,
        pseudo: &Pseudo<'_>,
    ) -> Result<Self, AwsError> {
        let values = parameters::values(&template.parameters, given)?;
        let mut parameters = pseudo_parameters(pseudo);
        for (name, parameter) in &template.parameters {
            let text = values.get(name).map(String::as_str).unwrap_or_default();
            parameters.insert(name.clone(), parameter.value(text));
        }
        let mut lookup = Lookup {
            parameters,
            mappings: &template.mappings,
            conditions: BTreeMap::new(),
            ids: BTreeMap::new(),
            attributes: BTreeMap::new(),
            exports: BTreeMap::new(),
            written: Cell::default(),
        };
        conditions::decide(&mut lookup, &template.conditions)?;
        let exists = |condition: &Option<String>| match condition {
            Some(name) => lookup.condition(name),
            None => Ok(true),
        };
        let mut resources = BTreeMap::new();
        for (name, resource) in &template.resources {
            if exists(&resource.condition)? {
                let mut resource = resource.clone();
                resource.properties = settled(&lookup, &resource.properties)?;
                resources.insert(name.clone(), resource);
            }
        }
        let mut outputs = BTreeMap::new();
        for (name, output) in &template.outputs {
            if exists(&output.condition)? {
                let mut output = output.clone();
                output.value = settled(&lookup, &output.value)?;
                outputs.insert(name.clone(), output);
            }
        }
        let parameters = lookup.parameters;
        let mappings = template.mappings.clone();
        let before = order(&resources);
        let plan = Self { resources, before, outputs, values, parameters, mappings };
        plan.check()?;
        Ok(plan)
    }

    /// Refuses references to resources that are not created, and cycles.
    fn check(&self) -> Result<(), AwsError> {
        let missing = |value: &Value| {
            let names = referred(value).filter(|name| {
                !name.starts_with("AWS::")
                    && !self.parameters.contains_key(*name)
                    && !self.resources.contains_key(*name)
            });
            names.map(str::to_owned).collect::<BTreeSet<_>>()
        };
        let properties = self.resources.values().map(|resource| &resource.properties);
        unresolved(&properties.flat_map(missing).collect(), "Resources")?;
        let outputs = self.outputs.values().map(|output| &output.value);
        unresolved(&outputs.flat_map(missing).collect(), "Outputs")?;
        let circle = circle(&self.before);
        if circle.is_empty() {
            return Ok(());
        }
        let circle = circle.join(", ");
        Err(errors::validation(format!("Circular dependency between resources: [{circle}]")))
    }

    /// Returns the lookup of the functions, once these resources exist.
    pub(super) fn lookup<'a>(
        &'a self,
        resources: impl Iterator<Item = (&'a str, Seen<'a>)>,
        exports: BTreeMap<String, String>,
    ) -> Lookup<'a> {
        let mut ids = BTreeMap::new();
        let mut attributes = BTreeMap::new();
        for (name, (id, of)) in resources {
            ids.insert(name, id);
            attributes.insert(name, of);
        }
        let (parameters, mappings) = (self.parameters.clone(), &self.mappings);
        let (conditions, written) = (BTreeMap::new(), Cell::default());
        Lookup { parameters, mappings, conditions, ids, attributes, exports, written }
    }

    /// Returns the names of the exports that the stack imports.
    pub(super) fn imports(&self) -> BTreeSet<String> {
        let lookup = self.lookup(std::iter::empty(), BTreeMap::new());
        let properties = self.resources.values().map(|resource| &resource.properties);
        let mut arguments = Vec::new();
        for value in properties.chain(self.outputs.values().map(|output| &output.value)) {
            collect_imports(value, &mut arguments);
        }
        arguments.into_iter().filter_map(|argument| lookup.text(argument).ok()).collect()
    }
}

fn pseudo_parameters(pseudo: &Pseudo<'_>) -> BTreeMap<String, Value> {
    let parameters = [
        ("AWS::AccountId", json!(pseudo.place.account)),
        ("AWS::NotificationARNs", json!([])),
        ("AWS::Partition", json!("aws")),
        ("AWS::Region", json!(pseudo.place.region)),
        ("AWS::StackId", json!(pseudo.stack_id)),
        ("AWS::StackName", json!(pseudo.stack_name)),
        ("AWS::URLSuffix", json!("amazonaws.com")),
    ];
    parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Replaces each `Fn::If` in a value by the branch that it takes.
fn settled(lookup: &Lookup<'_>, value: &Value) -> Result<Value, AwsError> {
    match value {
        Value::Array(list) => list.iter().map(|value| settled(lookup, value)).collect(),
        Value::Object(fields) => {
            if let Some(("Fn::If", argument)) = references::single(value) {
                return settled(lookup, lookup.branch(argument)?);
            }
            let settle =
                |(name, value): (&String, &Value)| Ok((name.clone(), settled(lookup, value)?));
            fields.iter().map(settle).collect::<Result<Map<_, _>, _>>().map(Value::Object)
        }
        _ => Ok(value.clone()),
    }
}

/// Returns the names of the resources and parameters that a value refers to.
fn referred(value: &Value) -> impl Iterator<Item = &str> {
    references::of(value).into_iter().filter_map(|reference| match reference {
        Reference::Ref(name) | Reference::GetAtt(name) => Some(name),
        Reference::Condition(_) => None,
    })
}

fn order(resources: &BTreeMap<String, Definition>) -> BTreeMap<String, BTreeSet<String>> {
    const GATEWAY_ATTACHMENT: &str = "AWS::EC2::VPCGatewayAttachment";
    // These work only in a VPC with an attached gateway. AWS requires `DependsOn` for that; without
    // it, the order would be luck.
    const BEHIND_GATEWAY: [&str; 3] = ["AWS::EC2::EIP", "AWS::EC2::NatGateway", "AWS::EC2::Route"];
    let attachments = resources.iter().filter(|(_, resource)| resource.kind == GATEWAY_ATTACHMENT);
    let attachments: Vec<&String> = attachments.map(|(name, _)| name).collect();
    let before = |resource: &Definition| {
        let said = resource.depends_on.iter().map(String::as_str);
        let gateway = BEHIND_GATEWAY.contains(&resource.kind.as_str());
        let gateway = attachments.iter().filter(|_| gateway).map(|name| name.as_str());
        let names = referred(&resource.properties).chain(said).chain(gateway);
        names.filter(|name| resources.contains_key(*name)).map(str::to_owned).collect()
    };
    resources.iter().map(|(name, resource)| (name.clone(), before(resource))).collect()
}

/// Returns the resources that wait for one another, if there are any.
fn circle(before: &BTreeMap<String, BTreeSet<String>>) -> Vec<&str> {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    loop {
        let waiting = || before.iter().filter(|(name, _)| !done.contains(name.as_str()));
        let free =
            waiting().filter(|(_, first)| first.iter().all(|name| done.contains(name.as_str())));
        let free: Vec<&str> = free.map(|(name, _)| name.as_str()).collect();
        if free.is_empty() {
            return waiting().map(|(name, _)| name.as_str()).collect();
        }
        done.extend(free);
    }
}

fn collect_imports<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| collect_imports(value, found)),
        Value::Object(fields) => match references::single(value) {
            Some(("Fn::ImportValue", argument)) => found.push(argument),
            _ => fields.values().for_each(|value| collect_imports(value, found)),
        },
        _ => {}
    }
}
