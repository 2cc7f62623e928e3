//! Updates, as API Gateway accepts them: a list of operations on paths.

use serde::Deserialize;

use super::{
    errors::{Outcome, bad},
    request::Request,
};
use crate::service::AwsError;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    patch_operations: Vec<Patch>,
}

/// One change.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Patch {
    op: String,
    path: String,
    value: Option<String>,
}

/// Returns the changes that a call requests. [`Patch::value`] tells those that set something from
/// those that remove it.
pub(super) fn of(request: &Request) -> Outcome<Vec<Patch>> {
    let patches = request.read::<Body>()?.patch_operations;
    match patches.iter().find(|patch| !matches!(patch.op.as_str(), "add" | "replace" | "remove")) {
        None => Ok(patches),
        Some(patch) => Err(bad(format!(
            "Invalid patch operation specified. Must be one of: [add, remove, replace]: '{}'",
            patch.op
        ))),
    }
}

impl Patch {
    /// Returns the names in the path. In each, `~1` stands for a slash and `~0` for a tilde.
    pub(super) fn names(&self) -> Vec<String> {
        let names = self.path.strip_prefix('/').unwrap_or(&self.path).split('/');
        names.map(|name| name.replace("~1", "/").replace("~0", "~")).collect()
    }

    /// Returns the new value; `None` for a removal.
    pub(super) fn value(&self) -> Option<&str> {
        self.value.as_deref().filter(|_| self.op != "remove")
    }

    /// Returns the error for a path that cannot be changed, naming those that can.
    pub(super) fn refused(&self, paths: &[&str]) -> AwsError {
        bad(format!(
            "Invalid patch path '{}' specified for op '{}'. Must be one of: [{}]",
            self.path,
            self.op,
            paths.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_may_hold_slashes_in_their_names() {
        let patch = Patch {
            op: "remove".to_owned(),
            path: "/~1mysfits~1{id}/GET/throttling/rateLimit".to_owned(),
            value: Some("1".to_owned()),
        };
        assert_eq!(patch.names(), ["/mysfits/{id}", "GET", "throttling", "rateLimit"]);
        assert_eq!(patch.value(), None);
        let error = patch.refused(&["/name"]);
        assert!(error.message.ends_with("for op 'remove'. Must be one of: [/name]"), "{error}");
    }

    #[test]
    fn only_three_operations_are_known() {
        let body = r#"{"patchOperations": [{"op": "copy", "path": "/name"}]}"#;
        let request = Request { body: body.into(), ..Request::default() };
        assert!(of(&request).unwrap_err().message.contains("'copy'"));
    }
}
