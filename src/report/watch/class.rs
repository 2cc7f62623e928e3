//! `class status --watch`: the labs of a class, and what has changed.

use serde_json::Value;

use super::{
    Change, Key, Watched,
    page::{Entry, Page},
};
use crate::{
    error::Exit,
    operate::class::{self, Record},
    report::{
        Shown,
        class::{ClassResult, labels_of, line, style},
    },
};

/// What `class status --watch` shows.
#[derive(Default)]
pub(crate) struct ClassWatch {
    records: Option<Vec<Record>>,
    /// The labs that the last look with changes has changed, by their places.
    changed: Vec<usize>,
    /// Whether only these are shown.
    only_changed: bool,
}

impl ClassWatch {
    /// Returns what the last look has shown.
    pub(crate) fn records(&self) -> &[Record] {
        self.records.as_deref().unwrap_or_default()
    }

    /// Returns the exit code of the last look.
    pub(crate) fn exit(&self) -> Exit {
        self.records.as_deref().map_or(Exit::Interrupted, class::exit)
    }
}

impl Watched for ClassWatch {
    type Look = Vec<Record>;

    fn take(&mut self, records: Vec<Record>) -> Vec<Box<dyn Shown>> {
        let Some(before) = self.records.take() else {
            self.records = Some(records.clone());
            return vec![Box::new(Whole(records))];
        };
        let is_other = |place: &usize| {
            let (was, is) = (before.get(*place), &records[*place]);
            was.is_none_or(|was| (was.state, &was.words) != (is.state, &is.words))
        };
        let changed: Vec<usize> = (0..records.len()).filter(is_other).collect();
        let labels = labels_of(&records);
        let change = |place: &usize| -> Box<dyn Shown> {
            Box::new(self::change(&labels[*place], &records[*place], before.get(*place)))
        };
        let said = changed.iter().map(change).collect();
        if !changed.is_empty() {
            self.changed = changed;
        }
        self.records = Some(records);
        said
    }

    fn press(&mut self, key: Key) {
        if key == Key::Letter('c') {
            self.only_changed = !self.only_changed;
        }
    }

    fn page(&self) -> Page {
        let keys = vec![("c", "changes")];
        let Some(records) = &self.records else {
            return Page { title: vec!["class".to_owned()], keys, ..Page::default() };
        };
        let result = ClassResult(records);
        let title = vec![result.headline(), result.bill()];
        let row = |(place, label): (usize, String)| {
            let record = &records[place];
            let state = format!("{:<11}", record.state.name());
            Entry::Row(style(record.state), state, format!("{label}: {}", record.words))
        };
        let all = labels_of(records).into_iter().enumerate();
        let body =
            all.filter(|(place, _)| !self.only_changed || self.changed.contains(place)).map(row);
        Page { title, body: body.collect(), keys }
    }
}

/// The first look, as `class status` shows it.
struct Whole(Vec<Record>);

impl Shown for Whole {
    fn text(&self, verbose: bool) -> String {
        ClassResult(&self.0).text(verbose)
    }

    fn json(&self) -> Vec<Value> {
        ClassResult(&self.0).json()
    }
}

/// Returns what there is to say of a lab that is not as it was.
fn change(label: &str, record: &Record, was: Option<&Record>) -> Change {
    let mut json = line(record);
    json["was"] = was.map(|was| was.state.name()).into();
    let was = was.map(|was| format!(", was {}", was.state.name())).unwrap_or_default();
    Change::new(format!("{label}: {}, {}{was}", record.state.name(), record.words), json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{operate::class::State, report::watch::page::tests::shown};

    fn record(student: &str, state: State, words: &str) -> Record {
        let (student, words) = (student.to_owned(), words.to_owned());
        Record { student, words, ..Record::unknown(state) }
    }

    fn looks() -> [Vec<Record>; 2] {
        let anna = record("anna", State::Ready, "20 of 20 ready");
        let bert = |state, words| record("bert", state, words);
        [
            vec![anna.clone(), bert(State::Absent, "nothing is there")],
            vec![anna, bert(State::Partly, "3 of 20 ready")],
        ]
    }

    #[test]
    fn what_changes_is_said_and_nothing_else() {
        let (mut view, [first, second]) = (ClassWatch::default(), looks());
        assert_eq!(view.take(first.clone()).len(), 1);
        assert_eq!(view.take(first).len(), 0);
        let said = view.take(second);
        let texts: Vec<String> = said.iter().map(|it| it.text(false)).collect();
        assert_eq!(texts, ["bert: partly, 3 of 20 ready, was absent"]);
        assert_eq!(said[0].json()[0]["was"], "absent");
    }

    #[test]
    fn every_lab_has_a_row_and_c_leaves_those_that_changed() {
        let mut view = ClassWatch::default();
        for look in looks() {
            view.take(look);
        }
        let lines = shown(&view.page(), (80, 24), 0);
        assert!(lines[0].starts_with("2 labs: 1 partly, 1 ready"), "{lines:?}");
        assert_eq!(
            lines[1..3],
            ["ready       anna: 20 of 20 ready", "partly      bert: 3 of 20 ready"]
        );
        view.press(Key::Letter('c'));
        let lines = shown(&view.page(), (80, 24), 0);
        assert_eq!(lines[1], "partly      bert: 3 of 20 ready");
        assert_eq!(lines.len(), 3, "{lines:?}");
    }
}
