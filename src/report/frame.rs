//! The content of the live block: the resources in progress, and one line of overall progress. It
//! is rebuilt for each frame from the state and the size of the terminal, and always fits.

use std::time::{Duration, Instant};

use anstyle::Style;

use super::{
    block::Size,
    line::{Line, columns, wrapped},
    signs::Signs,
    words::{self, AT_WORK, DETAIL},
};
use crate::engine::{Forecast, Id};

/// From this width on, each row has the sentence that explains its resource.
const WIDE: usize = 100;
/// Below this width, names are not padded.
const NARROW: usize = 60;
/// From this typical duration on, it is shown.
const LONG: Duration = Duration::from_secs(10);

/// A resource in progress.
#[derive(Clone, Debug)]
pub(super) struct Working {
    pub(super) id: Id,
    pub(super) why: &'static str,
    /// What is being done or waited for.
    pub(super) text: String,
    pub(super) since: Instant,
}

/// A run as displayed.
pub(super) struct View<'a> {
    pub(super) working: &'a [Working],
    pub(super) forecast: &'a Forecast,
    /// The width of the widest name.
    pub(super) name_width: usize,
    pub(super) began: Instant,
}

/// How a run is displayed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) signs: Signs,
    pub(super) size: Size,
    /// Whether the sentences were requested.
    pub(super) verbose: bool,
    /// Counts frames.
    pub(super) frame: usize,
}

impl Look {
    /// Returns the maximum width of a line; the last column stays empty.
    pub(super) fn width(&self) -> usize {
        self.size.columns.saturating_sub(1)
    }

    /// Returns whether each row has the sentence of its resource.
    pub(super) fn explains(&self) -> bool {
        self.verbose || self.size.columns >= WIDE
    }

    /// Pads a name to the widest one if there is room.
    pub(super) fn name(&self, id: Id, width: usize) -> String {
        if self.size.columns < NARROW { id.0.to_owned() } else { format!("{:width$}", id.0) }
    }

    /// Joins a front, a text that is cut if it is too long, and an end that is never cut.
    pub(super) fn row(&self, front: Line, text: &str, end: &str) -> Line {
        let left = self.width().saturating_sub(front.width() + columns(end) + 3);
        let plain = self.signs.plain(text);
        let text = Line::default().with(Style::new(), plain).cut(left, &self.signs).painted(false);
        let line = front.with(Style::new(), format!(" {text}"));
        let line = if end.is_empty() { line } else { line.with(DETAIL, format!("  {end}")) };
        line.cut(self.width(), &self.signs)
    }

    /// Returns a second line below a row.
    pub(super) fn below(&self, text: &str) -> Line {
        Line::default()
            .with(Style::new(), "  ")
            .with(DETAIL, self.signs.plain(text))
            .cut(self.width(), &self.signs)
    }
}

/// Returns the block of a run.
pub(super) fn frame(view: &View<'_>, look: &Look, now: Instant) -> Vec<Line> {
    // One row stays free, so that the terminal never scrolls.
    let room = look.size.rows.saturating_sub(2).max(1);
    let mut lines = rows(view, look, now, room);
    lines.push(summary(view, look, now));
    lines
}

/// Returns the rows in progress. If not all fit, those that take longest.
fn rows(view: &View<'_>, look: &Look, now: Instant, room: usize) -> Vec<Line> {
    let count = view.working.len();
    if count > room {
        let mut longest: Vec<&Working> = view.working.iter().collect();
        longest.sort_by_key(|it| std::cmp::Reverse(view.forecast.typical(it.id)));
        longest.truncate(room.saturating_sub(1).max(1));
        let is_shown = |it: &&Working| longest.iter().any(|other| other.id == it.id);
        let shown = view.working.iter().filter(is_shown);
        let mut lines: Vec<_> = shown.map(|it| row(it, view, look, now).0).collect();
        if lines.len() < room {
            let more = format!("{} and {} more", look.signs.more, count - lines.len());
            lines.push(look.below(&more));
        }
        return lines;
    }
    let mut spare = room - count;
    let mut lines = Vec::new();
    for working in view.working {
        let (line, rest) = row(working, view, look, now);
        lines.push(line);
        let explained = if look.explains() { working.why } else { "" };
        for text in [rest.as_str(), explained].into_iter().filter(|text| !text.is_empty()) {
            if spare > 0 {
                spare -= 1;
                lines.push(look.below(text));
            }
        }
    }
    lines
}

/// Returns the row of a resource in progress, and the rest of its text that does not fit.
fn row(working: &Working, view: &View<'_>, look: &Look, now: Instant) -> (Line, String) {
    let front = Line::default()
        .with(AT_WORK, look.signs.spinner(look.frame))
        .with(Style::new(), format!(" {}", look.name(working.id, view.name_width)));
    let mut time = words::duration(now - working.since);
    let typical = view.forecast.typical(working.id);
    if typical >= LONG && look.size.columns >= NARROW {
        time = format!("{time} of about {}", words::about(typical));
    }
    let left = look.width().saturating_sub(front.width() + columns(&time) + 3);
    let lines = wrapped(&working.text, left);
    let (first, rest) = lines
        .split_first()
        .map_or(("", String::new()), |(first, rest)| (first.as_str(), rest.join(" ")));
    // Cut within its line if the rest would be too narrow to read.
    if rest.is_empty() || look.size.columns < NARROW {
        return (look.row(front, &working.text, &time), String::new());
    }
    (look.row(front, first, &time), rest)
}

/// Returns the overall progress, such as `9 of 20 done · 1 min 12 s · about 4 min left`. Where it
/// does not fit, the least important parts are omitted first.
fn summary(view: &View<'_>, look: &Look, now: Instant) -> Line {
    let (over, all) = view.forecast.done();
    let done = format!("{over} of {all} done");
    let elapsed = words::duration(now - view.began);
    let left = view.forecast.left(now).map(|left| format!("about {} left", words::about(left)));
    let waits = view.forecast.awaited().map(|(id, count)| match count {
        1 => format!("1 waits for `{id}`"),
        many => format!("{many} wait for `{id}`"),
    });
    let tries: [[Option<&str>; 4]; 4] = [
        [Some(&done), waits.as_deref(), Some(&elapsed), left.as_deref()],
        [Some(&done), None, Some(&elapsed), left.as_deref()],
        [Some(&done), None, None, left.as_deref()],
        [Some(&done), None, None, None],
    ];
    let joined = |parts: [Option<&str>; 4]| {
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        Line::default().with(DETAIL, parts.join(&format!(" {} ", look.signs.dot)))
    };
    let mut lines = tries.into_iter().map(joined);
    let fits = lines.find(|line| line.width() <= look.width());
    fits.unwrap_or_else(|| joined([Some(&done), None, None, None]).cut(look.width(), &look.signs))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        engine::{About, Direction, Event, Graph},
        report::signs::tests::BOTH,
    };

    const IDS: [&str; 8] =
        ["table", "core-stack", "load-balancer", "image", "cluster", "vpc-link", "stage", "site"];

    /// Creates a run with this many resources in progress: the first takes 8 s, the next 16 s, etc.
    fn run(count: usize) -> (Vec<Working>, Forecast, Instant) {
        let abouts: Vec<About> = IDS
            .iter()
            .map(|id| About {
                id: Id(id),
                after: if *id == "site" { vec![Id("core-stack")] } else { Vec::new() },
                ..About::default()
            })
            .collect();
        let graph = Graph::new(&abouts.iter().collect::<Vec<_>>(), &[]).unwrap();
        let places: BTreeSet<usize> = (0..IDS.len()).collect();
        let typical = |place: usize| (Id(IDS[place]), Duration::from_secs(8 * (place as u64 + 1)));
        let mut forecast = Forecast::new(&graph, &places, Direction::Forward, typical);
        let began = Instant::now();
        let text = "waiting: CREATE_IN_PROGRESS, now NatGatewayOne, NatGatewayTwo, InternetGateway";
        let working = IDS[..count].iter().map(|id| Working {
            id: Id(id),
            why: "The sentence that says what this resource is for.",
            text: text.to_owned(),
            since: began,
        });
        let working: Vec<_> = working.collect();
        for it in &working {
            forecast.note(&Event::Started { id: it.id }, began);
            forecast.note(&Event::Status { id: it.id, text: it.text.clone() }, began);
        }
        (working, forecast, began)
    }

    fn look(columns: usize, rows: usize, signs: Signs) -> Look {
        Look { signs, size: Size { columns, rows }, verbose: false, frame: 0 }
    }

    fn shown(count: usize, look: &Look) -> Vec<String> {
        let (working, forecast, began) = run(count);
        let view = View { working: &working, forecast: &forecast, name_width: 13, began };
        let lines = frame(&view, look, began + Duration::from_secs(12));
        lines.iter().map(|line| line.painted(false)).collect()
    }

    #[test]
    fn it_fits_every_terminal_and_names_something_at_work() {
        for signs in BOTH {
            for (columns, rows) in
                [(80, 10), (80, 24), (120, 40), (40, 30), (20, 5), (10, 3), (1, 1)]
            {
                for count in 1..=IDS.len() {
                    let lines = shown(count, &look(columns, rows, signs));
                    let size = format!("{columns}x{rows}, {count} at work: {lines:?}");
                    assert!(lines.len() < rows.max(3), "{size}");
                    assert!(lines.iter().all(|it| it.chars().count() < columns.max(2)), "{size}");
                    let is_named = IDS.iter().any(|id| lines[0].contains(id));
                    assert!(is_named || columns < 20, "{size}");
                }
            }
        }
    }

    #[test]
    fn a_row_says_what_and_how_long_beside_it() {
        let lines = shown(2, &look(80, 24, BOTH[0]));
        assert_eq!(
            lines,
            [
                "⠋ table         waiting: CREATE_IN_PROGRESS, now NatGatewayOne,  12 s",
                "  NatGatewayTwo, InternetGateway",
                "⠋ core-stack    waiting: CREATE_IN_PROGRESS, now  12 s of about 20 s",
                "  NatGatewayOne, NatGatewayTwo, InternetGateway",
                "0 of 8 done · 1 waits for `core-stack` · 12 s · about 1 min left",
            ]
        );
    }

    #[test]
    fn with_room_each_row_says_what_it_is_for() {
        let lines = shown(1, &look(120, 40, BOTH[1]));
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert_eq!(lines[1], "  The sentence that says what this resource is for.");
    }

    #[test]
    fn of_more_than_fit_those_that_take_longest_are_shown() {
        let lines = shown(8, &look(80, 7, BOTH[0]));
        assert_eq!(lines.len(), 6, "{lines:?}");
        for (line, id) in lines.iter().zip(["cluster", "vpc-link", "stage", "site"]) {
            assert!(line.starts_with(&format!("⠋ {id}")), "{line}");
        }
        assert_eq!(lines[4], "  … and 4 more");
    }

    #[test]
    fn a_narrow_terminal_keeps_the_time() {
        let lines = shown(1, &look(40, 30, BOTH[0]));
        assert_eq!(lines, ["⠋ table waiting: CREATE_IN_PROGR…  12 s", "0 of 8 done · 12 s"]);
    }
}
