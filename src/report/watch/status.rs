//! `status --watch`: every resource, or only what has changed.

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::Value;

use super::{
    Change, Key, Watched,
    page::{Entry, Page},
};
use crate::{
    engine::Id,
    error::Exit,
    lab::LabId,
    operate::{Row, Survey},
    report::{
        Shown, Status,
        rows::{self, details, state, style},
    },
};

/// What `status --watch` shows.
pub(crate) struct StatusWatch {
    lab: String,
    rows: Vec<Watch>,
    /// What has changed since the beginning, the latest first.
    changed: Vec<Id>,
    only_changes: bool,
    looked: Exit,
}

/// A resource.
struct Watch {
    id: Id,
    now: State,
    /// Its state before the last change, if there was one.
    was: Option<&'static str>,
}

/// A state.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    word: &'static str,
    style: Style,
    details: Vec<String>,
}

impl State {
    fn of(row: &Row) -> Self {
        Self { word: state(&row.seen), style: style(&row.seen), details: details(&row.seen) }
    }
}

impl Default for StatusWatch {
    fn default() -> Self {
        Self {
            lab: "status".to_owned(),
            rows: Vec::new(),
            changed: Vec::new(),
            only_changes: false,
            looked: Exit::Interrupted,
        }
    }
}

impl StatusWatch {
    /// Returns the exit code after the last look.
    pub(crate) fn looked(&self) -> Exit {
        self.looked
    }

    /// Takes what was seen of a resource, and returns how it was before, if that has changed.
    fn note(&mut self, row: &Row) -> Option<&'static str> {
        let (id, now) = (row.about.id, State::of(row));
        let Some(watch) = self.rows.iter_mut().find(|watch| watch.id == id) else {
            self.rows.push(Watch { id, now, was: None });
            return None;
        };
        if watch.now == now {
            return None;
        }
        let was = std::mem::replace(&mut watch.now, now).word;
        watch.was = Some(was);
        self.changed.retain(|other| *other != id);
        self.changed.insert(0, id);
        Some(was)
    }

    fn entries(&self, watch: &Watch) -> Vec<Entry> {
        let State { word, style, details } = &watch.now;
        let mut text = watch.id.0.to_owned();
        if let Some(was) = watch.was.filter(|was| was != word) {
            let _ = write!(text, ", was {was}");
        }
        let row = Entry::Row(*style, format!("{word:<9}"), text);
        // What is all right needs no details while there is much else.
        let details = details.iter().filter(|_| self.only_changes || *word != "ready");
        std::iter::once(row).chain(details.cloned().map(Entry::Detail)).collect()
    }

    fn counts(&self) -> String {
        let is_ready = |watch: &&Watch| matches!(watch.now.word, "ready" | "not used");
        format!("{} of {} ready", self.rows.iter().filter(is_ready).count(), self.rows.len())
    }
}

impl Watched for StatusWatch {
    type Look = Survey;

    fn take(&mut self, survey: Survey) -> Vec<Box<dyn Shown>> {
        let is_first = self.rows.is_empty();
        self.lab = format!("lab `{}`", survey.lab.name);
        self.looked = survey.looked();
        let changes: Vec<_> = survey
            .rows
            .iter()
            .map(|row| self.note(row).map(|was| change(&survey.lab, row, was)))
            .collect();
        if is_first {
            return vec![Box::new(Whole(survey))];
        }
        changes.into_iter().flatten().map(|change| Box::new(change) as Box<dyn Shown>).collect()
    }

    fn press(&mut self, key: Key) {
        if key == Key::Letter('c') {
            self.only_changes = !self.only_changes;
        }
    }

    fn page(&self) -> Page {
        let mut page = Page { title: vec![self.counts(), self.lab.clone()], ..Page::default() };
        if self.only_changes {
            let watch = |id: &Id| self.rows.iter().find(|watch| watch.id == *id);
            let changed = self.changed.iter().filter_map(watch);
            page.body = changed.flat_map(|watch| self.entries(watch)).collect();
            if page.body.is_empty() {
                page.body.push(Entry::Text("Nothing has changed yet.".to_owned()));
            }
            page.keys.push(("c", "everything"));
        } else {
            page.body = self.rows.iter().flat_map(|watch| self.entries(watch)).collect();
            page.keys.push(("c", "only changes"));
        }
        page
    }
}

/// The first look, as `status` shows it.
struct Whole(Survey);

impl Shown for Whole {
    fn text(&self, verbose: bool) -> String {
        Status(&self.0).text(verbose)
    }

    fn json(&self) -> Vec<Value> {
        Status(&self.0).json()
    }
}

/// Returns what has changed of a resource.
fn change(lab: &LabId, row: &Row, was: &'static str) -> Change {
    let mut json = rows::json("status", lab, row);
    json["was"] = was.into();
    let (id, is) = (row.about.id, state(&row.seen));
    let mut text = if was == is { format!("{id}: {is}") } else { format!("{id}: {is}, was {was}") };
    for detail in details(&row.seen) {
        let _ = write!(text, "; {detail}");
    }
    Change::new(text, json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::{About, Seen},
        lab::{AccountId, Owner, Region, Values, prices::Prices},
        report::watch::page::tests::shown,
    };

    fn row(id: &'static str, seen: Seen) -> Row {
        Row {
            place: 0,
            about: About { id: Id(id), title: id.to_owned(), ..About::default() },
            seen,
            changeable: true,
            kept: None,
            dollars_per_day: 0.0,
            dollars_when_ready: 0.0,
        }
    }

    fn survey(rows: Vec<Row>) -> Survey {
        Survey {
            lab: LabId {
                account: AccountId::new("000000000000"),
                region: Region::new("eu-west-1").unwrap(),
                name: "mysfits".to_owned(),
            },
            destination: "here".to_owned(),
            learner_lab: None,
            prices: Prices::of("eu-west-1").unwrap(),
            rows,
            known: Values::default(),
        }
    }

    fn ready() -> Seen {
        Seen::there(Owner::Ours, Values::default(), Vec::new())
    }

    fn creating() -> Seen {
        Seen::settling(Owner::Ours, "CREATING")
    }

    /// Returns what is said after each of two looks, and the view.
    fn two_looks() -> (Vec<String>, Vec<String>, StatusWatch) {
        let mut view = StatusWatch::default();
        let text = |said: Vec<Box<dyn Shown>>| said.iter().map(|it| it.text(false)).collect();
        let first = view.take(survey(vec![row("bucket", ready()), row("table", creating())]));
        let second = view.take(survey(vec![row("bucket", ready()), row("table", ready())]));
        assert_eq!(
            second.iter().map(|it| it.json()[0]["was"].clone()).collect::<Vec<_>>(),
            ["settling"]
        );
        (text(first), text(second), view)
    }

    #[test]
    fn first_all_of_it_is_said_and_then_what_changes() {
        let (first, second, mut view) = two_looks();
        assert_eq!(first.len(), 1);
        assert!(first[0].contains("bucket") && first[0].contains("it is CREATING"), "{first:?}");
        assert_eq!(second, ["table: ready, was settling"]);
        let third = view.take(survey(vec![row("bucket", ready()), row("table", ready())]));
        assert_eq!(third.len(), 0);
    }

    #[test]
    fn the_page_shows_everything_or_only_what_changed() {
        let (_, _, mut view) = two_looks();
        let all = shown(&view.page(), (40, 10), 0);
        assert_eq!(
            all,
            [
                "2 of 2 ready · lab `mysfits` · 3 s ago",
                "ready     bucket",
                "ready     table, was settling",
                "c only changes  q quit"
            ]
        );
        view.press(Key::Letter('c'));
        let changes = shown(&view.page(), (40, 10), 0);
        assert_eq!(changes[1..], ["ready     table, was settling", "c everything  q quit"]);
        view.press(Key::Letter('c'));
        assert_eq!(shown(&view.page(), (40, 10), 0), all);
    }
}
