//! `check --watch`: the check to work on next, and what has changed.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    Change, Key, Watched,
    page::{Entry, Page},
};
use crate::{
    engine::Kind,
    operate::{CheckVerdict, Checked, CheckedLab},
    report::{
        CheckList, Shown,
        check::{style, word},
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
        // Unless one was chosen, the first is shown.
        let place = self.at.and_then(|at| failing.iter().position(|check| check.id == at));
        let next = failing.iter().cycle().nth(place.unwrap_or_default() + 1);
        self.at = next.map(|check| check.id);
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
        let changed =
            self.changed.iter().filter_map(|id| checked.checks.iter().find(|it| it.id == *id));
        let row = |check: &Checked| {
            Entry::Row(style(check), format!("now {}:", word(check)), check.id.to_owned())
        };
        changed.map(row).collect()
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
        let change = |(check, was): &(&Checked, &Checked)| -> Box<dyn Shown> {
            Box::new(self::change(&checked, check, was))
        };
        let said = changes.iter().map(change).collect();
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
    Entry::Row(style(check), format!("{:<7}", word(check)), check.id.to_owned())
}

/// The first result, as `check` shows it.
struct Whole(CheckedLab);

impl Shown for Whole {
    fn text(&self, verbose: bool) -> String {
        CheckList(&self.0).text(verbose)
    }

    fn json(&self) -> Vec<Value> {
        CheckList(&self.0).json()
    }
}

/// Returns what there is to say of a check that went another way than before.
fn change(lab: &CheckedLab, check: &Checked, was: &Checked) -> Change {
    let mut json = CheckList(lab).line(check);
    json["was"] = CheckList(lab).line(was)["verdict"].clone();
    let mut text = format!("{}: {}, was {}", check.id, word(check), word(was));
    if is_open(check) {
        let _ = write!(text, "; {}", check.actual);
    }
    Change::new(text, json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{checked::examples::lab, watch::page::tests::shown};

    const WIDE: (usize, usize) = (80, 24);

    /// Returns the lines of the page.
    fn page(view: &CheckWatch) -> Vec<String> {
        shown(&view.page(), WIDE, 0)
    }

    fn set(lab: &mut CheckedLab, id: &str, verdict: CheckVerdict) {
        lab.checks.iter_mut().find(|check| check.id == id).unwrap().verdict = verdict;
    }

    #[test]
    fn the_first_failing_check_comes_first_with_its_hint() {
        let mut view = CheckWatch::default();
        view.take(lab());
        let lines = page(&view);
        assert_eq!(
            lines,
            [
                "2 of 7 points · 1 of 5 checks pass · 3 s ago",
                "fail    bucket-website",
                "    It is set up.",
                "    expected: `index.html`",
                "    found: not set",
                "    seen in: s3 GetBucketWebsite of S3 bucket `mysfits-1`: index document",
                "    why: A website needs a page to begin with.",
                "    hint: run `mysfits bucket deploy`",
                "n next  h hint  l list  q quit",
            ]
        );
        view.press(Key::Letter('h'));
        assert!(!page(&view).iter().any(|line| line.contains("hint: ")));
    }

    #[test]
    fn n_goes_through_what_is_open_and_l_lists_all() {
        let mut view = CheckWatch::default();
        view.take(lab());
        let first = |view: &CheckWatch| page(view)[1].clone();
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(first(&view));
            view.press(Key::Letter('n'));
        }
        // Neither what waits for another check, nor what gives no points.
        assert_eq!(
            seen,
            ["fail    bucket-website", "unknown service-there", "fail    bucket-website"]
        );
        view.press(Key::Letter('l'));
        assert_eq!(page(&view).len(), 1 + 5 + 1);
        assert!(page(&view).contains(&"could   service-guard".to_owned()));
        view.press(Key::Letter('n'));
        assert!(first(&view).contains("bucket-website") || first(&view).contains("service-there"));
    }

    #[test]
    fn what_changes_is_said_and_what_passes_is_left_behind() {
        let mut view = CheckWatch::default();
        assert_eq!(view.take(lab()).len(), 1);
        let mut better = lab();
        set(&mut better, "bucket-website", CheckVerdict::Pass);
        set(&mut better, "site-page", CheckVerdict::Fail);
        let said = view.take(better.clone());
        let texts: Vec<String> = said.iter().map(|it| it.text(false)).collect();
        assert_eq!(
            texts,
            ["bucket-website: pass, was fail", "site-page: fail, was skipped; not set"]
        );
        assert_eq!(said[0].json()[0]["was"], "fail");
        let lines = page(&view);
        assert_eq!(lines[1], "fail    site-page");
        assert!(lines.contains(&"now pass: bucket-website".to_owned()), "{lines:?}");
        assert_eq!(view.take(better).len(), 0);
    }

    #[test]
    fn at_the_end_it_says_so() {
        let mut done = lab();
        for check in &mut done.checks {
            check.verdict = CheckVerdict::Pass;
        }
        let mut view = CheckWatch::default();
        view.take(done);
        view.press(Key::Letter('n'));
        assert_eq!(page(&view)[1], "All checks pass: 7 points. Well done!");
    }
}
