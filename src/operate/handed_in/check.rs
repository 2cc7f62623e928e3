//! Reads a report that anybody may have written.

use serde_json::Value;

use super::{LARGEST, NOTE, Report, SCHEMA, Standing};
use crate::lab::Region;

/// The most characters of a name, and of an address.
const LONGEST_NAME: usize = 120;
const LONGEST_ADDRESS: usize = 2048;
/// The most resources. A lab has fewer than a third.
const MOST_RESOURCES: usize = 200;

const PLACES: [&str; 3] = ["aws", "local", "endpoint"];

/// Reads a report, or returns everything that is wrong with it.
pub(super) fn report(bytes: &[u8]) -> Result<Report, Vec<String>> {
    if bytes.len() > LARGEST {
        return Err(vec![format!("it is larger than {} KB", LARGEST / 1024)]);
    }
    let value = found(bytes).ok_or_else(|| vec!["it is no report".to_owned()])?;
    if value.get("schema").and_then(Value::as_u64) != Some(SCHEMA.into()) {
        return Err(vec!["another version of `mysfits` wrote it".to_owned()]);
    }
    let report: Report =
        serde_json::from_value(value).map_err(|error| vec![shown(&error.to_string())])?;
    let problems = problems(&report);
    if problems.is_empty() { Ok(cleaned(report)) } else { Err(problems) }
}

/// Finds the report in a file: the only value, or one of several lines. Windows' shell writes what a
/// command prints with a byte order mark.
fn found(bytes: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.trim_start_matches('\u{feff}');
    let is_report = |value: &Value| value.get("type").and_then(Value::as_str) == Some("report");
    let read = |text: &str| serde_json::from_str::<Value>(text).ok().filter(is_report);
    read(text).or_else(|| text.lines().find_map(read))
}

/// Returns everything that is wrong with the values.
fn problems(report: &Report) -> Vec<String> {
    let mut problems = Vec::new();
    let mut check = |field: &str, value: &str, is_right: bool| {
        if !is_right {
            problems.push(format!("`{field}` cannot be `{}`", shown(value)));
        }
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    check("account", &report.account, report.account.len() == 12 && digits(&report.account));
    check("region", &report.region, Region::new(&report.region).is_ok());
    check("place", &report.place, PLACES.contains(&report.place.as_str()));
    check("lab", &report.lab, is_name(&report.lab));
    check("time", &report.time, is_time(&report.time));
    if let Some(pool) = &report.user_pool_id {
        let id = pool.split_once('_').filter(|(region, _)| *region == report.region);
        check("user_pool_id", pool, id.is_some_and(|(_, id)| is_id(id)));
    }
    if let Some(api) = &report.api_id {
        check("api_id", api, is_id(api));
    }
    for (field, address) in
        [("site", &report.site), ("api", &report.api), ("backend", &report.backend)]
    {
        if let Some(address) = address {
            check(field, address, is_address(address));
        }
    }
    if report.resources.len() > MOST_RESOURCES {
        problems.push(format!("it names more than {MOST_RESOURCES} resources"));
    }
    problems
}

/// Names of labs are letters, digits and dashes; tags made elsewhere may have a few more.
fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !name.is_empty() && name.len() <= 64 && name.chars().all(fits)
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `2026-11-28T06:00:00.070Z`.
fn is_time(time: &str) -> bool {
    let form = "0000-00-00T00:00:00";
    let fits =
        |(one, form): (char, char)| if form == '0' { one.is_ascii_digit() } else { one == form };
    time.is_ascii()
        && (form.len()..=32).contains(&time.len())
        && time.ends_with('Z')
        && time.chars().zip(form.chars()).all(fits)
}

fn is_address(address: &str) -> bool {
    let is_web = ["http://", "https://"].iter().any(|start| address.starts_with(start));
    is_web
        && address.len() <= LONGEST_ADDRESS
        && address.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Returns a report whose free texts cannot act on what shows them.
fn cleaned(report: Report) -> Report {
    let resources = report.resources.iter();
    Report {
        mysfits: shown(&report.mysfits),
        name: report.name.as_deref().map(shown).filter(|name| !name.is_empty()),
        identity: shown(&report.identity),
        resources: resources
            .map(|it| Standing { resource: shown(&it.resource), state: shown(&it.state) })
            .collect(),
        note: NOTE.to_owned(),
        ..report
    }
}

/// Returns a text without what controls a terminal, turns its direction, or is not seen, and no
/// longer than a name.
fn shown(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let text: String = text.chars().filter(|c| !is_hidden(*c)).take(LONGEST_NAME).collect();
    text.trim().to_owned()
}
