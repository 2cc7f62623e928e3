//! The reports that were handed in: a table, JSON lines, and CSV for a gradebook.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Shown, sheet};
use crate::operate::handed_in::{HandedIn, NOTE, Report};

/// The reports, as text and as JSON.
pub(crate) struct Reports<'a>(pub(crate) &'a HandedIn);

impl Shown for Reports<'_> {
    fn text(&self, _: bool) -> String {
        let count = match self.0.reports.len() {
            1 => "1 report".to_owned(),
            count => format!("{count} reports"),
        };
        let mut text = format!("{count} handed in\n");
        for (place, (file, report)) in self.0.reports.iter().enumerate() {
            text.push_str(&lines(file, report));
            for clause in flags(self.0, place) {
                let _ = write!(text, "\n    ! {clause}");
            }
        }
        let _ = write!(text, "\n\n{}", sentence(self.0));
        text
    }

    fn json(&self) -> Vec<Value> {
        let reports = self.0.reports.iter().enumerate().map(|(place, (file, report))| {
            let mut value = serde_json::to_value(report).unwrap_or_default();
            value["type"] = "handed-in".into();
            value["file"] = file.as_str().into();
            value["ready"] = report.ready().into();
            value["same"] = self.0.same_as(place).map(same).collect();
            value
        });
        let malformed = self.0.malformed.iter();
        let malformed: Vec<_> =
            malformed.map(|(file, problems)| json!({"file": file, "problems": problems})).collect();
        let count = self.0.reports.len();
        let end = json!({"type": "reports", "count": count, "malformed": malformed, "note": NOTE});
        reports.chain([end]).collect()
    }
}

fn same((what, files): (&'static str, Vec<&str>)) -> Value {
    json!({"what": what, "files": files})
}

/// Returns the lines for a report, each with a line break before it.
fn lines(file: &str, report: &Report) -> String {
    let Report { name, account, region, lab, place, time, site, resources, .. } = report;
    let whose = name.as_deref().unwrap_or("no name");
    let mut text = format!("\n  `{file}`  {whose}");
    let on = if place == "aws" { String::new() } else { format!(", not on AWS: {place}") };
    let _ = write!(text, "\n    lab `{lab}`, account {account}, {region}{on}");
    let _ = write!(text, "\n    {} of {} ready, {time}", report.ready(), resources.len());
    if let Some(site) = site {
        let _ = write!(text, "\n    {site}");
    }
    text
}

/// Returns what is to be looked into about a report.
fn flags(handed_in: &HandedIn, place: usize) -> Vec<String> {
    let flag = |(what, files): (&str, Vec<&str>)| {
        let files: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
        format!("the same {what} as {}", files.join(", "))
    };
    handed_in.same_as(place).map(flag).collect()
}

fn sentence(handed_in: &HandedIn) -> String {
    if handed_in.same.is_empty() {
        format!("No two are of one lab. {NOTE}")
    } else {
        format!("Some are of one lab, marked with `!`. {NOTE}")
    }
}

/// The columns of the CSV.
const COLUMNS: [&str; 14] = [
    "file",
    "name",
    "account",
    "region",
    "lab",
    "place",
    "ready",
    "resources",
    "site",
    "api_id",
    "user_pool_id",
    "time",
    "version",
    "same_lab",
];

/// The reports, for a spreadsheet.
pub(crate) struct ReportSheet<'a>(pub(crate) &'a HandedIn);

impl ReportSheet<'_> {
    /// Returns it as a file.
    pub(crate) fn file(&self) -> String {
        let reports = self.0.reports.iter().enumerate().map(|(place, (file, report))| {
            let (ready, all) = (report.ready().to_string(), report.resources.len().to_string());
            let same = flags(self.0, place).join("; ");
            let text = |value: Option<&String>| value.cloned().unwrap_or_default();
            let cells: [String; 14] = [
                file.clone(),
                text(report.name.as_ref()),
                report.account.clone(),
                report.region.clone(),
                report.lab.clone(),
                report.place.clone(),
                ready,
                all,
                text(report.site.as_ref()),
                text(report.api_id.as_ref()),
                text(report.user_pool_id.as_ref()),
                report.time.clone(),
                report.mysfits.clone(),
                same,
            ];
            sheet::row(cells.iter().map(String::as_str))
        });
        let lines: Vec<String> = std::iter::once(sheet::row(COLUMNS)).chain(reports).collect();
        lines.join("\n") + "\n"
    }
}

impl Shown for ReportSheet<'_> {
    fn text(&self, _: bool) -> String {
        self.file().trim_end().to_owned()
    }

    fn json(&self) -> Vec<Value> {
        Reports(self.0).json()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operate::handed_in::Standing;

    fn handed_in() -> HandedIn {
        let report = |name: Option<&str>, pool: &str| {
            let report = json!({
                "type": "report", "schema": 1, "mysfits": "1.0", "time": "2026-11-28T06:00:00Z",
                "name": name, "place": "aws", "account": "111111111111", "region": "eu-west-1",
                "lab": pool, "identity": "i", "user_pool_id": format!("eu-west-1_{pool}"),
                "api_id": "a", "site": "http://site/", "api": null, "backend": null,
                "resources": [Standing { resource: "bucket".to_owned(), state: "ready".to_owned() }],
            });
            Ok(report.to_string().into_bytes())
        };
        HandedIn::read(vec![
            ("anna.json".to_owned(), report(Some("=Anna, M"), "one")),
            ("bert.json".to_owned(), report(None, "two")),
            ("bad.json".to_owned(), Ok(Vec::new())),
        ])
    }

    #[test]
    fn the_table_names_what_is_to_be_looked_into() {
        let text = Reports(&handed_in()).text(false);
        let expected = "2 reports handed in\n\n  `anna.json`  =Anna, M\n    lab `one`, account \
            111111111111, eu-west-1\n    1 of 1 ready, 2026-11-28T06:00:00Z\n    http://site/\n    \
            ! the same API as `bert.json`\n  `bert.json`  no name\n";
        assert!(text.starts_with(expected), "{text}");
        assert!(text.contains("marked with `!`") && text.ends_with(NOTE), "{text}");
    }

    #[test]
    fn a_spreadsheet_gets_texts_and_no_formulas() {
        let lines = ReportSheet(&handed_in()).file();
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines[0], COLUMNS.join(","));
        assert_eq!(
            lines[1],
            "anna.json,\"'=Anna, M\",111111111111,eu-west-1,one,aws,1,1,http://site/,a,\
             eu-west-1_one,2026-11-28T06:00:00Z,1.0,the same API as `bert.json`"
        );
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn json_has_every_report_and_what_is_wrong() {
        let lines = Reports(&handed_in()).json();
        assert_eq!(
            (&lines[0]["type"], &lines[0]["file"]),
            (&json!("handed-in"), &json!("anna.json"))
        );
        assert_eq!(lines[0]["same"], json!([{"what": "API", "files": ["bert.json"]}]));
        assert_eq!(
            lines[2],
            json!({"type": "reports", "count": 2, "note": NOTE,
                   "malformed": [{"file": "bad.json", "problems": ["it is no report"]}]})
        );
    }
}
