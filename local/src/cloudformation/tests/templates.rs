//! Templates and what is wrong with them; the functions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Desk;
use crate::{
    cloudformation::{
        plan::{Plan, Pseudo},
        template::Template,
    },
    place::Place,
};

fn plan(text: &str, given: &[(&str, &str)]) -> Result<Plan, String> {
    let place = Place::named("111122223333", "eu-west-1");
    let pseudo = Pseudo { place: &place, stack_name: "S", stack_id: "arn:S" };
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let given = given.iter().map(owned).collect();
    let template = Template::parse(text).map_err(|error| error.message)?;
    Plan::of(&template, &given, &pseudo).map_err(|error| error.message)
}

/// Returns what the property `V` of the resource `A` resolves to.
fn resolved(value: &str) -> Value {
    let text = format!(
        "Mappings: {{M: {{a: {{b: c}}}}}}\nResources: {{A: {{Type: X::Y::Z, Properties: {{V: {value}, \
         W: 1}}}}}}"
    );
    let plan = plan(&text, &[]).unwrap();
    let lookup = plan.lookup(std::iter::empty(), BTreeMap::new());
    lookup.resolve(&plan.resources["A"].properties).unwrap().unwrap()["V"].clone()
}

#[test]
fn functions_are_resolved() {
    assert_eq!(resolved("!Sub '${AWS::Region}-${!x}'"), "eu-west-1-${x}");
    assert_eq!(resolved("!Join ['-', [a, !Ref 'AWS::AccountId', 1]]"), "a-111122223333-1");
    assert_eq!(resolved("!Select [1, !Split [',', 'x,y,z']]"), "y");
    assert_eq!(resolved("!GetAZs ''"), json!(["eu-west-1a", "eu-west-1b", "eu-west-1c"]));
    assert_eq!(resolved("!Select [0, !GetAZs us-east-1]"), "us-east-1a");
    assert_eq!(resolved("!FindInMap [M, a, b]"), "c");
    assert_eq!(resolved("!Base64 hi"), "aGk=");
    assert_eq!(resolved("!Select [2, !Cidr [10.0.0.0/16, 4]]"), "10.0.2.0/24");
    assert_eq!(resolved("!Ref 'AWS::NoValue'"), Value::Null);
    assert_eq!(resolved("[a, !Ref 'AWS::NoValue', b]"), json!(["a", "b"]));
}

const TOPOLOGY: &str = "
Parameters: {Topology: {Type: String, Default: classic}}
Conditions:
  Classic: !Equals [!Ref Topology, classic]
  Economy: !Not [!Condition Classic]
  Always: !Or [!Condition Classic, !Condition Economy]
Resources:
  Nat: {Type: X::Y::Nat, Condition: Classic}
  Net: {Type: X::Y::Net, Condition: Always, Properties: {To: !If [Classic, !Ref Nat, none]}}
Outputs:
  Nat: {Condition: Classic, Value: !Ref Nat}
";

#[test]
fn conditions_decide_what_there_is() {
    let classic = plan(TOPOLOGY, &[]).unwrap();
    assert_eq!(classic.resources.len(), 2);
    assert!(classic.before["Net"].contains("Nat"));
    let economy = plan(TOPOLOGY, &[("Topology", "economy")]).unwrap();
    assert_eq!(economy.resources.keys().collect::<Vec<_>>(), ["Net"]);
    assert_eq!(economy.resources["Net"].properties, json!({ "To": "none" }));
    assert!(economy.outputs.is_empty());
}

#[test]
fn a_gateway_is_attached_before_what_needs_it() {
    let plan = plan(
        "Resources:\n  Route: {Type: AWS::EC2::Route}\n  At: {Type: \
         AWS::EC2::VPCGatewayAttachment}",
        &[],
    );
    assert!(plan.unwrap().before["Route"].contains("At"));
}

#[test]
fn what_does_not_fit_together_is_refused_in_the_words_of_aws() {
    let message = |resources: &str| plan(&format!("Resources: {{{resources}}}"), &[]).unwrap_err();
    assert_eq!(
        message("A: {Type: X, Properties: {V: !Ref B}}, C: {Type: X, DependsOn: D}"),
        "Template format error: Unresolved resource dependencies [B, D] in the Resources block of \
         the template"
    );
    assert_eq!(
        message("A: {Type: X, Properties: {V: !Sub '${B.Arn}'}}"),
        "Template error: instance of Fn::GetAtt references undefined resource B"
    );
    assert_eq!(
        message("A: {Type: X, DependsOn: B}, B: {Type: X, Properties: {V: !Ref A}}"),
        "Circular dependency between resources: [A, B]"
    );
    assert!(message("A: {}").contains("Every Resources object must contain a Type member."));
    assert!(message("A-B: {Type: X}").contains("Resource name A-B is non alphanumeric."));
    assert!(message("A: {Type: X, Condition: C}").contains("Unresolved condition dependency C"));
    assert!(plan("Foo: 1\nResources: {A: {Type: X}}", &[]).unwrap_err().contains("[Foo]"));
}

#[tokio::test]
async fn roles_need_consent_and_named_ones_more() {
    let desk = Desk::new("consent", 0.0);
    let template = "Resources: {A: {Type: AWS::IAM::Role, Properties: {RoleName: r}}}";
    let parsed = Template::parse(template).unwrap();
    assert_eq!(parsed.capability().unwrap().0, "CAPABILITY_NAMED_IAM");
    let call = [("StackName", "S"), ("TemplateBody", template)];
    // The fake service has no roles.
    let error = desk.ask("CreateStack", &call).unwrap_err();
    let message = "Template format error: Unrecognized resource types: [AWS::IAM::Role]";
    assert_eq!((error.code.as_str(), error.message.as_str()), ("ValidationError", message));
}

#[tokio::test]
async fn the_core_template_is_read() {
    let text = include_str!("../../../../templates/core.yml");
    let classic = plan(text, &[]).unwrap();
    let economy = plan(text, &[("Topology", "economy")]).unwrap();
    assert_eq!((classic.resources.len(), economy.resources.len()), (25, 15));
    assert_eq!((classic.outputs.len(), economy.outputs.len()), (13, 13));
    let given = [("AvailabilityZoneOne", "eu-west-1c")];
    let zoned = plan(text, &given).unwrap();
    assert_eq!(
        zoned.resources["PublicSubnetOne"].properties["AvailabilityZone"],
        json!({
            "Ref": "AvailabilityZoneOne"
        })
    );
}

/// Returns a function 40 levels deep, of which each makes twice the text of the next.
fn doubling(level: &str, innermost: &str) -> String {
    (0..40).fold(innermost.to_owned(), |inner, _| level.replace("INNER", &inner))
}

#[test]
fn functions_that_double_a_text_end() {
    let sub = doubling(r#"{"Fn::Sub": ["${a}${a}", {"a": INNER}]}"#, r#""text""#);
    let join = doubling(r#"{"Fn::Join": [INNER, ["", "", ""]]}"#, r#""text""#);
    for value in [sub, join] {
        let text = format!(
            r#"{{"Resources": {{"A": {{"Type": "X::Y::Z", "Properties": {{"V": {value}}}}}}}}}"#
        );
        let plan = plan(&text, &[]).unwrap();
        let lookup = plan.lookup(std::iter::empty(), BTreeMap::new());
        let error = lookup.resolve(&plan.resources["A"].properties).unwrap_err();
        assert!(error.message.starts_with("Template error: the functions of the template make"));
    }
}

#[test]
fn a_long_parameter_is_not_copied_without_end() {
    let list = vec![r#"{"Ref": "P"}"#; 3_000].join(",");
    let text = format!(
        r#"{{"Parameters": {{"P": {{"Type": "String"}}}},
            "Resources": {{"A": {{"Type": "X::Y::Z", "Properties": {{"V": [{list}]}}}}}}}}"#
    );
    let long = "x".repeat(1024 * 1024);
    let plan = plan(&text, &[("P", &long)]).unwrap();
    let lookup = plan.lookup(std::iter::empty(), BTreeMap::new());
    assert!(lookup.resolve(&plan.resources["A"].properties).is_err());
}
