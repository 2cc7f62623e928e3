//! `check --watch`: the check to work on next, and what has changed.

use anstyle::Style;

use super::{
    Key, Watched,
    page::{Entry, Page},
};
use crate::{
    engine::Kind,
    operate::{CheckVerdict, Checked, CheckedLab},
    report::{
        Shown,
        words::{DETAIL, DONE, FAILED, LOOK},
    },
};

/// What `check --watch` shows.
#[derive(Default)]
pub(crate) struct CheckWatch {
    checked: Option<CheckedLab>,
    /// The checks whose verdict the last look with changes has changed.
    changed: Vec<&'static str>,
    /// The check that is worked on.
    at: Option<&'static str>,
    hides_hint: bool,
    lists: bool,
}

impl CheckWatch {
    /// Returns the last result.
    pub(crate) fn checked(&self) -> Option<&CheckedLab> {
        self.checked.as_ref()
    }

    fn failing(&self) -> Vec<&Checked> {
        let checks = self.checked.iter().flat_map(|checked| &checked.checks);
        checks.filter(|check| check.kind == Kind::Lab && is_open(check)).collect()
    }

    /// Goes to the next failing check, after the last to the first.
    fn next(&mut self) {
        let failing = self.failing();
        let place = self.at.and_then(|at| failing.iter().position(|check| check.id == at));
        let next = place.map_or(0, |place| (place + 1) % failing.len());
        self.at = failing.get(next).map(|check| check.id);
    }

    /// Returns the entries about the check that is worked on.
    fn current(&self, checked: &CheckedLab) -> Vec<Entry> {
        let failing = self.failing();
        let at = failing.iter().find(|check| Some(check.id) == self.at);
        let Some(check) = at.or(failing.first()) else {
            let score = checked.score();
            return vec![Entry::Text(format!("All checks pass: {score} points. Well done!"))];
        };
        let mut entries = vec![row(check), Entry::Detail(check.title.to_owned())];
        let mut detail = |name: &str, text: &str| {
            if !text.is_empty() {
                entries.push(Entry::Detail(format!("{name}: {text}")));
            }
        };
        detail("expected", &check.expected);
        detail("found", &check.actual);
        detail("seen in", &check.seen_in);
        if !self.hides_hint {
            detail("why", check.why);
            detail("hint", check.hint);
        }
        entries
    }

    /// Returns what has changed, except for the check that is shown anyway.
    fn news(&self, checked: &CheckedLab) -> Vec<Entry> {
        let changed = self.changed.iter().filter_map(|id| checked.checks.iter().find(|it| it.id == *id));
        changed.map(|check| {
            let (style, word) = word(check);
            Entry::Row(style, format!("now {word}:"), check.id.to_owned())
        }).collect()
    }
}

impl Watched for CheckWatch {
    type Look = CheckedLab;

    fn take(&mut self, checked: CheckedLab) -> Vec<Box<dyn Shown>> {
        let Some(before) = self.checked.take() else {
            let said: Box<dyn Shown> = Box::new(Whole(checked.clone()));
            self.checked = Some(checked);
            return vec![said];
        };
        let was = |check: &Checked| {
            let before = before.checks.iter().find(|other| other.id == check.id);
            before.filter(|before| before.verdict != check.verdict)
        };
        let changes: Vec<_> = checked.checks.iter().filter_map(|it| Some((it, was(it)?))).collect();
        if !changes.is_empty() {
            self.changed = changes.iter().map(|(check, _)| check.id).collect();
        }
        let said = changes.iter().map(|(check, was)| {
            let said = crate::report::CheckChange { check: (*check).clone(), was: word(was).1 };
            Box::new(said) as Box<dyn Shown>
        });
        let said = said.collect();
        self.checked = Some(checked);
        said
    }

    fn press(&mut self, key: Key) {
        match key {
            Key::Letter('n') => {
                self.lists = false;
                self.next();
            }
            Key::Letter('h') => self.hides_hint = !self.hides_hint,
            Key::Letter('l') => self.lists = !self.lists,
            _ => {}
        }
    }

    #[expect(private_interfaces, reason = "a page is drawn by the window only")]
    fn page(&self) -> Page {
        let keys = vec![("n", "next"), ("h", "hint"), ("l", "list")];
        let Some(checked) = &self.checked else {
            let title = vec!["check".to_owned()];
            return Page { title, keys, ..Page::default() };
        };
        let passed = checked.checks.iter().filter(|it| it.verdict == CheckVerdict::Pass).count();
        let title = vec![
            format!("{} of {} points", checked.score(), checked.max_score()),
            format!("{passed} of {} checks pass", checked.checks.len()),
        ];
        let body = if self.lists {
            checked.checks.iter().map(row).collect()
        } else {
            let (mut body, news) = (self.current(checked), self.news(checked));
            body.extend(news);
            body
        };
        Page { title, body, keys }
    }
}

/// Returns whether there is something to do for a check itself, and not for one that it waits for.
fn is_open(check: &Checked) -> bool {
    matches!(check.verdict, CheckVerdict::Fail | CheckVerdict::Unknown)
}

fn row(check: &Checked) -> Entry {
    let (style, word) = word(check);
    Entry::Row(style, format!("{word:<8}"), check.id.to_owned())
}

fn word(check: &Checked) -> (Style, &'static str) {
    match check.verdict {
        CheckVerdict::Pass => (DONE, "passed"),
        CheckVerdict::Fail if check.kind == Kind::Hardening => (LOOK, "advice"),
        CheckVerdict::Fail => (FAILED, "failed"),
        CheckVerdict::Skipped { .. } => (DETAIL, "skipped"),
        CheckVerdict::Unknown => (LOOK, "unknown"),
    }
}
