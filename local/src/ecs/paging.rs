//! Lists of ARNs in pages.

use serde_json::{Value, json};

use crate::protocol::{input::Input, page::page};

const LARGEST: u64 = 100;

/// Returns the requested page size.
pub(super) fn limit(input: Input<'_>) -> usize {
    let limit = input.number("maxResults").unwrap_or(LARGEST).clamp(1, LARGEST);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Returns a page of ARNs under this name, ordered by ARN.
pub(super) fn listed(name: &str, arns: Vec<String>, input: Input<'_>, limit: usize) -> Value {
    let (found, next) = page(arns, Clone::clone, input.text("nextToken"), limit);
    let mut answer = json!({ name: found });
    if let Some(next) = next {
        answer["nextToken"] = next.into();
    }
    answer
}
