//! The calls that the local cloud has logged.

use serde_json::Value;

use super::cloud::Cloud;

/// The calls that were made, in order.
pub(crate) struct Calls(Vec<String>);

impl Calls {
    /// Reads those of a cloud since its log was cleared.
    pub(crate) fn of(cloud: &Cloud) -> Self {
        let name = |request: &Value| request["operation"].as_str().unwrap().to_owned();
        Self(cloud.requests().iter().map(name).collect())
    }

    /// Fails the test unless the last call of `first` comes before the first call of `then`.
    #[track_caller]
    pub(crate) fn are_in_order(&self, pairs: &[(&str, &str)]) {
        for (first, then) in pairs {
            let last = self.0.iter().rposition(|call| call == first);
            let next = self.0.iter().position(|call| call == then);
            assert!(last.is_some() && next.is_some(), "{first} or {then} was not called");
            assert!(last < next, "{then} before {first}");
        }
    }
}

/// Fails the test if a call was refused because something else was still in its way.
#[track_caller]
pub(crate) fn nothing_was_in_the_way(cloud: &Cloud) {
    const IN_THE_WAY: [&str; 7] = [
        "ResourceInUse",
        "DependencyViolation",
        "ClusterContainsServicesException",
        "ClusterContainsTasksException",
        "RepositoryNotEmptyException",
        "BucketNotEmpty",
        "BadRequestException",
    ];
    for request in cloud.requests() {
        let code = request["code"].as_str().unwrap_or_default();
        assert!(!IN_THE_WAY.contains(&code), "{request}");
    }
}

/// Returns the mutating calls that a command made: the backend itself only reads.
pub(crate) fn changes_by_cli(cloud: &Cloud) -> Vec<String> {
    // Requesting a registry token has no visible effect.
    cloud.changes().into_iter().filter(|change| change != "GetAuthorizationToken").collect()
}

/// Returns how often a call was struck by a fault with this code.
pub(crate) fn struck(cloud: &Cloud, (service, operation): (&str, &str), code: &str) -> usize {
    let requests = cloud.requests();
    let hit = |it: &&Value| {
        it["fault"] == "error"
            && it["service"] == service
            && it["operation"] == operation
            && it["code"] == code
    };
    requests.iter().filter(hit).count()
}

/// From this request on, the pool was twice reported missing, and then a task definition was
/// registered.
#[track_caller]
pub(crate) fn asked_twice_before_it_went(requests: &[Value], from: usize) {
    let register = requests.iter().rposition(|it| it["operation"] == "RegisterTaskDefinition");
    let between = &requests[from..register.unwrap_or_else(|| panic!("nothing was registered"))];
    let is_gone = |it: &&Value| {
        it["operation"] == "DescribeUserPool" && it["code"] == "ResourceNotFoundException"
    };
    let asked = between.iter().filter(is_gone).count();
    assert!(asked >= 2, "the pool was asked for {asked} times before the guard went");
}
