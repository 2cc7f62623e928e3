//! What can stop a deployment, looked at before anything is created. What could not be looked at
//! stops nothing: the deployment itself will tell.

use std::collections::BTreeSet;

use super::{Finding, LONGEST, place, public, room};
use crate::{
    aws::operations::ec2,
    engine::{Id, Presence, Purpose, Seen, foreign},
    error::{Code, Error, Result},
    lab::{Owner, Scope, Section},
    operate::Workspace,
};

const BUCKET: Id = Id("bucket");
const CORE_STACK: Id = Id("core-stack");

/// Looks at what can stop the deployment of this scope.
///
/// # Errors
/// What stops it for certain; or the user interrupted.
pub(crate) async fn preflight(workspace: &Workspace, scope: Scope) -> Result<()> {
    let places = workspace.to_bring_up(scope);
    let looked = async {
        let (of_bucket, of_network) =
            tokio::join!(bucket(workspace, &places), network(workspace, &places));
        of_bucket.and(of_network)
    };
    tokio::select! {
        result = Box::pin(looked) => result,
        () = tokio::time::sleep(LONGEST) => Ok(()),
        () = workspace.interrupt.wait() => {
            Err(Error::new(Code::Interrupted, "interrupted; nothing was changed"))
        }
    }
}

/// Returns the place of a resource, if it is among these.
fn among(workspace: &Workspace, places: &BTreeSet<usize>, id: Id) -> Option<usize> {
    places.iter().copied().find(|place| workspace.lab.about(*place).id == id)
}

/// Looks at a resource without the values of others; `None` if it cannot be looked at.
async fn seen(workspace: &Workspace, place: usize) -> Option<Seen> {
    let given = workspace.destination.given();
    workspace.lab.resource(place).inspect(&given, Purpose::Look).await.ok()
}

async fn bucket(workspace: &Workspace, places: &BTreeSet<usize>) -> Result<()> {
    let Some(place) = among(workspace, places, BUCKET) else { return Ok(()) };
    stopped(&public::finding(&workspace.destination).await)?;
    // If nothing but the bucket and its content is deployed, the deployment's own look comes before
    // anything is created.
    let is_bucket = |place: &usize| workspace.lab.members[*place].section == Section::Bucket;
    if places.iter().all(is_bucket) {
        return Ok(());
    }
    match seen(workspace, place).await {
        Some(Seen { owner: Owner::OtherAccount, .. }) => {
            let why = Owner::OtherAccount.why_not_ours().unwrap_or_default();
            let error = foreign(&workspace.lab.about(place).title, &why);
            // `--adopt` does not help against another account.
            Err(workspace.named(place, error.hint(Code::BucketTaken.entry().hint)))
        }
        _ => Ok(()),
    }
}

async fn network(workspace: &Workspace, places: &BTreeSet<usize>) -> Result<()> {
    let Some(place) = among(workspace, places, CORE_STACK) else { return Ok(()) };
    let ec2 = workspace.destination.client::<ec2::Client>();
    // Without a choice, a stack that does not stand yet is built as in the lab.
    let topology = workspace.choices.topology_when_new();
    let exhausted = room::exhausted(&workspace.destination, &ec2, topology).await;
    stopped(&place::clock(workspace.destination.clock_ahead()))?;
    let Some(finding) = exhausted.first() else { return Ok(()) };
    match seen(workspace, place).await {
        Some(Seen { presence: Presence::Absent, .. }) => stopped(finding),
        // It has its network already, or nobody knows.
        _ => Ok(()),
    }
}

fn stopped(finding: &Finding) -> Result<()> {
    finding.error().map_or(Ok(()), Err)
}
