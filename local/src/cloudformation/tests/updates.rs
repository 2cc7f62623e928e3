//! Updates and change sets.

use super::Desk;

const OLD: &str = "
Resources:
  A: {Type: AWS::Fake::Thing, Properties: {Size: 1}}
  B: {Type: AWS::Fake::Thing, Properties: {Of: !Ref A}}
  Gone: {Type: AWS::Fake::Thing}
Outputs:
  Id: {Value: !Ref A}
";
const NEW: &str = "
Resources:
  A: {Type: AWS::Fake::Thing, Properties: {Size: 2}}
  B: {Type: AWS::Fake::Thing, Properties: {Of: !Ref A}}
  Fresh: {Type: AWS::Fake::Thing}
Outputs:
  Id: {Value: !Ref A}
";

async fn made(name: &str) -> Desk {
    let desk = Desk::new(name, 0.0);
    desk.create("S", OLD);
    desk.settled("S").await;
    desk
}

#[tokio::test]
async fn no_change_is_an_error() {
    let desk = made("same").await;
    let same = desk.ask("UpdateStack", &[("StackName", "S"), ("TemplateBody", OLD)]);
    assert_eq!(same.unwrap_err().message, "No updates are to be performed.");
}

#[tokio::test]
async fn what_changed_is_replaced_with_all_that_refers_to_it() {
    let desk = made("replace").await;
    desk.ask("UpdateStack", &[("StackName", "S"), ("TemplateBody", NEW)]).unwrap();
    let stack = desk.settled("S").await;
    assert_eq!(stack["StackStatus"], "UPDATE_COMPLETE");
    assert_eq!(desk.things.names(), ["A-3", "B-5", "Fresh-4"]);
    assert_eq!(stack["Outputs"][0]["OutputValue"], "A-3");
}

#[tokio::test]
async fn an_update_that_fails_goes_back() {
    let desk = made("back").await;
    let bad = format!("{NEW}\n").replace(
        "  Fresh: {Type: AWS::Fake::Thing}",
        "  Fresh: {Type: AWS::Fake::Thing, Properties: {Fail: 'No.', Of: !Ref B}}",
    );
    desk.ask("UpdateStack", &[("StackName", "S"), ("TemplateBody", &bad)]).unwrap();
    let stack = desk.settled("S").await;
    assert_eq!(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(desk.things.names(), ["A-0", "B-2", "Gone-1"]);
    assert_eq!(stack["Outputs"][0]["OutputValue"], "A-0");
    let same = desk.ask("UpdateStack", &[("StackName", "S"), ("TemplateBody", OLD)]);
    assert_eq!(same.unwrap_err().message, "No updates are to be performed.");
}

#[tokio::test]
async fn a_change_set_creates_a_stack_and_then_finds_nothing_to_do() {
    let desk = Desk::new("changeset", 0.0);
    let set = |name, kind| {
        [
            ("StackName", "S"),
            ("ChangeSetName", name),
            ("ChangeSetType", kind),
            ("TemplateBody", OLD),
        ]
    };
    desk.ask("CreateChangeSet", &set("one", "CREATE")).unwrap();
    assert_eq!(desk.stack("S")["StackStatus"], "REVIEW_IN_PROGRESS");
    let named = [("StackName", "S"), ("ChangeSetName", "one")];
    let described = desk.ask("DescribeChangeSet", &named).unwrap();
    assert_eq!(described["Changes"].as_array().unwrap().len(), 3);
    desk.ask("ExecuteChangeSet", &named).unwrap();
    assert_eq!(desk.settled("S").await["StackStatus"], "CREATE_COMPLETE");
    desk.ask("CreateChangeSet", &set("two", "UPDATE")).unwrap();
    let named = [("StackName", "S"), ("ChangeSetName", "two")];
    let described = desk.ask("DescribeChangeSet", &named).unwrap();
    assert_eq!(described["Status"], "FAILED");
    let reason = described["StatusReason"].as_str().unwrap();
    assert!(reason.starts_with("The submitted information didn't contain changes."));
    assert_eq!(desk.ask("ExecuteChangeSet", &named).unwrap_err().code, "InvalidChangeSetStatus");
}
