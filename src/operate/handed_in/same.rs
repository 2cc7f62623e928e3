//! Reports of the same lab.

use std::collections::BTreeMap;

use super::{Report, Same};

/// Something that belongs to one lab, as a report names it.
type Named = fn(&Report) -> Option<String>;

/// What no two labs have in common. Local clouds all have the same account.
const OWN: [(&str, Named); 3] = [
    ("lab in the account", |report| {
        let Report { account, region, lab, place, .. } = report;
        (place != "local").then(|| format!("{lab} in {account}, {region}"))
    }),
    ("user pool", |report| report.user_pool_id.clone()),
    ("API", |report| report.api_id.clone()),
];

/// Returns what several reports name.
pub(super) fn same(reports: &[(String, Report)]) -> Vec<Same> {
    OWN.iter().flat_map(|(what, named)| of(reports, what, *named)).collect()
}

fn of(reports: &[(String, Report)], what: &'static str, named: Named) -> Vec<Same> {
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, (_, report)) in reports.iter().enumerate() {
        if let Some(value) = named(report) {
            places.entry(value).or_default().push(place);
        }
    }
    let several = places.into_iter().filter(|(_, places)| places.len() > 1);
    several.map(|(value, places)| Same { what, value, places }).collect()
}
