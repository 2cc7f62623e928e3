//! The picture of what was checked, as data: the resources, and which needs which.

use std::collections::BTreeSet;

use super::Checked;
use crate::{
    engine::{Direction, Id},
    resources::Lab,
};

/// A resource in the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// The resource.
    pub(crate) id: Id,
    /// Its part of the lab.
    pub(crate) part: u8,
    /// The nodes that it needs, by their index. What is needed through another one is left out: the
    /// picture shows the way.
    pub(crate) needs: Vec<usize>,
}

/// Returns the resources that have a check, in the order of the lab, with the lab's own dependencies.
pub(super) fn architecture(lab: &Lab, checks: &[Checked]) -> Vec<Node> {
    let is_checked = |place: &usize| checks.iter().any(|it| it.resource == lab.about(*place).id);
    let places: BTreeSet<usize> = (0..lab.members.len()).filter(is_checked).collect();
    let needs = |place: usize| lab.graph.before_among(place, Direction::Forward, &places);
    let node = |place: &usize| {
        let direct = needs(*place);
        let through = direct.iter().flat_map(|need| {
            let all = lab.graph.with_all_before([*need], Direction::Forward);
            all.into_iter().filter(move |other| other != need)
        });
        let through: BTreeSet<usize> = through.collect();
        let needs = (&direct - &through).into_iter();
        Node {
            id: lab.about(*place).id,
            part: lab.members[*place].section.part(),
            needs: needs.filter_map(|need| places.iter().position(|it| *it == need)).collect(),
        }
    };
    places.iter().map(node).collect()
}
