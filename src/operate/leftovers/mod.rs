//! The last look of a cleanup: what is left, why, and what one can do about it.

mod stacks;
mod tagged;

use std::collections::BTreeSet;

use self::tagged::{Listed, Tagged};
use super::{Row, Survey, Workspace};
use crate::{
    engine::{Presence, Purpose},
    error::{Code, Error, Result},
    lab::{Scope, parts::Part},
};

/// Something that is left.
#[derive(Debug)]
pub(crate) struct Leftover {
    /// What it is.
    pub(crate) what: String,
    /// Why it is still there, as far as one can tell.
    pub(crate) why: String,
    advice: &'static str,
}

/// What the last look found.
#[derive(Debug)]
pub(crate) struct Leftovers {
    /// What is left.
    pub(crate) left: Vec<Leftover>,
    /// Whether the lab's tag was looked for in the whole region.
    pub(crate) asked_tags: bool,
}

impl Leftovers {
    /// The error that says so; `None` when nothing is left.
    pub(crate) fn error(&self) -> Option<Error> {
        let first = self.left.first()?;
        let message = match self.left.len() {
            1 => "1 resource is left".to_owned(),
            many => format!("{many} resources are left"),
        };
        Some(Error::new(Code::Left, message).hint(first.advice))
    }
}

/// Looks again. Nothing is left only when that is what was seen.
///
/// # Errors
/// When the account cannot be looked at.
pub(super) async fn look(workspace: &Workspace, places: &BTreeSet<usize>) -> Result<Leftovers> {
    let everything = workspace.to_bring_up(Scope::Part(Part::All));
    let after = Survey::at(workspace, &everything, Purpose::Look).await?;
    let rows = after.rows.iter().filter(|row| places.contains(&row.place));
    let mut left: Vec<Leftover> = rows.filter_map(of_the_lab).collect();
    // Where a part of the lab was to stay, its tag is no sign of anything.
    let stays = |place: &usize| !places.contains(place) && !workspace.lab.about(*place).shared;
    let tagged = if everything.iter().any(stays) { None } else { tagged::look(workspace).await? };
    let asked_tags = tagged.is_some();
    left.extend(tagged.into_iter().flatten().map(beside_the_lab));
    Ok(Leftovers { left, asked_tags })
}

/// What stands under one of the lab's names.
fn of_the_lab(row: &Row) -> Option<Leftover> {
    if row.seen.presence == Presence::Absent {
        return None;
    }
    let (why, advice) = match row.seen.owner.why_not_ours() {
        Some(why) => (
            format!("it is not part of this lab: {why}"),
            "`--adopt` removes what is not tagged as the lab's; `--bucket NAME` names another bucket",
        ),
        None => (still_there(row), "the same command again continues from here"),
    };
    Some(Leftover { what: row.about.title.clone(), why, advice })
}

fn still_there(row: &Row) -> String {
    let price = row.dollars_per_day_now;
    if price > 0.0 {
        format!("it is still there, and costs ${price:.2} a day on AWS")
    } else {
        "it is still there".to_owned()
    }
}

/// What has the lab's tag only.
fn beside_the_lab(tagged: Tagged) -> Leftover {
    let why = match tagged.listed {
        Listed::Exists => "it carries the lab's tag, under another name",
        Listed::LeftByItsStack => "its stack was deleted without it",
        Listed::OfAnotherKind => {
            "AWS lists it with the lab's tag; the lab makes no such thing, so it was not looked at"
        }
    };
    Leftover {
        what: tagged.arn,
        why: why.to_owned(),
        advice: "remove it in the AWS console, or take the lab's tag off it when it is to stay",
    }
}
