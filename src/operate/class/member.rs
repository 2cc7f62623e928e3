//! Signs in to the accounts of a class.

use std::sync::Arc;

use super::{Seat, each::each};
use crate::{
    aws::Access,
    destination::Destination,
    error::{Code, Error, Result},
};

/// A lab whose account was signed in to, or why that failed.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// The lab.
    pub(crate) seat: Arc<Seat>,
    /// Its account and region, to be looked at.
    pub(crate) place: Result<Destination>,
}

/// Signs in to the accounts of all labs, so many at once. Until they are worked on, they can only be
/// looked at.
pub(crate) async fn connect(seats: Vec<Arc<Seat>>, at_once: usize) -> Vec<Member> {
    each(seats, at_once, |seat: Arc<Seat>| async move {
        let place = Destination::connect(&seat.settings.destination, Access::Read).await;
        let place = place.and_then(|place| checked(&seat, place));
        Member { seat, place }
    })
    .await
}

/// Checks that credentials lead where the roster says.
fn checked(seat: &Seat, place: Destination) -> Result<Destination> {
    if place.account == seat.account {
        return Ok(place);
    }
    let message = format!(
        "`{}`: the roster says account {}, and the credentials belong to account {}, as `{}`",
        seat.student, seat.account, place.account, place.identity
    );
    Err(Error::new(Code::WrongAccount, message))
}
