//! Creating stacks, failing to, and deleting them.

use serde_json::Value;

use super::Desk;
use crate::cloudformation::drive::{Next, step};

const CHAIN: &str = "
Resources:
  C: {Type: AWS::Fake::Thing, Properties: {Of: !GetAtt B.Arn}}
  B: {Type: AWS::Fake::Thing, Properties: {Of: !Ref A}}
  A: {Type: AWS::Fake::Thing}
  D: {Type: AWS::Fake::Thing, DependsOn: C}
Outputs:
  Last: {Value: !Sub '${C}/${C.Stack}', Export: {Name: !Sub '${AWS::StackName}:Last'}}
";

#[tokio::test]
async fn resources_are_made_in_order_and_deleted_in_reverse() {
    let desk = Desk::new("order", 0.0);
    let id = desk.create("S", CHAIN);
    let stack = desk.settled("S").await;
    assert_eq!(stack["StackStatus"], "CREATE_COMPLETE");
    assert_eq!(stack["Outputs"][0]["OutputValue"], "C-2/S");
    assert_eq!(stack["Outputs"][0]["ExportName"], "S:Last");
    desk.ask("DeleteStack", &[("StackName", "S")]).unwrap();
    assert_eq!(desk.settled(&id).await["StackStatus"], "DELETE_COMPLETE");
    assert_eq!(desk.things.order(), ["+A", "+B", "+C", "+D", "-D", "-C", "-B", "-A"]);
    assert!(desk.ask("DescribeStacks", &[("StackName", "S")]).is_err());
    assert!(desk.ask("DescribeStackEvents", &[("StackName", &id)]).is_ok());
}

#[tokio::test]
async fn a_held_stack_is_left_as_it_is_until_it_is_released() {
    let desk = Desk::new("held", 0.0);
    let shared = &desk.service.shared;
    shared.clock.hold(Some("cloudformation"));
    let id = desk.create("S", CHAIN);
    let entry = shared.stacks.everywhere().pop().unwrap();
    let operation = entry.store.read(|stack| stack.operation);
    for _ in 0..3 {
        let next = step(shared, &entry, operation).unwrap();
        assert!(matches!(next, Next::Released(_)), "{next:?}");
    }
    assert_eq!(desk.stack("S")["StackStatus"], "CREATE_IN_PROGRESS");
    shared.clock.hold(None);
    assert_eq!(desk.settled("S").await["StackStatus"], "CREATE_COMPLETE");
    shared.clock.hold(Some("cloudformation"));
    desk.ask("DeleteStack", &[("StackName", "S")]).unwrap();
    assert_eq!(desk.stack("S")["StackStatus"], "DELETE_IN_PROGRESS");
    assert!(desk.things.order().iter().all(|step| step.starts_with('+')));
    shared.clock.hold(None);
    assert_eq!(desk.settled(&id).await["StackStatus"], "DELETE_COMPLETE");
}

#[tokio::test]
async fn a_stack_without_outputs_shows_none() {
    let desk = Desk::new("no-outputs", 0.0);
    desk.create("S", "Resources: {A: {Type: AWS::Fake::Thing}}");
    let stack = desk.settled("S").await;
    assert_eq!((&stack["Outputs"], &stack["Parameters"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_resource_tells_how_it_came_to_be() {
    let desk = Desk::new("events", 0.0);
    desk.create("S", "Resources: {A: {Type: AWS::Fake::Thing}}");
    desk.settled("S").await;
    let wanted = [
        "S CREATE_IN_PROGRESS User Initiated",
        "A CREATE_IN_PROGRESS",
        "A CREATE_IN_PROGRESS Resource creation Initiated",
        "A CREATE_COMPLETE",
        "S CREATE_COMPLETE",
    ];
    assert_eq!(desk.events("S"), wanted);
}

#[tokio::test]
async fn a_failure_rolls_back_and_names_what_failed() {
    let desk = Desk::new("rollback", 1.0);
    let template = "
Resources:
  A: {Type: AWS::Fake::Thing}
  Bad: {Type: AWS::Fake::Thing, Properties: {Fail: 'No more things.', Of: !Ref A}}
  Slow: {Type: AWS::Fake::Thing, Properties: {Typical: 100}}
  Never: {Type: AWS::Fake::Thing, DependsOn: Bad}
";
    desk.create("S", template);
    assert_eq!(desk.settled("S").await["StackStatus"], "ROLLBACK_COMPLETE");
    let events = desk.events("S");
    let failed: Vec<_> = events.iter().filter(|event| event.contains("_FAILED")).collect();
    let reason = "Resource handler returned message: \"No more things. (Service:";
    assert!(failed[0].starts_with(&format!("Bad CREATE_FAILED {}", &reason[..60])), "{failed:?}");
    assert_eq!(failed[1], "Slow CREATE_FAILED Resource creation cancelled");
    let rollback = events.iter().find(|event| event.contains("ROLLBACK_IN_PROGRESS")).unwrap();
    assert!(rollback.contains("The following resource(s) failed to create: [Bad, Slow]."));
    assert!(desk.things.names().is_empty());
}

#[tokio::test]
async fn a_failure_can_be_left_for_looking_at() {
    let desk = Desk::new("leave", 0.0);
    let template = "Resources: {A: {Type: AWS::Fake::Thing, Properties: {Fail: 'No.'}}}";
    let create = [("StackName", "S"), ("TemplateBody", template), ("DisableRollback", "true")];
    desk.ask("CreateStack", &create).unwrap();
    assert_eq!(desk.settled("S").await["StackStatus"], "CREATE_FAILED");
}

#[tokio::test]
async fn what_cannot_be_deleted_can_be_retained() {
    let desk = Desk::new("retain", 0.0);
    let template = "
Resources:
  A: {Type: AWS::Fake::Thing, Properties: {Stays: true}}
  B: {Type: AWS::Fake::Thing, DependsOn: A}
  Kept: {Type: AWS::Fake::Thing, DeletionPolicy: Retain}
";
    let id = desk.create("S", template);
    desk.settled("S").await;
    desk.ask("DeleteStack", &[("StackName", "S")]).unwrap();
    let stack = desk.settled("S").await;
    assert_eq!(stack["StackStatus"], "DELETE_FAILED");
    assert_eq!(stack["StackStatusReason"], "The following resource(s) failed to delete: [A]. ");
    let retain = [("StackName", "S"), ("RetainResources.member.1", "A")];
    desk.ask("DeleteStack", &retain).unwrap();
    assert_eq!(desk.settled(&id).await["StackStatus"], "DELETE_COMPLETE");
    assert_eq!(desk.things.names(), ["A-0", "Kept-1"]);
}

#[tokio::test]
async fn a_restart_goes_on_with_what_was_under_way() {
    let mut desk = Desk::new("restart", 0.3);
    let template = "
Resources:
  Slow: {Type: AWS::Fake::Thing, Properties: {Typical: 1}}
  Then: {Type: AWS::Fake::Thing, DependsOn: Slow}
";
    desk.create("S", template);
    while desk.things.names().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(desk.stack("S")["StackStatus"], "CREATE_IN_PROGRESS");
    desk.restart(0.3);
    assert_eq!(desk.settled("S").await["StackStatus"], "CREATE_COMPLETE");
    assert_eq!(desk.things.names(), ["Slow-0", "Then-1"]);
}

#[tokio::test]
async fn exports_are_unique_and_keep_their_stack() {
    let desk = Desk::new("exports", 0.0);
    desk.create("S", CHAIN);
    desk.settled("S").await;
    let import =
        "Resources: {X: {Type: AWS::Fake::Thing, Properties: {Of: !ImportValue 'S:Last'}}}";
    desk.create("User", import);
    desk.settled("User").await;
    desk.ask("DeleteStack", &[("StackName", "S")]).unwrap();
    let stack = desk.settled("S").await;
    assert_eq!(stack["StackStatus"], "CREATE_COMPLETE");
    let reason = "Export S:Last cannot be deleted as it is in use by User";
    assert_eq!(stack["StackStatusReason"], reason);
    desk.create("Other", &CHAIN.replace("${AWS::StackName}", "S"));
    assert_eq!(desk.settled("Other").await["StackStatus"], "ROLLBACK_COMPLETE");
}

#[tokio::test]
async fn the_same_call_sent_again_makes_no_second_stack() {
    let desk = Desk::new("token", 0.0);
    let call = [("StackName", "S"), ("TemplateBody", CHAIN), ("ClientRequestToken", "one")];
    let first = desk.ask("CreateStack", &call).unwrap();
    assert_eq!(desk.ask("CreateStack", &call).unwrap(), first);
    let other = [("StackName", "S"), ("TemplateBody", CHAIN), ("ClientRequestToken", "two")];
    assert_eq!(desk.ask("CreateStack", &other).unwrap_err().code, "AlreadyExistsException");
    desk.settled("S").await;
    let delete = [("StackName", "S"), ("ClientRequestToken", "one")];
    let error = desk.ask("DeleteStack", &delete).unwrap_err();
    assert_eq!(error.code, "TokenAlreadyExistsException");
}
