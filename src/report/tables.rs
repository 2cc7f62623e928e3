//! The plan, the status, what cleanup removes and what it left, as text for people.

use std::fmt::Write as _;

use super::{
    Address, Row,
    words::{self, DETAIL, DONE, FAILED, LOOK, paint},
};
use crate::{
    engine::{About, Seen},
    lab::prices,
    local_cloud::{Health, Mail},
};

/// What `deploy` would do with a resource in this state.
pub(super) fn action(seen: &Seen) -> &'static str {
    match seen {
        Seen::Absent => "create",
        Seen::Settling { .. } | Seen::Waiting { .. } => "wait",
        Seen::Ready(_) => "nothing",
        Seen::Drifted { .. } => "update",
        Seen::Broken { .. } | Seen::Foreign { .. } => "blocked",
    }
}

/// A state in a word.
pub(super) fn state(seen: &Seen) -> &'static str {
    match seen {
        Seen::Absent => "not there",
        Seen::Settling { .. } => "settling",
        Seen::Waiting { .. } => "waiting",
        Seen::Ready(_) => "ready",
        Seen::Drifted { .. } => "differs",
        Seen::Broken { .. } => "broken",
        Seen::Foreign { .. } => "not ours",
    }
}

/// What there is to say beside the state, each a line.
pub(super) fn details(seen: &Seen) -> Vec<String> {
    match seen {
        Seen::Absent | Seen::Ready(_) => Vec::new(),
        Seen::Settling { status } => vec![format!("it is {status}")],
        Seen::Waiting { status } => vec![status.clone()],
        Seen::Drifted { differences, .. } => differences.clone(),
        Seen::Broken { why } | Seen::Foreign { why } => vec![why.clone()],
    }
}

fn style(seen: &Seen) -> anstyle::Style {
    match seen {
        Seen::Ready(_) | Seen::Absent => DONE,
        Seen::Settling { .. } | Seen::Waiting { .. } | Seen::Drifted { .. } => LOOK,
        Seen::Broken { .. } | Seen::Foreign { .. } => FAILED,
    }
}

/// Lines for resources: a word in colour, the name, the title. Details stand below.
struct Lines {
    text: String,
    /// As wide as the widest name.
    width: usize,
}

impl Lines {
    fn new(title: &str, rows: &[Row]) -> Self {
        let width = rows.iter().map(|row| row.about.id.0.len()).max().unwrap_or_default();
        Self { text: format!("{title}\n\n"), width }
    }

    fn row(&mut self, word: &str, style: anstyle::Style, row: &Row, cost: bool) {
        let (word, width) = (format!("{word:<9}"), self.width);
        let About { id, title, .. } = &row.about;
        let _ = write!(self.text, "  {} {:<width$}  {title}", paint(style, &word), id.0);
        if cost && row.about.dollars_per_hour > 0.0 {
            let _ = write!(self.text, ", ${:.2} a day", row.about.dollars_per_day());
        }
        self.text.push('\n');
    }

    fn detail(&mut self, detail: &str) {
        let _ = writeln!(self.text, "            {}", paint(DETAIL, detail));
    }
}

/// What `deploy` would do, why, and what it costs.
pub(super) fn plan(rows: &[Row], target: &str, verbose: bool) -> String {
    let mut lines = Lines::new(&format!("Plan for {target}"), rows);
    for row in rows {
        lines.row(action(&row.seen), style(&row.seen), row, true);
        for difference in details(&row.seen) {
            lines.detail(&difference);
        }
        if verbose || row.seen == Seen::Absent {
            lines.detail(row.about.why);
        }
    }
    let mut text = lines.text;
    let changes = rows.iter().filter(|row| !matches!(row.seen, Seen::Ready(_))).count();
    let total: f64 = rows.iter().map(|row| row.about.dollars_per_day()).sum();
    let changes = match changes {
        0 => "Nothing to do".to_owned(),
        1 => "1 to change".to_owned(),
        many => format!("{many} to change"),
    };
    let _ = write!(
        text,
        "\n{changes}. All of it together costs ${total:.2} a day on AWS \
         (prices of {}).",
        prices::AS_OF
    );
    if total > 0.0 {
        text.push_str("\nThe first 25 read and write units of DynamoDB are free in every account.");
    }
    text
}

/// What is there.
pub(super) fn status(rows: &[Row], target: &str, addresses: &[Address]) -> String {
    let mut lines = Lines::new(&format!("Status of {target}"), rows);
    for row in rows {
        lines.row(state(&row.seen), style(&row.seen), row, false);
        for difference in details(&row.seen) {
            lines.detail(&difference);
        }
    }
    let mut text = lines.text;
    let there = rows.iter().filter(|row| row.seen.is_ours());
    let total: f64 = there.map(|row| row.about.dollars_per_day()).sum();
    let _ = write!(text, "\nWhat is there costs ${total:.2} a day on AWS.");
    for (name, address) in addresses {
        let _ = write!(text, "\n{name}: {address}");
    }
    text
}

/// What cleanup will remove, and why it believes that it may.
pub(super) fn to_remove(rows: &[Row], target: &str) -> String {
    let mut lines = Lines::new(&format!("Cleanup of {target}"), rows);
    for row in rows {
        match &row.seen {
            Seen::Absent => {}
            Seen::Foreign { why } => {
                lines.row("keep", LOOK, row, false);
                lines.detail(&format!("{why}: it is not touched"));
            }
            _ => {
                lines.row("remove", FAILED, row, true);
                lines.detail(&row.about.ours);
            }
        }
    }
    let mut text = lines.text;
    if rows.iter().all(|row| row.seen == Seen::Absent) {
        text.push_str("  nothing of the lab is there\n");
    }
    text
}

/// What a running local cloud says of itself.
pub(super) fn local_status(port: u16, health: &Health) -> String {
    let Health { version, pid, folder, pace } = health;
    format!(
        "the local cloud is running\n  port     {port}\n  folder   {folder}\n  pace     {pace}\n  \
         process  {pid}\n  version  {version}"
    )
}

/// A mail: when and to whom, what about, its code, its text.
pub(super) fn mail(mail: &Mail) -> String {
    // What others wrote moves no cursor.
    let plain =
        |text: &str| -> String { text.chars().filter(|c| !c.is_control() || *c == '\n').collect() };
    let mut lines = vec![
        format!("{}  {}", plain(&mail.sent), plain(&mail.to)),
        format!("  {}", plain(&mail.subject)),
    ];
    lines.extend(mail.code.iter().map(|code| format!("  code {}", plain(code))));
    lines.extend(plain(&mail.text).lines().map(|line| format!("  {line}")));
    lines.join("\n")
}

/// The result of a cleanup.
pub(super) fn left(left: &[(String, String)], asked_tags: bool) -> String {
    if left.is_empty() {
        let how = if asked_tags {
            "looked at every resource of the lab again, and for its tag in the region"
        } else {
            "looked at each of them again"
        };
        return format!("{} ({how})", paint(DONE, "nothing is left"));
    }
    let mut text = paint(words::LOOK, "left:");
    for (what, why) in left {
        let _ = write!(text, "\n  {what}: {why}");
    }
    text
}
