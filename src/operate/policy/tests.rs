//! What policies contain. That they suffice, and contain nothing else, is shown by
//! `tests/python/test_iam_policy.py`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

const ROLES: [Role; 3] = [Role::Operator, Role::Student, Role::Auditor];

fn policy(role: Role, lab: Option<&str>) -> Policy {
    Policy::new(role, Extent { lab: lab.map(str::to_owned), ..Extent::default() }).unwrap()
}

fn statements(policy: &Policy) -> Vec<Value> {
    let of =
        |it: &Document| serde_json::from_str::<Value>(&it.text()).unwrap()["Statement"].clone();
    policy.documents.iter().flat_map(|it| of(it).as_array().unwrap().clone()).collect()
}

fn all_texts(value: &Value) -> BTreeSet<String> {
    match value {
        Value::String(text) => [text.clone()].into(),
        Value::Array(all) => all.iter().flat_map(all_texts).collect(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn each_document_is_one_that_iam_accepts() {
    let longest = "twelve-chars";
    let narrow = Extent {
        account: Some(AccountId::new("123456789012")),
        region: Some(Region::new("ap-southeast-1").unwrap()),
        lab: Some(longest.to_owned()),
        bucket: Some("b".repeat(63)),
    };
    for role in ROLES {
        for policy in [policy(role, None), Policy::new(role, narrow.clone()).unwrap()] {
            for (name, document) in policy.named() {
                let size = document.size();
                assert!(size <= documents::LARGEST, "{name}: {size}");
            }
            let sids: Vec<_> = statements(&policy).iter().map(|it| it["Sid"].clone()).collect();
            let unique: BTreeSet<_> = sids.iter().map(Value::to_string).collect();
            assert_eq!(unique.len(), sids.len(), "{sids:?}");
        }
    }
}

#[test]
fn every_need_is_in_a_statement_and_has_a_resource() {
    for role in ROLES {
        let policy = policy(role, Some("anna"));
        let statements = statements(&policy);
        for need in &policy.needs {
            assert!(!need.resources.is_empty(), "{need:?}");
            let permits = |statement: &&Value| {
                all_texts(&statement["Action"]).contains(&need.action)
                    && all_texts(&statement["Resource"]).is_superset(&need.resources)
                    && statement["Condition"].is_null() == need.condition.is_none()
            };
            assert_eq!(statements.iter().filter(permits).count(), 1, "{need:?}");
        }
    }
}

#[test]
fn a_student_gets_one_lab_and_an_operator_all() {
    let arns = |role, lab| -> BTreeSet<String> {
        statements(&policy(role, lab)).iter().flat_map(|it| all_texts(&it["Resource"])).collect()
    };
    let table = |name: &str| format!("arn:aws:dynamodb:*:*:table/{name}");
    assert!(arns(Role::Operator, None).contains(&table("MysfitsTable*")));
    assert!(arns(Role::Student, None).contains(&table("MysfitsTable")));
    let of_anna = arns(Role::Student, Some("anna"));
    assert!(of_anna.contains(&table("MysfitsTable-anna")));
    assert!(of_anna.contains(&table("MysfitsTableLikes-anna")));
    // With the lab, an operator is its student.
    assert_eq!(arns(Role::Operator, Some("anna")), of_anna);
}

#[test]
fn an_auditor_changes_nothing() {
    let reads = ["Describe", "Get", "List", "Scan", "Filter", "BatchGet", "GET", "Simulate"];
    for need in policy(Role::Auditor, None).needs {
        let (_, name) = need.action.split_once(':').unwrap();
        assert!(reads.iter().any(|it| name.starts_with(it)), "{}", need.action);
    }
}
