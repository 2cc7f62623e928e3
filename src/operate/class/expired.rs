//! Which labs of a class have expired.

use std::sync::Arc;

use super::{Member, Setup, each::each, listen::Nobody};

/// Returns the labs whose time is over, and those of which nobody knows, each with its error.
pub(crate) async fn expired(members: Vec<Member>, setup: &Setup) -> Vec<Member> {
    let interrupt = setup.interrupt.clone();
    let found = each(members, setup.at_once, move |member: Member| {
        let interrupt = interrupt.clone();
        async move {
            let Member { seat, place } = member;
            let over = async {
                let place = place?;
                let workspace = seat.workspace(&place, &interrupt, Arc::new(Nobody))?;
                Ok(workspace.has_expired().await?.then_some(place))
            };
            let over = over.await.transpose();
            over.map(|place| Member { seat, place })
        }
    });
    found.await.into_iter().flatten().collect()
}
