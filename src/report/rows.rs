//! A resource and its observed state, as a line of text and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::words::{DETAIL, DONE, FAILED, LOOK, paint};
use crate::{
    engine::{About, Presence, Seen},
    lab::LabId,
    operate::Row,
};

/// Returns a state in a word or two.
pub(super) fn state(seen: &Seen) -> &'static str {
    match &seen.presence {
        Presence::Absent => "not there",
        Presence::NotUsed { .. } => "not used",
        Presence::Unknown(_) => "unknown",
        _ if seen.owner.why_not_ours().is_some() => "not ours",
        Presence::Settling { .. } => "settling",
        Presence::Waiting { .. } | Presence::Unreached { .. } => "waiting",
        Presence::There if seen.drifted() => "differs",
        Presence::There => "ready",
        Presence::Broken { .. } => "broken",
    }
}

/// Returns further details about the state, one per line.
pub(super) fn details(seen: &Seen) -> Vec<String> {
    let mut details: Vec<String> = match &seen.presence {
        Presence::Absent => return Vec::new(),
        Presence::Unknown(unknown) => return vec![unknown.words.clone()],
        _ => seen.owner.why_not_ours().into_iter().collect(),
    };
    match &seen.presence {
        Presence::Settling { status } => details.push(format!("it is {status}")),
        Presence::Waiting { status: said }
        | Presence::Unreached { why: said }
        | Presence::Broken { why: said }
        | Presence::NotUsed { why: said } => details.push(said.clone()),
        _ => {}
    }
    // What is not the lab's does not have to match its settings.
    if details.is_empty() {
        details.extend(seen.differences());
    }
    details.extend(seen.kept.iter().cloned());
    details
}

/// Returns the colour of a state.
pub(super) fn style(seen: &Seen) -> anstyle::Style {
    match &seen.presence {
        Presence::Absent | Presence::NotUsed { .. } => DONE,
        _ if seen.owner.why_not_ours().is_some() => FAILED,
        Presence::There if !seen.drifted() => DONE,
        Presence::Settling { .. }
        | Presence::Waiting { .. }
        | Presence::Unreached { .. }
        | Presence::There => LOOK,
        Presence::Broken { .. } | Presence::Unknown(_) => FAILED,
    }
}

/// Lines for resources: a word in colour, the name, the title. Details are below.
pub(super) struct Lines {
    /// The text so far.
    pub(super) text: String,
    /// The width of the widest name.
    width: usize,
}

impl Lines {
    /// Starts the lines for these resources with a title.
    pub(super) fn new(title: &str, rows: &[Row]) -> Self {
        let width = rows.iter().map(|row| row.about.id.0.len()).max().unwrap_or_default();
        Self { text: format!("{title}\n\n"), width }
    }

    /// Adds the line of a resource, with its dollars a day if it costs anything.
    pub(super) fn row(&mut self, word: &str, style: anstyle::Style, row: &Row, dollars: f64) {
        let (word, width) = (format!("{word:<9}"), self.width);
        let About { id, title, .. } = &row.about;
        let _ = write!(self.text, "  {} {:<width$}  {title}", paint(style, &word), id.0);
        if dollars > 0.0 {
            let _ = write!(self.text, ", ${dollars:.2} a day");
        }
        self.text.push('\n');
    }

    /// Adds a detail below the line of a resource.
    pub(super) fn detail(&mut self, detail: &str) {
        let _ = writeln!(self.text, "            {}", paint(DETAIL, detail));
    }
}

/// Returns the same as JSON.
pub(super) fn json(kind: &str, lab: &LabId, row: &Row) -> Value {
    let settings = row.seen.differing().map(|setting| {
        json!({"name": setting.name, "expected": setting.expected, "actual": setting.actual})
    });
    json!({
        "type": kind,
        "lab": lab.name,
        "account": lab.account.as_str(),
        "region": lab.region.as_str(),
        "resource": row.about.id.0,
        "title": row.about.title,
        "state": state(&row.seen),
        "details": details(&row.seen),
        "settings": settings.collect::<Vec<_>>(),
    })
}

/// Rounds dollars to cents.
pub(super) fn cents(dollars: f64) -> Value {
    ((dollars * 100.0).round() / 100.0).into()
}
