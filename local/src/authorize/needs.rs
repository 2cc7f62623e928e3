//! The permissions that operations need. Each service declares them beside its operations, in a few
//! forms; this file turns a declaration and a call into actions on resources.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Context;
use crate::{params::Params, place::Place};

/// Operations, and the permissions that each of them needs; none if everyone may call it.
pub(crate) type Access = (&'static [&'static str], &'static [Need]);

/// A permission that an operation needs. Resources are written as templates: `vpc/{VpcId}` is the
/// part of an ARN after the account, with an input in it; `{RoleArn}` is an input that is an ARN;
/// `{Path:/}` has a default. What is not given is `*`, and of an input with many values each counts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Need {
    /// The action of the operation's own name, on this resource.
    Own(&'static str),
    /// Another action on this resource, if all its inputs are given.
    Other(&'static str, &'static str),
    /// If this input is given, another action on this resource.
    If(&'static str, &'static str, &'static str),
    /// To pass the role in this input to this service, if it is given.
    Pass(&'static str, &'static str),
    /// No permission, but a condition key of all of them, with an input as its value.
    With(&'static str, &'static str),
    /// What this finds in the call; without an action, the operation's own.
    By(fn(&Inputs<'_>) -> Found),
}

/// What was found in a call: resources, each with an action unless it is the operation's own.
pub(crate) type Found = Vec<(Option<String>, String)>;

/// An action on a resource.
#[derive(Clone, Debug)]
pub(crate) struct Needed {
    pub(crate) action: String,
    pub(crate) resource: String,
    /// Condition keys beside those of every request.
    pub(crate) context: Vec<(&'static str, String)>,
    /// The resource's tags, as far as they are known.
    pub(crate) tags: BTreeMap<String, String>,
}

impl Needed {
    /// Returns an action on a resource.
    pub(crate) fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        let (action, resource) = (action.into(), resource.into());
        Self { action, resource, context: Vec::new(), tags: BTreeMap::new() }
    }

    /// Adds its condition keys to those of the request.
    pub(crate) fn add_to(&self, context: &mut Context) {
        for (key, value) in &self.context {
            context.add(key, value);
        }
        for (key, value) in &self.tags {
            context.set(&format!("aws:ResourceTag/{key}"), value);
        }
    }

    /// Returns the service that its action is of.
    pub(crate) fn service(&self) -> &str {
        service_of(&self.action)
    }
}

/// The input of a call, and where it is.
#[derive(Clone, Debug)]
pub(crate) struct Inputs<'a> {
    pub(crate) place: &'a Place,
    pub(crate) fields: Fields<'a>,
}

/// The fields of an input.
#[derive(Clone, Debug)]
pub(crate) enum Fields<'a> {
    Form(&'a Params),
    Json(Value),
}

impl Inputs<'_> {
    /// Returns whether an input is given.
    pub(crate) fn has(&self, name: &str) -> bool {
        match &self.fields {
            Fields::Form(params) => params.text(name).is_some() || !params.groups(name).is_empty(),
            Fields::Json(value) => match value.get(name) {
                None | Some(Value::Null) => false,
                Some(Value::Array(all)) => !all.is_empty(),
                Some(Value::Object(fields)) => !fields.is_empty(),
                Some(_) => true,
            },
        }
    }

    /// Returns the names of the fields of an input.
    pub(crate) fn keys(&self, name: &str) -> Vec<String> {
        match &self.fields {
            Fields::Json(value) => {
                let fields = value.get(name).and_then(Value::as_object);
                fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
            }
            Fields::Form(_) => Vec::new(),
        }
    }

    /// Returns the values of an input; its name may lead into others: `a.b`.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        match &self.fields {
            Fields::Form(params) => match params.text(name) {
                Some(text) => vec![text.to_owned()],
                None => params.list(name),
            },
            Fields::Json(value) => {
                let mut found = Vec::new();
                collect(value, name, &mut found);
                found
            }
        }
    }
}

fn collect(value: &Value, name: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(all) => all.iter().for_each(|value| collect(value, name, found)),
        Value::String(text) if name.is_empty() && !text.is_empty() => found.push(text.clone()),
        Value::Object(fields) if !name.is_empty() => {
            let (first, rest) = name.split_once('.').unwrap_or((name, ""));
            if let Some(value) = fields.get(first) {
                collect(value, rest, found);
            }
        }
        _ => {}
    }
}

/// Returns what a call of an operation needs; `None` if that is not declared.
pub(crate) fn needed(
    declared: &[Access],
    service: &str,
    operation: &str,
    inputs: &Inputs<'_>,
) -> Option<Vec<Needed>> {
    let (_, needs) = declared.iter().find(|(operations, _)| operations.contains(&operation))?;
    let own = format!("{service}:{operation}");
    Some(all(needs, &own, inputs))
}

/// Returns what these needs are for an input; `own` is the operation's own action.
pub(crate) fn all(needs: &[Need], own: &str, inputs: &Inputs<'_>) -> Vec<Needed> {
    let mut all: Vec<Needed> = needs.iter().flat_map(|need| each(need, own, inputs)).collect();
    for need in needs {
        let With(key, name) = need else { continue };
        let values = inputs.all(name);
        for needed in &mut all {
            needed.context.extend(values.iter().map(|value| (*key, value.clone())));
        }
    }
    all
}

use Need::{By, If, Other, Own, Pass, With};

fn each(need: &Need, own: &str, inputs: &Inputs<'_>) -> Vec<Needed> {
    match need {
        Own(template) => on(own, expanded(template, service_of(own), inputs).0),
        Other(action, template) => match expanded(template, service_of(action), inputs) {
            (resources, true) => on(action, resources),
            (_, false) => Vec::new(),
        },
        If(input, action, template) if inputs.has(input) => {
            on(action, expanded(template, service_of(action), inputs).0)
        }
        If(..) | With(..) => Vec::new(),
        Pass(role, to) => {
            let mut passed = on("iam:PassRole", inputs.all(role));
            for needed in &mut passed {
                needed.context.push(("iam:PassedToService", (*to).to_owned()));
            }
            passed
        }
        By(find) => {
            let named = |(action, resource): (Option<String>, String)| {
                Needed::new(action.unwrap_or_else(|| own.to_owned()), resource)
            };
            find(inputs).into_iter().map(named).collect()
        }
    }
}

fn on(action: &str, resources: Vec<String>) -> Vec<Needed> {
    resources.into_iter().map(|resource| Needed::new(action, resource)).collect()
}

fn service_of(action: &str) -> &str {
    action.split(':').next().unwrap_or_default()
}

/// Returns the resources of a template, and whether all its inputs are given.
fn expanded(template: &str, service: &str, inputs: &Inputs<'_>) -> (Vec<String>, bool) {
    let mut all = vec![start(template, service, inputs.place)];
    let (mut rest, mut is_given) = (template, true);
    while let Some((before, after)) = rest.split_once('{') {
        let (field, after) = after.split_once('}').unwrap_or((after, ""));
        let (name, default) = match field.split_once(':') {
            Some((name, default)) => (name, Some(default)),
            None => (field, None),
        };
        let mut values = inputs.all(name);
        if values.is_empty() {
            is_given &= default.is_some();
            values.push(default.unwrap_or("*").to_owned());
        }
        let end = (!after.contains('{')).then_some(after);
        all = all
            .iter()
            .flat_map(|start| values.iter().map(move |value| (start, value)))
            .map(|(start, value)| filled(start, before, value, end))
            .collect();
        rest = if end.is_some() { "" } else { after };
    }
    for resource in &mut all {
        resource.push_str(rest);
    }
    (all, is_given)
}

/// Returns what a resource begins with before its template.
fn start(template: &str, service: &str, place: &Place) -> String {
    let Place { account, region } = place;
    match service {
        _ if template == "*" || template.starts_with('{') => String::new(),
        "iam" => format!("arn:aws:iam::{account}:"),
        "s3" => "arn:aws:s3:::".to_owned(),
        "apigateway" => format!("arn:aws:apigateway:{region}::"),
        _ => format!("arn:aws:{service}:{region}:{account}:"),
    }
}

/// Many inputs are names or ARNs. An ARN in the last place of a template, which has an end then, is
/// the whole resource; elsewhere its last part is the name.
fn filled(start: &str, before: &str, value: &str, end: Option<&str>) -> String {
    match (value.strip_prefix("arn:"), end) {
        (Some(_), Some(_)) => value.to_owned(),
        (Some(arn), None) => [start, before, arn.rsplit('/').next().unwrap_or(arn)].concat(),
        (None, end) => [start, before, value, end.unwrap_or_default()].concat(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(needs: &'static [Need], input: Value) -> Vec<String> {
        let place = Place::named("111111111111", "eu-west-1");
        let inputs = Inputs { place: &place, fields: Fields::Json(input) };
        let all = needs.iter().flat_map(|need| each(need, "ecs:Do", &inputs));
        all.map(|Needed { action, resource, .. }| format!("{action} {resource}")).collect()
    }

    const ECS: &str = "arn:aws:ecs:eu-west-1:111111111111";

    #[test]
    fn a_template_is_filled_with_the_input() {
        let cluster = &[Own("cluster/{cluster:default}")];
        assert_eq!(asked(cluster, json!({})), [format!("ecs:Do {ECS}:cluster/default")]);
        assert_eq!(asked(cluster, json!({"cluster": "c"})), [format!("ecs:Do {ECS}:cluster/c")]);
        let arn = "arn:aws:ecs:eu-west-1:2:cluster/c";
        assert_eq!(asked(cluster, json!({"cluster": arn})), [format!("ecs:Do {arn}")]);
        assert_eq!(asked(&[Own("*")], json!({})), ["ecs:Do *"]);
    }

    #[test]
    fn every_value_is_a_resource_of_its_own() {
        let services = &[Own("service/{cluster}/{services}")];
        let input = json!({"cluster": "arn:aws:ecs:eu-west-1:2:cluster/c", "services": ["a", "b"]});
        let all = asked(services, input);
        assert_eq!(all, ["a", "b"].map(|it| format!("ecs:Do {ECS}:service/c/{it}")));
        assert_eq!(asked(services, json!({})), [format!("ecs:Do {ECS}:service/*/*")]);
    }

    #[test]
    fn what_else_is_needed_depends_on_what_is_given() {
        let needs = &[
            Own("*"),
            Other("ec2:DescribeSubnets", "subnet/{network.subnets}"),
            Pass("roleArn", "ecs-tasks.amazonaws.com"),
        ];
        assert_eq!(asked(needs, json!({})), ["ecs:Do *"]);
        let input = json!({"network": {"subnets": ["s"]}, "roleArn": "arn:aws:iam::1:role/r"});
        assert_eq!(
            asked(needs, input),
            [
                "ecs:Do *",
                "ec2:DescribeSubnets arn:aws:ec2:eu-west-1:111111111111:subnet/s",
                "iam:PassRole arn:aws:iam::1:role/r"
            ]
        );
    }

    #[test]
    fn what_follows_the_last_input_belongs_to_names_only() {
        let stack = &[Own("stack/{name}/*"), If("tags", "ecs:Tag", "stack/{name}/*")];
        let named = format!("{ECS}:stack/s/*");
        assert_eq!(asked(stack, json!({"name": "s", "tags": []})), [format!("ecs:Do {named}")]);
        let input = json!({"name": "s", "tags": [{}]});
        assert_eq!(asked(stack, input), [format!("ecs:Do {named}"), format!("ecs:Tag {named}")]);
        assert_eq!(asked(stack, json!({"name": "arn:s/id"})), ["ecs:Do arn:s/id"]);
    }

    #[test]
    fn keys_of_conditions_are_read_from_the_input() {
        const ACCESS: &[Access] = &[(&["Attach"], &[Own("role/{R}"), With("iam:PolicyARN", "P")])];
        let place = Place::named("111111111111", "eu-west-1");
        let fields = Fields::Json(json!({"R": "r", "P": "arn:p"}));
        let all = needed(ACCESS, "iam", "Attach", &Inputs { place: &place, fields }).unwrap();
        assert_eq!(all[0].resource, "arn:aws:iam::111111111111:role/r");
        assert_eq!(all[0].context, [("iam:PolicyARN", "arn:p".to_owned())]);
        let inputs = Inputs { place: &place, fields: Fields::Json(json!({})) };
        assert!(needed(ACCESS, "iam", "Other", &inputs).is_none());
    }
}
