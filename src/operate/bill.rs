//! What a lab costs, as it was seen.

use super::Row;
use crate::{engine::Presence, lab::Owner};

/// What is there costs, in US dollars for 24 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Bill {
    /// What is the lab's.
    pub(crate) ours: f64,
    /// What has the lab's names and is not the lab's.
    pub(crate) not_ours: f64,
    /// What could not be looked at would cost, should all of it be there.
    pub(crate) unknown: f64,
}

impl Bill {
    /// The bill of these rows.
    pub(crate) fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut bill = Self::default();
        for row in rows {
            let sum = match (&row.seen.presence, &row.seen.owner) {
                (Presence::Absent, _) => continue,
                (Presence::Unknown(_), _) => &mut bill.unknown,
                (_, Owner::Ours) => &mut bill.ours,
                _ => &mut bill.not_ours,
            };
            *sum += row.dollars_per_day;
        }
        bill
    }

    /// What is there, whosever it is.
    pub(crate) fn seen(&self) -> f64 {
        self.ours + self.not_ours
    }
}
