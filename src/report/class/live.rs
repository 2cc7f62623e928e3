//! A class on a terminal: one line for each lab, updated in place, and one for all of them. What does
//! not fit is counted; those at work come first.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use anstyle::Style;

use super::{
    lab::{Lab, summary},
    labels,
};
use crate::{
    engine::{Event, Report},
    lab::LabId,
    operate::class::{Happening, Listener, State, Who},
    report::{
        Progress,
        block::Block,
        frame::Look,
        line::Line,
        live::USUAL,
        moving::{Moving, keep_moving},
        out,
        signs::Signs,
        words::{self, AT_WORK, DETAIL, DONE, FAILED, LOOK},
    },
};

/// Below this width, names are not padded.
const NARROW: usize = 60;

/// The live lines of a class.
pub(in crate::report) struct Live(Arc<Mutex<Screen>>);

/// The content of the terminal.
struct Screen {
    block: Block,
    signs: Signs,
    colours: bool,
    frame: usize,
    is_moving: bool,
    began: Instant,
    labs: Vec<Lab>,
}

impl Live {
    pub(in crate::report) fn new() -> Self {
        let screen = Screen {
            block: Block::default(),
            signs: Signs::of_locale(|name| std::env::var(name).ok()),
            colours: out::has_colours(),
            frame: 0,
            is_moving: false,
            began: Instant::now(),
            labs: Vec::new(),
        };
        Self(Arc::new(Mutex::new(screen)))
    }

    fn screen(&self) -> MutexGuard<'_, Screen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Report for Live {
    /// All events of a class have a student.
    fn event(&self, _: &LabId, _: &Event<'_>) {}
}

impl Progress for Live {
    fn interrupted(&self) {
        let mut screen = self.screen();
        let text = "stopping: calls in flight are finished; Ctrl-C again stops now";
        screen.draw(&[Line::default().with(Style::new(), text)]);
    }

    fn abandoned(&self) {
        let mut screen = self.screen();
        screen.labs.clear();
        screen.draw(&[]);
    }
}

impl Listener for Live {
    fn begins(&self, all: &[Who]) {
        let mut screen = self.screen();
        screen.began = Instant::now();
        screen.labs = labels(all)
            .into_iter()
            .zip(all)
            .map(|(label, who)| Lab::waiting(label, who.account.clone()))
            .collect();
        screen.draw(&[]);
        keep_moving(&self.0, &mut screen);
    }

    fn happened(&self, who: &Who, what: &Happening<'_>) {
        let mut screen = self.screen();
        let now = Instant::now();
        if let Some(lab) = screen.labs.get_mut(who.place) {
            lab.take(what, now);
        }
        let is_over = screen.labs.iter().all(|lab| lab.end.is_some());
        if is_over {
            screen.labs.clear();
        }
        screen.draw(&[]);
    }
}

impl Moving for Screen {
    fn is_at_rest(&self) -> bool {
        self.labs.is_empty()
    }

    fn is_moving(&mut self) -> &mut bool {
        &mut self.is_moving
    }

    fn next_frame(&mut self) {
        self.frame += 1;
        self.draw(&[]);
    }
}

impl Screen {
    fn draw(&mut self, above: &[Line]) {
        let size = out::size().unwrap_or(USUAL);
        let look = Look { signs: self.signs, size, verbose: false, frame: self.frame };
        let lines = match self.labs.as_slice() {
            [] => Vec::new(),
            labs => block(labs, self.began, &look, Instant::now()),
        };
        let text = self.block.draw(above, &lines, size, &self.signs, self.colours);
        out::draw(&text);
    }
}

/// Returns the block: a line for each lab that fits, and one for all.
fn block(all: &[Lab], began: Instant, look: &Look, now: Instant) -> Vec<Line> {
    // One row for the total, one for what does not fit, one stays free.
    let room = look.size.rows.saturating_sub(3).max(1);
    let width = all.iter().map(|lab| lab.label.chars().count()).max().unwrap_or_default().min(20);
    let mut shown: Vec<&Lab> = all.iter().collect();
    if shown.len() > room {
        // Stable: within each kind they stay in the order of the roster.
        shown.sort_by_key(|lab| lab.rank());
        shown.truncate(room);
    }
    let hidden = all.len() - shown.len();
    let mut lines: Vec<Line> = shown.iter().map(|lab| lab.line(width, look, now)).collect();
    if hidden > 0 {
        lines.push(look.below(&format!("{} and {hidden} more", look.signs.more)));
    }
    lines.push(total(all, began, look, now));
    lines
}

fn total(all: &[Lab], began: Instant, look: &Look, now: Instant) -> Line {
    let text = summary(all, began, look.signs.dot, now);
    Line::default().with(DETAIL, text).cut(look.width(), &look.signs)
}

impl Lab {
    /// Returns its line; names are this wide.
    fn line(&self, width: usize, look: &Look, now: Instant) -> Line {
        let (style, sign) = match (&self.end, self.since) {
            (Some((State::Failed | State::Quarantined, _)), _) => (FAILED, look.signs.failed),
            (Some((state, _)), _) if !state.is_good() => (LOOK, look.signs.look),
            (Some(_), _) => (DONE, look.signs.done),
            (None, Some(_)) => (AT_WORK, look.signs.spinner(look.frame)),
            (None, None) => (DETAIL, look.signs.dot),
        };
        let label = look.signs.plain(&self.label).into_owned();
        let label = if look.size.columns < NARROW { label } else { format!("{label:<width$}") };
        let front = Line::default().with(style, sign).with(Style::new(), format!(" {label}"));
        let mut text = self.doing();
        if self.end.is_none() && self.count > 0 {
            let _ = write!(text, ", {}/{}", self.ended, self.count);
        }
        if let Some(failed) = self.failed.filter(|_| self.end.is_none()) {
            let _ = write!(text, ", `{failed}` failed");
        }
        if self.end.is_none() && !self.detail.is_empty() {
            let _ = write!(text, ": {}", self.detail);
        }
        let time = self.elapsed(now).map(words::duration).unwrap_or_default();
        look.row(front, &text, &time)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        engine::{About, Direction, Doing, Forecast, Graph, Id, Outcome},
        error::{Code, Error},
        operate::class::Phase,
        report::{block::Size, signs::tests::BOTH},
    };

    fn look(columns: usize, rows: usize) -> Look {
        Look { signs: BOTH[1], size: Size { columns, rows }, verbose: false, frame: 0 }
    }

    fn class(count: usize) -> (Vec<Lab>, Instant) {
        let now = Instant::now();
        let mut all: Vec<Lab> = (0..count)
            .map(|number| Lab::waiting(format!("student-{number}"), number.to_string()))
            .collect();
        all[1].take(&Happening::Phase(Phase::Look), now);
        all[2].end = Some((State::Failed, Duration::from_secs(3)));
        all[3].end = Some((State::Ready, Duration::from_secs(3)));
        (all, now)
    }

    fn text(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.painted(false)).collect()
    }

    #[test]
    fn each_lab_has_a_line_and_all_have_one() {
        let (all, now) = class(4);
        let later = now + Duration::from_secs(10);
        let lines = text(&block(&all, now, &look(80, 24), later));
        assert_eq!(lines.len(), 5, "{lines:#?}");
        assert!(lines[0].starts_with("- student-0 waiting"), "{lines:#?}");
        assert!(lines[1].starts_with("| student-1 looking again  10 s"), "{lines:#?}");
        assert!(lines[2].starts_with("x student-2"), "{lines:#?}");
        assert_eq!(lines[4], "2 of 4 labs - 1 not well - 10 s - about 10 s left");
    }

    #[test]
    fn a_lab_at_work_shows_its_phase_the_part_and_what_failed() {
        let (table, site) = (Id("table"), Id("site"));
        let (now, resource) = (Instant::now(), About { id: table, ..About::default() });
        let graph = Graph::new(&[&resource], &[]).unwrap();
        let takes = |_| (table, Duration::from_mins(6));
        let forecast = Forecast::new(&graph, &[0].into(), Direction::Forward, takes);
        let (doing, resources) = (Doing::Deploy, &[&resource, &resource][..]);
        let mut lab = Lab::waiting("anna".to_owned(), String::new());
        lab.take(&Happening::Phase(Phase::Work(doing)), now);
        lab.note(None, &Event::RunStarted { doing, resources, forecast: &forecast }, now);
        let shown = |lab: &Lab| lab.line(4, &look(80, 24), now).painted(false);
        assert_eq!(shown(&lab), "| anna deploying, 0/2  0.1 s");
        let error = Error::new(Code::WrongAccount, "no");
        let outcome = Outcome::Failed(Box::new(error));
        lab.note(Some(1), &Event::Started { id: site }, now);
        lab.note(
            Some(1),
            &Event::Finished { id: site, outcome: &outcome, elapsed: Duration::ZERO },
            now,
        );
        lab.note(Some(2), &Event::Status { id: table, text: "CREATING".to_owned() }, now);
        assert_eq!(
            shown(&lab),
            "| anna deploying part 2, 1/2, `site` failed: table: CREATING  0.1 s"
        );
        lab.take(&Happening::Phase(Phase::Look), now);
        assert!(!shown(&lab).contains("part"), "{}", shown(&lab));
    }

    #[test]
    fn the_time_left_is_that_of_the_runs_and_not_shared_out_among_labs() {
        let (table, start) = (Id("table"), Instant::now());
        let resource = About { id: table, ..About::default() };
        let graph = Graph::new(&[&resource], &[]).unwrap();
        let takes = |_| (table, Duration::from_mins(6));
        let forecast = Forecast::new(&graph, &[0].into(), Direction::Forward, takes);
        let (doing, resources) = (Doing::Deploy, &[&resource][..]);
        let mut all: Vec<Lab> =
            (0..30).map(|number| Lab::waiting(String::new(), number.to_string())).collect();
        for lab in &mut all {
            lab.take(&Happening::Phase(Phase::Work(doing)), start);
            lab.note(Some(2), &Event::RunStarted { doing, resources, forecast: &forecast }, start);
            lab.note(Some(2), &Event::Started { id: table }, start);
        }
        let shown = |all: &[Lab], now| total(all, start, &look(80, 24), now).painted(false);
        let soon = start + Duration::from_secs(1);
        assert_eq!(shown(&all, soon), "0 of 30 labs - 1 s");
        for lab in &mut all {
            lab.note(Some(2), &Event::Status { id: table, text: "CREATING".to_owned() }, start);
        }
        all[0].end = Some((State::Ready, Duration::from_mins(5)));
        let later = start + Duration::from_mins(5);
        assert_eq!(shown(&all, later), "1 of 30 labs - 5 min - about 1 min left");
    }

    #[test]
    fn what_does_not_fit_is_counted_and_what_is_at_work_is_shown() {
        let (all, now) = class(40);
        for (columns, rows) in [(40, 8), (20, 5), (80, 4)] {
            let look = look(columns, rows);
            let lines = block(&all, now, &look, now);
            assert!(lines.len() < rows, "{columns}x{rows}: {lines:?}");
            assert!(lines.iter().all(|line| line.width() < columns), "{lines:?}");
            let shown = text(&lines);
            assert!(shown[0].contains("student-1"), "{shown:?}");
        }
        let shown = text(&block(&all, now, &look(80, 8), now));
        assert!(shown.contains(&"  ... and 35 more".to_owned()), "{shown:?}");
    }
}
