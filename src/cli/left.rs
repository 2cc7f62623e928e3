//! The last look of a cleanup: what is left, why, and what one can do about it.

use std::collections::BTreeSet;

use super::{session::Session, survey::Survey};
use crate::{
    engine::Seen,
    error::{Code, Error, Exit, Result},
    lab::{Scope, parts::Part},
    report::Row,
    resources::sweep::{self, Tagged},
};

/// Something that is left.
struct Left {
    what: String,
    why: String,
    advice: &'static str,
}

/// Looks again, and says that nothing is left only when that is what was seen.
pub(super) async fn look(session: &Session, places: &BTreeSet<usize>) -> Result<Exit> {
    let everything = session.to_bring_up(Scope::Part(Part::All));
    let after = Survey::of(session, &everything).await?;
    let rows = after.rows.iter().filter(|row| places.contains(&row.place));
    let mut left: Vec<Left> = rows.filter_map(of_the_lab).collect();
    // Where a part of the lab was to stay, its tag is no sign of anything.
    let stays = |place: &usize| !places.contains(place) && !session.lab.about(*place).shared;
    let tagged = if everything.iter().any(stays) {
        None
    } else {
        sweep::tagged(&session.target, &session.names.lab).await?
    };
    let asked_tags = tagged.is_some();
    let others = tagged.into_iter().flatten().filter(|it| !session.names.covers(&it.arn));
    left.extend(others.map(beside_the_lab));
    let lines: Vec<_> = left.iter().map(|it| (it.what.clone(), it.why.clone())).collect();
    session.screen.left(&lines, asked_tags);
    let Some(first) = left.first() else { return Ok(Exit::Done) };
    let message = match left.len() {
        1 => "1 resource is left".to_owned(),
        many => format!("{many} resources are left"),
    };
    session.screen.error(&Error::new(Code::Left, message).hint(first.advice));
    Ok(Exit::Partly)
}

/// What stands under one of the lab's names.
fn of_the_lab(row: &Row) -> Option<Left> {
    let (why, advice) = match &row.seen {
        Seen::Absent => return None,
        Seen::Foreign { why } => (
            format!("it is not part of this lab: {why}"),
            "`--adopt` removes what is not tagged as the lab's; `--bucket NAME` names another bucket",
        ),
        _ => (still_there(row), "the same command again goes on from here"),
    };
    Some(Left { what: row.about.title.clone(), why, advice })
}

fn still_there(row: &Row) -> String {
    let price = row.about.dollars_per_day();
    if price > 0.0 {
        format!("it is still there, and costs ${price:.2} a day on AWS")
    } else {
        "it is still there".to_owned()
    }
}

/// What has the lab's tag only.
fn beside_the_lab(tagged: Tagged) -> Left {
    Left {
        what: tagged.arn,
        why: tagged.why.to_owned(),
        advice: "remove it in the AWS console, or take the lab's tag off it when it is to stay",
    }
}
