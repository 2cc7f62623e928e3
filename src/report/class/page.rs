//! What became of a class, as one page to read and to print: the labs, or the points of the students.

use std::time::SystemTime;

use super::{
    ClassChecks, ClassResult,
    checks::{points, what, word as verdict},
    labels_of, labs,
};
use crate::{
    operate::class::{Graded, Record, State, time},
    report::html::{Cell, Column, Page, Table, escaped},
};

/// Returns the page about the labs at the end of a command.
pub(crate) fn page(records: &[Record], at: SystemTime) -> String {
    let rows = records.iter().zip(labels_of(records)).map(|(record, label)| row(record, label));
    let table = Table {
        caption: "The labs",
        columns: &[
            Column::Text("Student"),
            Column::Text("Account"),
            Column::Text("Lab"),
            Column::Text("State"),
            Column::Text("What"),
            Column::Number("$ an hour"),
            Column::Number("$ so far"),
            Column::Text("Site"),
        ],
        rows: rows.collect(),
    };
    let result = ClassResult(records);
    around(&result.headline(), at, &result.bill(), &table)
}

/// Returns the page about the points of a class.
pub(crate) fn checks_page(all: &[Graded], at: SystemTime) -> String {
    let table = Table {
        caption: "The points",
        columns: &[
            Column::Text("Student"),
            Column::Text("Account"),
            Column::Text("Lab"),
            Column::Text("Verdict"),
            Column::Number("Points"),
            Column::Text("What"),
            Column::Text("The same as"),
            Column::Text("Site"),
        ],
        rows: all.iter().map(graded_row).collect(),
    };
    around(&labs(all.len()), at, &ClassChecks(all).sum(), &table)
}

fn around(title: &str, at: SystemTime, sum: &str, table: &Table<'_>) -> String {
    let body = format!(
        "<header>\n<h1>{}</h1>\n<p class=\"dim\">at <time>{}</time></p>\n<p>{}</p>\n</header>\n\
         <main>\n{}</main>\n",
        escaped(title),
        time::text(at),
        escaped(sum),
        table.markup(),
    );
    // A table of a class needs the whole width.
    Page { title, style: "body { max-width: none; }\n", reload: None }.around(&body)
}

fn row(record: &Record, label: String) -> Vec<Cell> {
    let dollars = |number: f64, digits: usize| {
        Cell::Text(if number > 0.0 { format!("{number:.digits$}") } else { String::new() })
    };
    let (class, sign) = colour(record.state);
    vec![
        Cell::Text(label),
        Cell::Text(record.account.clone()),
        Cell::Text(record.lab.clone()),
        Cell::Verdict(class, format!("{sign} {}", record.state.name())),
        Cell::Sentence(record.words.clone()),
        dollars(record.dollars_per_hour + record.unknown_per_hour, 4),
        dollars(record.so_far.unwrap_or_default(), 2),
        Cell::Link(record.site().unwrap_or_default().to_owned()),
    ]
}

fn graded_row(graded: &Graded) -> Vec<Cell> {
    let text = |it: &Option<String>| Cell::Text(it.clone().unwrap_or_default());
    let (class, sign) = match verdict(graded) {
        "pass" => ("pass", "✓"),
        "fail" => ("fail", "✗"),
        _ => ("unknown", "?"),
    };
    let same = graded.same.iter().map(|same| format!("{}: {}", same.what, same.others.join(", ")));
    vec![
        Cell::Text(graded.student.name.clone()),
        text(&graded.account),
        text(&graded.lab),
        Cell::Verdict(class, format!("{sign} {}", verdict(graded))),
        Cell::Text(points(graded)),
        Cell::Sentence(what(graded)),
        Cell::Text(same.collect::<Vec<_>>().join("; ")),
        Cell::Link(graded.site.clone().unwrap_or_default()),
    ]
}

/// Returns the class of a state, which is its colour, and its sign.
pub(super) fn colour(state: State) -> (&'static str, &'static str) {
    match state {
        State::Failed | State::Quarantined => ("fail", "✗"),
        state if state.is_good() => ("pass", "✓"),
        _ => ("unknown", "?"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::checked::examples::{HOSTILE, at};

    fn record(student: &str, state: State) -> Record {
        Record { student: student.to_owned(), lab: "lab".to_owned(), ..Record::unknown(state) }
    }

    #[test]
    fn every_lab_is_a_row_with_its_state_and_its_site() {
        let site = vec![("site", "http://anna.example/".to_owned())];
        let anna =
            Record { addresses: site, dollars_per_hour: 0.1, ..record("anna", State::Ready) };
        let html = page(&[anna, record("bert", State::Quarantined)], at());
        for text in [
            "<h1>2 labs: 1 quarantined, 1 ready</h1>",
            "$2.40 a day",
            "<th scope=\"row\">anna</th>",
            "<span class=\"pass\">✓ ready</span>",
            "<span class=\"fail\">✗ quarantined</span>",
            "<a href=\"http://anna.example/\"",
        ] {
            assert!(html.contains(text), "{text}: {html}");
        }
        assert!(!html.contains("$ so far"), "nobody asked: {html}");
    }

    #[test]
    fn what_students_choose_is_no_markup() {
        let words = HOSTILE.to_owned();
        let html = page(&[Record { words, ..record(HOSTILE, State::Failed) }], at());
        assert!(!html.contains("<script") && !html.contains('\u{1b}'), "{html}");
    }
}
