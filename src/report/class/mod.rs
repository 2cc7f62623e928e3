//! A class: what happens to its labs, as lines or in place, and what became of them.

mod board;
mod checks;
mod events;
mod gradebook;
mod grades;
mod lab;
mod left;
mod live;
mod page;
mod plain;
mod plan;
mod reading;
mod result;
mod shard;

pub(crate) use board::Board;
pub(crate) use checks::{ClassChecks, checks_csv, checks_lines};
pub(crate) use gradebook::csv;
pub(crate) use grades::{Gradebook, grades};
pub(super) use live::Live;
pub(crate) use page::{checks_page, page};
pub(super) use plain::Plain;
pub(crate) use plan::ClassPlan;
pub(crate) use reading::read;
pub(crate) use result::{ClassResult, lines};
pub(super) use result::{line, style};
pub(crate) use shard::EmptyShard;

use crate::engine::Doing;
use crate::operate::class::{Phase, Record, Who};

/// Returns how each lab is called: by the student, and by the lab too if the student has several.
fn labels(all: &[Who]) -> Vec<String> {
    let label = |who: &Who| {
        let has_others =
            all.iter().any(|other| other.student == who.student && other.place != who.place);
        if has_others { format!("{} ({})", who.student, who.lab) } else { who.student.clone() }
    };
    all.iter().map(label).collect()
}

/// Returns the labels of records.
pub(super) fn labels_of(records: &[Record]) -> Vec<String> {
    let all = records.iter().enumerate().map(|(place, record)| record.who(place));
    labels(&all.collect::<Vec<_>>())
}

/// Returns what is being done in a word or two.
fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Work(Doing::Deploy) => "deploying",
        Phase::Work(Doing::Cleanup) => "removing",
        Phase::Pause => "waiting before it is looked at again",
        Phase::Look => "looking again",
    }
}

/// Returns a number of labs as text.
pub(crate) fn labs(count: usize) -> String {
    if count == 1 { "1 lab".to_owned() } else { format!("{count} labs") }
}
