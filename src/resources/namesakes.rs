//! Several of one name. Cognito and API Gateway let a name be used any number of times, so a create
//! whose answer was lost, or two runs at once, can leave more than one of the lab's. The first one
//! counts, and the others, its twins, are removed.

use std::collections::HashMap;

use super::ownership;
use crate::lab::LAB_TAG;

/// What stands under one name.
#[derive(Debug)]
pub(super) struct Namesakes<T> {
    /// The lab's own; the first is the one that counts.
    ours: Vec<T>,
    /// Why one that is there is not the lab's.
    foreign: Option<String>,
    /// Whether the one that counts lacks the lab's tag and is being taken over.
    adopted: bool,
}

impl<T> Namesakes<T> {
    /// Sorts them out. They come in an order that does not change, the one to prefer first.
    pub(super) fn of(
        all: Vec<T>,
        tags: impl Fn(&T) -> Option<&HashMap<String, String>>,
        lab: &str,
        adopt: bool,
    ) -> Self {
        let foreign = |one: &T| {
            let tag = tags(one).and_then(|tags| tags.get(LAB_TAG));
            ownership::foreign(tag.map(String::as_str), lab)
        };
        let (mut ours, others): (Vec<T>, Vec<T>) =
            all.into_iter().partition(|one| foreign(one).is_none());
        let why = others.first().and_then(foreign);
        let adopted = adopt && ours.is_empty() && !others.is_empty();
        if adopted {
            ours.extend(others.into_iter().next());
        }
        Self { ours, foreign: why, adopted }
    }

    /// The one that counts.
    pub(super) fn first(&self) -> Option<&T> {
        self.ours.first()
    }

    /// Those that are too many.
    pub(super) fn twins(&self) -> &[T] {
        self.ours.get(1..).unwrap_or_default()
    }

    /// All of them that are the lab's.
    pub(super) fn ours(&self) -> &[T] {
        &self.ours
    }

    /// Why the name is somebody else's, when none of them is the lab's.
    pub(super) fn foreign(&self) -> Option<&str> {
        self.foreign.as_deref().filter(|_| self.ours.is_empty())
    }

    /// What differs because of the name and the tag, each in a few words.
    pub(super) fn differences(&self) -> Vec<String> {
        let twins = (!self.twins().is_empty())
            .then(|| format!("there are {} of this name", self.ours.len()));
        let tag = self.adopted.then(|| ownership::NOT_TAGGED.to_owned());
        twins.into_iter().chain(tag).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Thing = (u8, Option<HashMap<String, String>>);

    fn tagged(number: u8, lab: &str) -> Thing {
        (number, Some(HashMap::from([(LAB_TAG.to_owned(), lab.to_owned())])))
    }

    fn of(all: Vec<Thing>, adopt: bool) -> Namesakes<Thing> {
        Namesakes::of(all, |(_, tags)| tags.as_ref(), "lab", adopt)
    }

    #[test]
    fn the_first_of_the_labs_counts_and_the_rest_are_twins() {
        let all = of(vec![(1, None), tagged(2, "lab"), tagged(3, "lab"), tagged(4, "other")], true);
        assert_eq!(all.first().map(|one| one.0), Some(2));
        assert_eq!(all.twins().iter().map(|one| one.0).collect::<Vec<_>>(), [3]);
        assert_eq!(all.differences(), ["there are 2 of this name"]);
        assert_eq!(all.foreign(), None);
    }

    #[test]
    fn one_without_the_tag_is_somebody_elses_unless_it_is_adopted() {
        assert!(of(vec![(1, None)], false).foreign().is_some());
        let adopted = of(vec![(1, None), (2, None)], true);
        assert_eq!((adopted.first().map(|one| one.0), adopted.twins().len()), (Some(1), 0));
        assert_eq!(adopted.differences(), [ownership::NOT_TAGGED]);
        assert!(of(Vec::new(), true).first().is_none());
    }
}
