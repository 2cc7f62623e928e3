//! Several resources with one name. In Cognito and API Gateway names are not unique, so a lost
//! response to a creation, or two concurrent runs, can leave several of the lab's. The first one
//! counts; the others are duplicates and are deleted.

use std::collections::HashMap;

use crate::{
    engine::Step,
    lab::{LAB_TAG, Owner},
};

/// The resources with one name, sorted by owner.
#[derive(Debug)]
pub(super) struct Candidates<T> {
    /// The lab's own.
    ours: Vec<T>,
    /// Those that are not the lab's.
    others: Vec<(Owner, T)>,
}

impl<T> Candidates<T> {
    /// Sorts them by owner. They must be in a stable order, the preferred one first.
    pub(super) fn of(
        all: Vec<T>,
        tags: impl Fn(&T) -> Option<&HashMap<String, String>>,
        lab: &str,
    ) -> Self {
        let owner = |one: &T| {
            let tag = tags(one).and_then(|tags| tags.get(LAB_TAG));
            Owner::of(tag.map(String::as_str), lab)
        };
        let with_owners = all.into_iter().map(|one| (owner(&one), one));
        let (ours, others): (Vec<_>, Vec<_>) =
            with_owners.partition(|(owner, _)| *owner == Owner::Ours);
        Self { ours: ours.into_iter().map(|(_, one)| one).collect(), others }
    }

    /// Returns the one that counts, with its owner: the first of the lab's, or else the first of
    /// the others.
    pub(super) fn first(&self) -> Option<(&T, Owner)> {
        let ours = self.ours.first().map(|one| (one, Owner::Ours));
        ours.or_else(|| self.others.first().map(|(owner, one)| (one, owner.clone())))
    }

    /// Returns all of the lab's.
    pub(super) fn ours(&self) -> &[T] {
        &self.ours
    }

    /// Returns how many duplicates the lab has.
    pub(super) fn duplicates(&self) -> usize {
        self.ours.len().saturating_sub(1)
    }

    /// Returns those that may be changed and removed, the one that counts first: all of the lab's;
    /// if there are none and adopting is permitted, the first of the others.
    pub(super) fn changeable(&self, step: &Step<'_>) -> Vec<&T> {
        self.changeable_if(|owner| step.may_change(owner))
    }

    fn changeable_if(&self, may_change: impl Fn(&Owner) -> bool) -> Vec<&T> {
        if !self.ours.is_empty() {
            return self.ours.iter().collect();
        }
        let first = self.others.first().filter(|(owner, _)| may_change(owner));
        first.map(|(_, one)| one).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Thing = (u8, Option<HashMap<String, String>>);

    fn tagged(number: u8, lab: &str) -> Thing {
        (number, Some(HashMap::from([(LAB_TAG.to_owned(), lab.to_owned())])))
    }

    fn of(all: Vec<Thing>) -> Candidates<Thing> {
        Candidates::of(all, |(_, tags)| tags.as_ref(), "lab")
    }

    fn first(all: &Candidates<Thing>) -> Option<(u8, Owner)> {
        all.first().map(|(one, owner)| (one.0, owner))
    }

    /// Returns those that may be changed, with and without adopting what is not the lab's.
    fn changeable(all: &Candidates<Thing>, adopts: bool) -> Vec<u8> {
        all.changeable_if(|_| adopts).into_iter().map(|one| one.0).collect()
    }

    #[test]
    fn the_first_of_the_labs_counts_and_the_rest_are_duplicates() {
        let all = of(vec![(1, None), tagged(2, "lab"), tagged(3, "lab"), tagged(4, "other")]);
        assert_eq!(first(&all), Some((2, Owner::Ours)));
        assert_eq!(all.duplicates(), 1);
        // If one of ours exists, nothing is adopted.
        assert_eq!((changeable(&all, false), changeable(&all, true)), (vec![2, 3], vec![2, 3]));
    }

    #[test]
    fn of_those_that_are_not_ours_only_the_first_may_be_taken_over() {
        let all = of(vec![(1, None), (2, None)]);
        assert_eq!(first(&all), Some((1, Owner::NotTagged)));
        assert_eq!(all.duplicates(), 0);
        assert_eq!((changeable(&all, false), changeable(&all, true)), (vec![], vec![1]));
        let other = of(vec![tagged(1, "other"), (2, None)]);
        assert_eq!(first(&other), Some((1, Owner::OtherLab("other".to_owned()))));
        let none = of(Vec::new());
        assert_eq!((first(&none), changeable(&none, true)), (None, vec![]));
    }
}
