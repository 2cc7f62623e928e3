//! Which labs of a class have expired.

use super::{Member, Setup, each::each};
use crate::{
    destination::{Destination, no_time},
    error::{Error, Result},
    operate::labs::index,
};

/// Returns the labs whose time is over, and those of which nobody knows, each with its error.
pub(crate) async fn expired(members: Vec<Member>, setup: &Setup) -> Vec<Member> {
    let found = each(members, setup.at_once, |member: Member| async move {
        let Member { seat, place } = member;
        let over = match place {
            Ok(place) => is_over(&place, seat.lab()).await.map(|over| over.then_some(place)),
            Err(error) => Err(error),
        };
        over.transpose().map(|place| Member { seat, place })
    });
    found.await.into_iter().flatten().collect()
}

async fn is_over(place: &Destination, lab: &str) -> Result<bool> {
    let now = place.now().ok_or_else(no_time)?;
    let listed = index::read(&place.client()).await.map_err(Error::from)?;
    let own = listed.iter().filter(|indexed| indexed.lab == lab);
    let expires = own.filter_map(|indexed| indexed.expires).max();
    Ok(expires.is_some_and(|expires| expires.is_past(now)))
}
