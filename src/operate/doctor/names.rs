//! Whether the lab's names are free, or its own.

use super::Finding;
use crate::{
    lab::Owner,
    operate::{Row, Survey, resources},
};

const CHECK: &str = "names";

/// Returns a finding for each name that somebody else has, or one that there is none.
pub(super) fn findings(survey: &Survey) -> Vec<Finding> {
    let taken: Vec<_> = survey.rows.iter().filter_map(taken).collect();
    if !taken.is_empty() {
        return taken;
    }
    let ours = survey.rows.iter().filter(|row| row.seen.is_ours()).count();
    let actual = match ours {
        0 => "all free".to_owned(),
        ours => format!("{} of this lab, the others are free", resources(ours)),
    };
    vec![Finding::ok(CHECK, actual)]
}

fn taken(row: &Row) -> Option<Finding> {
    let why = row.seen.is_there().then(|| row.seen.owner.why_not_ours()).flatten()?;
    let finding = Finding::fail(CHECK, format!("{} exists already: {why}", row.about.title))
        .expected("a name that is free, or this lab's");
    Some(finding.hint(match row.seen.owner {
        Owner::OtherAccount => "choose another with `--bucket NAME`",
        Owner::NotTagged => "`--adopt` takes it over, `--lab NAME` gives other names",
        _ => "`--lab NAME` gives other names",
    }))
}
