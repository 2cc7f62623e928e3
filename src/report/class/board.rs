//! A class on one page for everybody to see, while it is worked on: a projector shows it. It has the
//! names of labs, and those of students only if that is wanted; neither accounts nor what went wrong.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Instant, SystemTime},
};

use super::{
    ClassResult,
    lab::{Lab, summary},
    labels,
    page::colour,
};
use crate::{
    operate::class::{Happening, Listener, Record, Who, time},
    report::{
        html::{Page, escaped},
        words,
    },
};

/// After how many seconds a browser loads the page again.
const RELOAD: u32 = 2;

/// The page.
pub(crate) struct Board {
    /// Whether it has the names of students.
    names: bool,
    state: Mutex<State>,
}

struct State {
    began: Instant,
    labs: Vec<Lab>,
    /// What they come to, if they are only looked at.
    seen: Option<String>,
}

impl Board {
    /// Creates the page of a class that nothing is known of.
    pub(crate) fn new(names: bool) -> Self {
        Self {
            names,
            state: Mutex::new(State { began: Instant::now(), labs: Vec::new(), seen: None }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what was seen of all labs: each has ended for this page.
    pub(crate) fn looked(&self, records: &[Record]) {
        let all: Vec<Who> = records.iter().enumerate().map(|(place, it)| it.who(place)).collect();
        self.begins(&all);
        for (who, record) in all.iter().zip(records) {
            self.happened(who, &Happening::Ended(record));
        }
        self.state().seen = Some(ClassResult(records).headline());
    }

    /// Returns the page. Until the command is over, a browser loads it again and again.
    pub(crate) fn page(&self, at: SystemTime, is_over: bool) -> String {
        let (state, now) = (self.state(), Instant::now());
        let mut body = format!(
            "<header>\n<h1>Class</h1>\n<p class=\"score\">{}</p>\n<p class=\"dim\">at <time>{}</time>{}</p>\n\
             </header>\n<main>\n<ul>\n",
            state.summary(now),
            time::text(at),
            if is_over { "" } else { ". This page reloads itself." },
        );
        for lab in &state.labs {
            tile(&mut body, lab, state.seen.is_none().then_some(now));
        }
        body.push_str("</ul>\n</main>\n");
        let reload = (!is_over).then_some(RELOAD);
        Page { title: "Class", style: include_str!("board.css"), reload }.around(&body)
    }
}

impl State {
    fn summary(&self, now: Instant) -> String {
        self.seen.clone().unwrap_or_else(|| summary(&self.labs, self.began, "·", now))
    }
}

impl Listener for Board {
    fn begins(&self, all: &[Who]) {
        let names = if self.names { labels(all) } else { labs_of(all) };
        let waiting = |(label, who): (String, &Who)| Lab::waiting(label, who.account.clone());
        let mut state = self.state();
        state.labs = names.into_iter().zip(all).map(waiting).collect();
    }

    fn happened(&self, who: &Who, what: &Happening<'_>) {
        if let Some(lab) = self.state().labs.get_mut(who.place) {
            lab.take(what, Instant::now());
        }
    }
}

/// Returns how each lab is called without its student: by its name, or where several have the same
/// one, by its place in the class.
fn labs_of(all: &[Who]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for who in all {
        *counts.entry(&who.lab).or_default() += 1;
    }
    let label = |who: &Who| match counts.get(who.lab.as_str()) {
        Some(1) => who.lab.clone(),
        _ => format!("lab {}", who.place + 1),
    };
    all.iter().map(label).collect()
}

/// Adds a lab; with the time, how long it has been worked on.
fn tile(html: &mut String, lab: &Lab, now: Option<Instant>) {
    let (class, mut what) = match (lab.end, lab.since) {
        (Some((state, _)), _) => {
            let (class, sign) = colour(state);
            // What went wrong is said in AWS's words, which name accounts.
            let text = if state.is_good() { &lab.text } else { state.name() };
            (class, format!("{sign} {text}"))
        }
        (None, Some(_)) => ("skipped", lab.doing()),
        (None, None) => ("dim", lab.text.clone()),
    };
    if let Some(elapsed) = now.and_then(|now| lab.elapsed(now)) {
        let _ = write!(what, ", {}", words::duration(elapsed));
    }
    let label = escaped(&lab.label);
    let _ = writeln!(html, "<li class=\"{class}\"><h2>{label}</h2><p>{}</p>", escaped(&what));
    if lab.end.is_none() && lab.count > 0 {
        let _ = writeln!(
            html,
            "<progress aria-label=\"{label}\" max=\"{}\" value=\"{}\"></progress>",
            lab.count, lab.ended
        );
    }
    html.push_str("</li>\n");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        operate::class::{Phase, State as Ended},
        report::checked::examples::at,
    };

    fn who(place: usize, student: &str, lab: &str) -> Who {
        let (student, account) = (student.to_owned(), "111111111111".to_owned());
        Who { place, student, account, lab: lab.to_owned() }
    }

    fn page(names: bool, is_over: bool) -> String {
        let board = Board::new(names);
        let all = [who(0, "anna", "red"), who(1, "bert", "mysfits"), who(2, "cora", "mysfits")];
        board.begins(&all);
        board.happened(&all[0], &Happening::Phase(Phase::Look));
        let secret = "the bucket `mysfits-111111111111` of bert is there".to_owned();
        let record = Record {
            words: secret,
            elapsed: Duration::from_mins(3),
            ..Record::unknown(Ended::Quarantined)
        };
        board.happened(&all[1], &Happening::Ended(&record));
        board.page(at(), is_over)
    }

    #[test]
    fn it_names_labs_and_nobody() {
        let html = page(false, false);
        for text in ["<h2>red</h2><p>looking again", "<h2>lab 2</h2>", "<h2>lab 3</h2><p>waiting"] {
            assert!(html.contains(text), "{text}: {html}");
        }
        assert!(html.contains("✗ quarantined, 3 min") && html.contains("1 of 3 labs"), "{html}");
        for secret in ["anna", "bert", "111111111111"] {
            assert!(!html.contains(secret), "{secret}: {html}");
        }
        let html = page(true, false);
        assert!(html.contains("<h2>bert</h2>") && !html.contains("1111"), "{html}");
    }

    #[test]
    fn it_reloads_itself_until_the_end() {
        assert!(page(false, false).contains("http-equiv=\"refresh\""));
        assert!(!page(false, true).contains("refresh"));
    }

    #[test]
    fn what_was_seen_is_shown_as_it_is_now() {
        let board = Board::new(false);
        for state in [Ended::Absent, Ended::Ready] {
            let (lab, words) = ("red".to_owned(), "3 of 3 ready".to_owned());
            board.looked(&[Record { lab, words, ..Record::unknown(state) }]);
        }
        let html = board.page(at(), false);
        assert!(html.contains("1 lab: 1 ready") && !html.contains("absent"), "{html}");
        assert!(html.contains("<p>✓ ready, 3 of 3 ready</p>"), "{html}");
    }
}
