//! Whether the lab can be looked at: what the survey's reads of each service ended with.

use std::collections::BTreeMap;

use super::Finding;
use crate::{
    engine::{Presence, Reason},
    operate::{Row, Survey},
};

/// Returns a finding for each service that the lab calls.
pub(super) fn findings(survey: &Survey) -> Vec<Finding> {
    let mut services: BTreeMap<&'static str, Vec<&Row>> = BTreeMap::new();
    for row in &survey.rows {
        // The first one describes it.
        if let Some(operation) = row.about.operations.first() {
            services.entry(operation.service.name).or_default().push(row);
        }
    }
    services.into_iter().map(|(service, rows)| finding(service, &rows)).collect()
}

fn finding(service: &str, rows: &[&Row]) -> Finding {
    let check = format!("read {service}");
    let failed = rows.iter().find_map(|row| match &row.seen.presence {
        Presence::Unknown(unknown) if unknown.reason != Reason::Dependency => {
            Some((row.about.id, unknown))
        }
        _ => None,
    });
    match failed {
        None => Finding::ok(check, "allowed"),
        Some((id, unknown)) if unknown.reason == Reason::Denied => {
            Finding::fail(check, format!("`{id}`: {}", unknown.words))
                .hint("ask whoever manages the account for this permission")
        }
        Some((id, unknown)) => Finding::unknown(check, format!("`{id}`: {}", unknown.words)),
    }
}
