//! What a cleanup keeps: what the user names, and what that cannot do without.

use std::collections::{BTreeMap, BTreeSet};

use super::Workspace;
use crate::{
    engine::{Direction, Resource},
    error::{Code, Error, Result},
    lab::Section,
};

/// The places that stay, each with the reason.
pub(super) type Kept = BTreeMap<usize, String>;

impl Workspace {
    /// Returns what stays when resources or sections of these names are kept: those, what they need,
    /// and what AWS removes only along with one of them.
    ///
    /// # Errors
    /// When nothing in the lab has one of the names.
    pub(super) fn kept(&self, names: &[String]) -> Result<Kept> {
        let mut kept = Kept::new();
        for name in names {
            let places = self.named_so(name);
            if places.is_empty() {
                return Err(self.no_such_name(name));
            }
            kept.extend(places.into_iter().map(|place| (place, format!("`--keep {name}`"))));
        }
        // Each round may add what the one before has made necessary.
        loop {
            let before = kept.len();
            self.add_needed(&mut kept);
            self.add_parts(&mut kept);
            if kept.len() == before {
                return Ok(kept);
            }
        }
    }

    /// Returns the places of a section, or else the one of a resource, with this name. A section and
    /// its main resource share theirs: the table is nothing without what is in it.
    fn named_so(&self, name: &str) -> Vec<usize> {
        let of_section = self.places(|section| section.name() == name);
        if !of_section.is_empty() {
            return of_section;
        }
        let all = 0..self.lab.members.len();
        all.filter(|place| self.lab.about(*place).id.0 == name).collect()
    }

    fn add_needed(&self, kept: &mut Kept) {
        let places: Vec<usize> = kept.keys().copied().collect();
        for place in places {
            let id = self.lab.about(place).id;
            for needed in self.lab.graph.with_all_before([place], Direction::Forward) {
                kept.entry(needed).or_insert_with(|| format!("`{id}` needs it"));
            }
        }
    }

    fn add_parts(&self, kept: &mut Kept) {
        for place in 0..self.lab.members.len() {
            let about = self.lab.about(place);
            let Some(parent) = about.parent.filter(|_| about.goes_with_parent) else { continue };
            if kept.keys().any(|other| self.lab.about(*other).id == parent) {
                kept.entry(place).or_insert_with(|| format!("it is part of `{parent}`"));
            }
        }
    }

    fn no_such_name(&self, name: &str) -> Error {
        let mut names: Vec<&str> = Section::all().map(Section::name).collect();
        let removed = self.lab.resources().map(Resource::about).filter(|about| !about.shared);
        names.extend(removed.map(|about| about.id.0));
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        Error::new(Code::Setting, format!("`--keep {name}`: the lab has nothing with this name"))
            .hint(format!("use one of {}", names.join(", ")))
    }
}
