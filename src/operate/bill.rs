//! The observed cost of a lab.

use super::Row;
use crate::{engine::Presence, lab::Owner};

/// The cost of what exists, in US dollars for 24 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Bill {
    /// The lab's own resources.
    pub(crate) ours: f64,
    /// Resources that have the lab's names but do not belong to it.
    pub(crate) not_ours: f64,
    /// Resources that could not be looked at, should all of them exist.
    pub(crate) unknown: f64,
}

impl Bill {
    /// Adds up these rows.
    pub(crate) fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut bill = Self::default();
        for row in rows {
            let sum = match (&row.seen.presence, &row.seen.owner) {
                (Presence::Absent | Presence::NotUsed { .. }, _) => continue,
                (Presence::Unknown(_), _) => &mut bill.unknown,
                (_, Owner::Ours) => &mut bill.ours,
                _ => &mut bill.not_ours,
            };
            *sum += row.dollars_per_day;
        }
        bill
    }

    /// Returns the cost of what exists, whoever owns it.
    pub(crate) fn seen(&self) -> f64 {
        self.ours + self.not_ours
    }
}
