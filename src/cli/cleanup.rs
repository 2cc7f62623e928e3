//! `mysfits cleanup`: takes a part of the lab down, and looks whether it is gone.

use std::collections::BTreeSet;

use futures::FutureExt;

use super::{
    confirm, left,
    session::{Run, Session},
    survey::Survey,
};
use crate::{
    engine::{Direction, Doing, Outcome, Seen, Values, take_down},
    error::{Exit, Result},
    lab::Scope,
    report::{End, Row},
};

/// Take a part of the lab down
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Also remove what exists under the lab's names without the lab's tag
    #[arg(long)]
    pub(super) adopt: bool,
}

pub(super) async fn run(session: &Session, scope: Scope) -> Result<Exit> {
    // What belongs to the account stays, whoever made it.
    let mut places = session.to_take_down(scope);
    places.retain(|place| !session.lab.about(*place).shared);
    // What they need is looked at too, because it gives the values by which they are found.
    let looked_at = session.lab.graph.with_all_before(places.iter().copied(), Direction::Forward);
    let mut before = Survey::of(session, &looked_at).await?;
    before.rows.retain(|row| places.contains(&row.place));
    session.screen.to_remove(&before.rows, &session.target.to_string());
    if before.rows.iter().any(|row| row.seen.is_ours()) {
        confirm::type_account(session).await?;
        if let Some(exit) = remove(session, &places, before).await {
            return Ok(exit);
        }
        if let Some(exit) = refresh_users(session, &places).await? {
            return Ok(exit);
        }
    }
    left::look(session, &places).await
}

async fn remove(session: &Session, places: &BTreeSet<usize>, before: Survey) -> Option<Exit> {
    let lab = &session.lab;
    let Survey { rows, known } = before;
    let on_their_own: BTreeSet<usize> =
        places.iter().copied().filter(|place| lab.about(*place).goes_with.is_none()).collect();
    let values = known.clone();
    let job = move |place: usize, _: Values| {
        let known = values.clone();
        async move {
            let report = session.screen.report();
            let outcome =
                take_down(lab.resource(place), &known, report, &session.interrupt).await?;
            Ok((outcome, Values::default()))
        }
        .boxed()
    };
    let run = Run { doing: Doing::Cleanup, direction: Direction::Backward, known };
    let end = session.run(run, &on_their_own, job).await;
    session.screen.end(Doing::Cleanup, &end, &Session::again());
    let price = price_of_the_rest(&rows, &end);
    if price > 0.0 {
        session.screen.say(&format!("what is still there costs up to ${price:.2} a day on AWS"));
    }
    end.failed()
}

/// Dollars a day of what was there and was not removed. "Up to": a failed removal may have got far.
fn price_of_the_rest(before: &[Row], end: &End) -> f64 {
    let stayed = |row: &&Row| {
        let mut outcomes = end.outcomes.iter().filter(|(id, _)| *id == row.about.id);
        let stayed =
            |outcome: &Outcome| matches!(outcome, Outcome::Failed(_) | Outcome::NotStarted { .. });
        row.seen.is_ours() && outcomes.any(|(_, outcome)| stayed(outcome))
    };
    before.iter().filter(stayed).map(|row| row.about.dollars_per_day()).sum()
}

/// What stays and used what is gone is brought up to date, with what stands on it: without a backend
/// the site shows its bundled mysfits again, and without a user pool the service runs a task
/// definition that asks for no tokens.
async fn refresh_users(session: &Session, removed: &BTreeSet<usize>) -> Result<Option<Exit>> {
    let graph = &session.lab.graph;
    let users = removed.iter().flat_map(|place| graph.beside(*place, Direction::Backward));
    let users = &users.collect::<BTreeSet<_>>() - removed;
    let stay = &graph.with_all_before(users.iter().copied(), Direction::Backward) - removed;
    let looked_at = graph.with_all_before(stay.iter().copied(), Direction::Forward);
    let survey = Survey::of(session, &looked_at).await?;
    let stale = |row: &Row| users.contains(&row.place) && matches!(row.seen, Seen::Drifted { .. });
    if !survey.rows.iter().any(stale) {
        return Ok(None);
    }
    let there = survey.rows.iter().filter(|row| stay.contains(&row.place) && row.seen.is_ours());
    let there = there.map(|row| row.place).collect();
    let end = session.bring_up_from(&there, survey.known).await;
    session.screen.end(Doing::Deploy, &end, &Session::again());
    Ok(end.failed())
}
