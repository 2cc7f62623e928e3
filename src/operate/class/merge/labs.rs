//! Each lab once, of all that is said about it.

use std::collections::BTreeMap;

use super::{Line, Twice};
use crate::operate::class::{Record, history::agree};

/// The labs that were named so far.
#[derive(Debug, Default)]
pub(super) struct Labs {
    labs: Vec<Lab>,
    /// The places of those with this account and this name. Their regions differ.
    places: BTreeMap<(String, String), Vec<usize>>,
}

#[derive(Debug)]
struct Lab {
    record: Record,
    /// The reports that say different things about it; none if only a journal names it.
    files: Vec<String>,
}

impl Labs {
    /// Notes what a report says of a lab.
    pub(super) fn reported(&mut self, file: &str, record: &Record) {
        let Some(lab) = self.find(record) else { return self.add(record, vec![file.to_owned()]) };
        if !is_same(&lab.record, record) {
            lab.files.push(file.to_owned());
        }
        // A table has no times, and says less.
        if record.time > lab.record.time {
            lab.record = record.clone();
        }
    }

    /// Notes what a line of a journal says, the newest one last. A report that agrees says more.
    pub(super) fn journaled(&mut self, line: &Line) {
        let Some(said) = &line.lab else { return };
        let Some(lab) = self.find(said) else { return self.add(said, Vec::new()) };
        let known = &lab.record;
        let is_news = lab.files.is_empty()
            || known.time.is_some() && known.time < said.time && known.state != said.state;
        if is_news {
            let region = said.region.clone().or_else(|| known.region.clone());
            lab.record = Record { region, email: known.email.clone(), ..said.clone() };
        }
    }

    /// Returns the labs, and those about which reports differ.
    pub(super) fn end(self) -> (Vec<Record>, Vec<Twice>) {
        let twice = |lab: &Lab| Twice {
            student: lab.record.student.clone(),
            account: lab.record.account.clone(),
            lab: lab.record.lab.clone(),
            files: lab.files.clone(),
        };
        let several = self.labs.iter().filter(|lab| lab.files.len() > 1).map(twice).collect();
        (self.labs.into_iter().map(|lab| lab.record).collect(), several)
    }

    fn find(&mut self, record: &Record) -> Option<&mut Lab> {
        let places = self.places.get(&key(record))?;
        let fits = |place: &&usize| {
            let known = self.labs.get(**place).and_then(|lab| lab.record.region.as_deref());
            agree(known, record.region.as_deref())
        };
        let place = *places.iter().find(fits)?;
        self.labs.get_mut(place)
    }

    fn add(&mut self, record: &Record, files: Vec<String>) {
        self.places.entry(key(record)).or_default().push(self.labs.len());
        self.labs.push(Lab { record: record.clone(), files });
    }
}

fn key(record: &Record) -> (String, String) {
    (record.account.clone(), record.lab.clone())
}

/// Returns whether two records are one, read twice. A table has no times: there, all that is in it has
/// to be the same.
fn is_same(one: &Record, other: &Record) -> bool {
    if one.time.is_some() && other.time.is_some() {
        return one.time == other.time && one.state == other.state;
    }
    let cells = |it: &Record| {
        let dollars = format!("{:.4} {:.2?}", it.dollars_per_hour, it.so_far);
        let site = it.site().map(str::to_owned);
        (it.student.clone(), it.email.clone(), it.state, it.words.clone(), dollars, site)
    };
    cells(one) == cells(other)
}
