//! Shows that a lab is gone: two looks in a row that find nothing, some time apart. AWS's answers are
//! eventually consistent, so that one look can miss what the next one shows.

use std::time::Duration;

use super::{Happening, Listener, Phase, Who};
use crate::{
    engine::Doing,
    error::{Code, Error, Evidence, Result},
    lab::Scope,
    operate::{Beside, Cleaned, Cleanup, Leftovers, Workspace},
};

/// The time between two looks that have to find nothing, on AWS.
const APART: Duration = Duration::from_secs(30);
/// How many times a lab is removed or looked at before it is given up.
const MOST_PASSES: usize = 8;
/// How many times in a row a removal may make no progress.
const MOST_STUCK: usize = 2;

/// What was found at the end.
pub(super) enum End {
    /// Two looks in a row have found nothing.
    Clean {
        /// How many resources were removed.
        removed: usize,
    },
    /// The user stopped it.
    Stopped,
    /// It could not be shown to be clean.
    Left {
        /// Why.
        errors: Vec<Error>,
        /// What is left costs this, US dollars an hour.
        dollars_per_hour: f64,
        /// What could not be looked at may cost this in addition.
        unknown_per_hour: f64,
    },
}

/// Removes this much of a lab, and looks until it has certainly gone.
///
/// # Errors
/// When the user interrupted while looking.
pub(super) async fn clean(
    workspace: &Workspace,
    scope: Scope,
    (listener, who): (&dyn Listener, &Who),
) -> Result<End> {
    let (mut removed, mut stuck) = (0, 0);
    let tell = |phase| listener.happened(who, &Happening::Phase(phase));
    tell(Phase::Work(Doing::Cleanup));
    for _ in 0..MOST_PASSES {
        let plan = Cleanup::plan(workspace, scope, &[]).await?;
        let cleaned = plan.run(workspace, Beside::Nothing).await?;
        let Some(leftovers) = &cleaned.leftovers else { return Ok(End::Stopped) };
        let is_clean = leftovers.error().is_none() && cleaned.failures().is_empty();
        removed += cleaned.removed();
        stuck = if is_clean || cleaned.removed() > 0 { 0 } else { stuck + 1 };
        if stuck >= MOST_STUCK {
            return Ok(left(&cleaned));
        }
        tell(Phase::Pause);
        workspace.rest(APART).await?;
        tell(Phase::Look);
        // The look after a removal is the first one. If either finds something, both count for nothing.
        if is_clean && plan.look_again(workspace).await?.error().is_none() {
            return Ok(End::Clean { removed });
        }
    }
    let message = "what was removed comes back again and again";
    let errors = vec![Error::new(Code::Quarantined, message)];
    Ok(End::Left { errors, dollars_per_hour: 0.0, unknown_per_hour: 0.0 })
}

fn left(cleaned: &Cleaned) -> End {
    let mut errors = cleaned.failures();
    let found = cleaned.leftovers.as_ref();
    let bill = found.map_or(cleaned.bill, |found| found.bill);
    let (dollars_per_hour, unknown_per_hour) = (bill.seen() / 24.0, bill.unknown / 24.0);
    let why = found
        .and_then(Leftovers::error)
        .map_or_else(|| "it could not be removed".to_owned(), |error| error.message);
    let message = format!("{why}; it costs ${dollars_per_hour:.4} an hour on AWS");
    let left = found.into_iter().flat_map(|found| found.left.iter().chain(&found.not_looked_at));
    let evidence =
        left.map(|left| Evidence { source: "left", text: format!("{}: {}", left.what, left.why) });
    errors.push(Error::new(Code::Quarantined, message).shown_by(evidence.collect()));
    End::Left { errors, dollars_per_hour, unknown_per_hour }
}
