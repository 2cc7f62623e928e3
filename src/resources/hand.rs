//! What the commands by hand have in common: the lab's tag in the forms that services want it in.

use crate::{
    engine::{ByHand, Deed},
    lab::LAB_TAG,
};

/// Returns the tag as most services want it: `Key=…,Value=…`.
pub(super) fn tag(lab: &str) -> String {
    format!("Key={LAB_TAG},Value={lab}")
}

/// Returns the tag as ECS wants it: `key=…,value=…`.
pub(super) fn small_tag(lab: &str) -> String {
    format!("key={LAB_TAG},value={lab}")
}

/// Returns the tag as an entry of a map.
pub(super) fn mapped_tag(lab: &str) -> String {
    format!("{LAB_TAG}={lab}")
}

/// Returns what goes with its parent, so that there is no way down.
pub(super) fn goes_along(up: Vec<Deed>, why: &'static str) -> ByHand {
    ByHand { up, down: vec![Deed::Say(why)], files: Vec::new() }
}
