//! Fault rules that several tests use.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// Returns a fault rule: AWS denies these credentials this call.
pub(crate) fn denied(service: &str, operation: &str) -> Value {
    json!({"service": service, "operation": operation, "kind": "denied"})
}

/// Returns rules by which the first looks at what a deploy creates do not show it, or not its tags.
/// The very first look is the one before the creation, which truly finds nothing.
pub(crate) fn first_looks() -> Vec<Value> {
    let rule = |service: &str, operation: &str, kind: &str, times: u8| json!({"service": service, "operation": operation, "kind": kind, "times": times});
    vec![
        rule("s3", "GetBucketTagging", "no-tags", 2),
        rule("dynamodb", "ListTagsOfResource", "no-tags", 2),
        rule("logs", "DescribeLogGroups", "not-found", 3),
        rule("elasticloadbalancing", "DescribeTags", "no-tags", 2),
        rule("ecr", "DescribeRepositories", "not-found", 3),
        rule("cognito-idp", "ListUserPools", "not-found", 4),
        rule("apigateway", "GetVpcLinks", "not-found", 3),
        rule("apigateway", "GetRestApis", "not-found", 3),
    ]
}

/// A moment of a run: when the call of an operation is done, and how many calls of it came before.
pub(crate) type Moment = (String, usize);

/// Returns the moments at which a run that makes these calls can end differently: the first, the
/// middle and the last call of each operation. The others, such as those for 50 files of the site,
/// leave the same state.
pub(crate) fn moments(operations: impl IntoIterator<Item = String>) -> Vec<Moment> {
    let mut counts = BTreeMap::<String, usize>::new();
    for operation in operations {
        *counts.entry(operation).or_default() += 1;
    }
    let of_one = |(operation, count): (String, usize)| {
        let places = BTreeSet::from([0, count / 2, count - 1]);
        places.into_iter().map(move |place| (operation.clone(), place))
    };
    counts.into_iter().flat_map(of_one).collect()
}

/// Returns a fault rule: the call is carried out and never answered, so nothing that follows it
/// happens.
pub(crate) fn hang_at((operation, place): &Moment) -> Value {
    json!({"operation": operation, "kind": "hang", "skip": place, "times": 1})
}
