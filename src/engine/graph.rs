//! The lab's dependency graph, derived from what each resource produces and consumes.

use std::collections::{BTreeMap, BTreeSet};

use super::{About, Id};
use crate::lab::{Placeholder, TemplateError, Value, Values};

/// The direction of traversal: deploy goes forward, cleanup backward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From dependencies to dependents.
    Forward,
    /// From dependents to dependencies.
    Backward,
}

/// Why resources do not form a graph. All of these are mistakes in the lab's own list.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GraphError {
    /// Two resources have the same name.
    #[error("two resources are called `{0}`")]
    TwoOfOneName(Id),
    /// Two resources produce the same value.
    #[error("`{first}` and `{second}` both produce {placeholder}")]
    TwoProducers {
        /// The value.
        placeholder: Placeholder,
        /// One of them.
        first: Id,
        /// The other.
        second: Id,
    },
    /// No resource produces a value that is needed.
    #[error("`{consumer}` needs {placeholder}, which nothing produces")]
    NobodyProduces {
        /// The resource that needs it.
        consumer: Id,
        /// The value.
        placeholder: Placeholder,
    },
    /// A resource's template is wrong.
    #[error("`{resource}`: {error}")]
    Template {
        /// The resource that uses the template.
        resource: Id,
        /// What is wrong.
        error: TemplateError,
    },
    /// A resource names another one that does not exist.
    #[error("`{resource}` comes after `{missing}`, which does not exist")]
    NoSuchResource {
        /// The resource that refers to the missing one.
        resource: Id,
        /// The missing resource.
        missing: Id,
    },
    /// Resources depend on each other in a cycle.
    #[error("these depend on each other: {}", names(.0))]
    Cycle(Vec<Id>),
}

fn names(ids: &[Id]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

/// Which resource depends on which. Resources are identified by their index in the list from which
/// the graph was built.
#[derive(Debug)]
pub(crate) struct Graph {
    needs: Vec<BTreeSet<usize>>,
    uses: Vec<BTreeSet<usize>>,
    order: Vec<usize>,
    /// The name of each resource, and the values that it produces.
    values: Vec<(Id, Vec<Placeholder>)>,
}

impl Graph {
    /// Derives the graph. `given` are the values that exist before any resource.
    ///
    /// # Errors
    /// When the resources do not fit together; see [`GraphError`].
    pub(crate) fn new(resources: &[&About], given: &[Placeholder]) -> Result<Self, GraphError> {
        let places = places(resources)?;
        let producers = producers(resources)?;
        let needs = resources
            .iter()
            .enumerate()
            .map(|(place, about)| needs(place, about, &places, &producers, given))
            .collect::<Result<Vec<_>, _>>()?;
        let uses = resources
            .iter()
            .enumerate()
            .map(|(place, about)| uses(place, about, &producers))
            .collect::<Result<Vec<_>, _>>()?;
        let both = needs.iter().zip(&uses).map(|(needs, uses)| needs | uses).collect::<Vec<_>>();
        let order = order(&both).map_err(|stuck| {
            GraphError::Cycle(stuck.into_iter().map(|place| resources[place].id).collect())
        })?;
        let values = resources.iter().map(|about| (about.id, about.produces.clone())).collect();
        Ok(Self { needs, uses, order, values })
    }

    /// Returns the values of a resource that did not become ready in this run: all are unknown,
    /// because `because_of` failed.
    pub(crate) fn unknown(&self, place: usize, because_of: usize) -> Values {
        let (because_of, _) = self.values[because_of];
        let (id, values) = &self.values[place];
        let why = if *id == because_of {
            format!("`{id}` failed")
        } else {
            format!("`{id}` was not started, because `{because_of}` failed")
        };
        Values::all(values, &Value::Unknown(why))
    }

    /// Returns all resources, dependencies before their dependents.
    pub(crate) fn order(&self) -> &[usize] {
        &self.order
    }

    /// Returns what `place` depends on, or what depends on it.
    pub(crate) fn before(&self, place: usize, direction: Direction) -> BTreeSet<usize> {
        match direction {
            Direction::Forward => self.needs[place].clone(),
            Direction::Backward => {
                (0..self.needs.len()).filter(|other| self.needs[*other].contains(&place)).collect()
            }
        }
    }

    /// Returns the nearest predecessors of `place` among those that take part, including those that
    /// precede it only through one that does not, such as the image, which is removed with its
    /// repository.
    pub(crate) fn before_among(
        &self,
        place: usize,
        direction: Direction,
        places: &BTreeSet<usize>,
    ) -> BTreeSet<usize> {
        let mut nearest = BTreeSet::new();
        let mut open: Vec<usize> = self.before(place, direction).into_iter().collect();
        while let Some(before) = open.pop() {
            if places.contains(&before) {
                nearest.insert(before);
            } else {
                open.extend(self.before(before, direction));
            }
        }
        nearest
    }

    /// Returns the optional dependencies of `place`, or the resources that it is one of. Those that
    /// take part must end before `place` starts, but need not succeed.
    pub(crate) fn optional(&self, place: usize, direction: Direction) -> BTreeSet<usize> {
        match direction {
            Direction::Forward => self.uses[place].clone(),
            Direction::Backward => {
                (0..self.uses.len()).filter(|other| self.uses[*other].contains(&place)).collect()
            }
        }
    }

    /// Returns these resources and all of their direct and indirect predecessors.
    pub(crate) fn with_all_before(
        &self,
        places: impl IntoIterator<Item = usize>,
        direction: Direction,
    ) -> BTreeSet<usize> {
        let mut all = BTreeSet::new();
        let mut open: Vec<usize> = places.into_iter().collect();
        while let Some(place) = open.pop() {
            if all.insert(place) {
                open.extend(self.before(place, direction));
            }
        }
        all
    }
}

fn places(resources: &[&About]) -> Result<BTreeMap<Id, usize>, GraphError> {
    let mut places = BTreeMap::new();
    for (place, about) in resources.iter().enumerate() {
        if places.insert(about.id, place).is_some() {
            return Err(GraphError::TwoOfOneName(about.id));
        }
    }
    Ok(places)
}

fn producers(resources: &[&About]) -> Result<BTreeMap<Placeholder, usize>, GraphError> {
    let mut producers = BTreeMap::new();
    for (place, about) in resources.iter().enumerate() {
        for placeholder in &about.produces {
            if let Some(first) = producers.insert(*placeholder, place) {
                let (first, second) = (resources[first].id, about.id);
                return Err(GraphError::TwoProducers { placeholder: *placeholder, first, second });
            }
        }
    }
    Ok(producers)
}

/// Returns the dependencies of one resource: producers of what it consumes, and its `after` list.
fn needs(
    place: usize,
    about: &About,
    places: &BTreeMap<Id, usize>,
    producers: &BTreeMap<Placeholder, usize>,
    given: &[Placeholder],
) -> Result<BTreeSet<usize>, GraphError> {
    let mut needs = BTreeSet::new();
    let mut values = about.needs.clone();
    for template in about.templates {
        values.extend(template.required().map_err(|error| wrong(about, error))?);
    }
    for placeholder in values.into_iter().filter(|placeholder| !given.contains(placeholder)) {
        let producer = producers
            .get(&placeholder)
            .ok_or(GraphError::NobodyProduces { consumer: about.id, placeholder })?;
        needs.insert(*producer);
    }
    for other in about.after.iter().chain(&about.parent) {
        let other = places
            .get(other)
            .ok_or(GraphError::NoSuchResource { resource: about.id, missing: *other })?;
        needs.insert(*other);
    }
    // A template of the bucket may contain the bucket's own name: that is no dependency.
    needs.remove(&place);
    Ok(needs)
}

fn wrong(about: &About, error: TemplateError) -> GraphError {
    GraphError::Template { resource: about.id, error }
}

/// Returns the optional dependencies of one resource: the producers of its optional values.
fn uses(
    place: usize,
    about: &About,
    producers: &BTreeMap<Placeholder, usize>,
) -> Result<BTreeSet<usize>, GraphError> {
    let producer = |placeholder: &Placeholder| {
        let (consumer, placeholder) = (about.id, *placeholder);
        let nobody = GraphError::NobodyProduces { consumer, placeholder };
        producers.get(&placeholder).copied().ok_or(nobody)
    };
    let optional = about.templates.iter().flat_map(|template| template.optional);
    let mut uses = optional.map(producer).collect::<Result<BTreeSet<_>, _>>()?;
    uses.remove(&place);
    Ok(uses)
}

/// Returns a topological order that stays as close to the list as possible, or the resources in the
/// cycle.
fn order(needs: &[BTreeSet<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut order = Vec::new();
    let mut open: Vec<usize> = (0..needs.len()).collect();
    while !open.is_empty() {
        let ready = |place: &usize| needs[*place].iter().all(|need| order.contains(need));
        let Some(next) = open.iter().position(ready) else { return Err(open) };
        order.push(open.remove(next));
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::resource::tests::about,
        lab::{Kind, Template, placeholders::SERVICE_URL},
    };

    const A: Placeholder = Placeholder::new("REPLACE_ME_A");
    const B: Placeholder = Placeholder::new("REPLACE_ME_B");
    const GIVEN: Placeholder = Placeholder::new("REPLACE_ME_GIVEN");

    fn graph(resources: &[About]) -> Result<Graph, GraphError> {
        Graph::new(&resources.iter().collect::<Vec<_>>(), &[GIVEN])
    }

    #[test]
    fn order_follows_the_values() {
        let mut last = about("last", &[], &[B]);
        last.after = vec![Id("first")];
        let graph =
            graph(&[last, about("middle", &[B], &[A, GIVEN]), about("first", &[A], &[])]).unwrap();
        assert_eq!(graph.order(), [2, 1, 0]);
        assert_eq!(graph.before(0, Direction::Forward), [1, 2].into());
        assert_eq!(graph.before(2, Direction::Backward), [0, 1].into());
        assert_eq!(graph.with_all_before([1], Direction::Forward), [1, 2].into());
        assert_eq!(graph.with_all_before([1], Direction::Backward), [0, 1].into());
    }

    #[test]
    fn what_does_not_take_part_still_stands_between() {
        let resources =
            [about("repository", &[A], &[]), about("image", &[B], &[A]), about("task", &[], &[B])];
        let graph = graph(&resources).unwrap();
        let ends = [0, 2].into();
        assert_eq!(graph.before_among(0, Direction::Backward, &ends), [2].into());
        assert_eq!(graph.before_among(2, Direction::Forward, &ends), [0].into());
        let all = [0, 1, 2].into();
        assert_eq!(graph.before_among(0, Direction::Backward, &all), [1].into());
    }

    #[test]
    fn what_is_used_comes_first_but_is_not_needed() {
        const CONFIG: Template<'static> = Template {
            path: "config.js",
            kind: Kind::JavaScript,
            text: "REPLACE_ME_SERVICE_URL",
            optional: &[SERVICE_URL],
        };
        let mut site = about("site", &[], &[]);
        site.templates = &[&CONFIG];
        let graph = graph(&[site, about("service", &[SERVICE_URL], &[])]).unwrap();
        assert_eq!(graph.order(), [1, 0]);
        assert_eq!(graph.before(0, Direction::Forward), [].into());
        assert_eq!(graph.optional(0, Direction::Forward), [1].into());
        assert_eq!(graph.optional(1, Direction::Backward), [0].into());
        assert_eq!(graph.with_all_before([1], Direction::Backward), [1].into());
    }

    #[test]
    fn its_own_values_are_no_needs() {
        assert_eq!(graph(&[about("bucket", &[A], &[A])]).unwrap().order(), [0]);
    }

    #[test]
    fn a_circle_is_an_error() {
        let error =
            graph(&[about("free", &[], &[]), about("a", &[A], &[B]), about("b", &[B], &[A])])
                .unwrap_err();
        assert_eq!(error, GraphError::Cycle(vec![Id("a"), Id("b")]));
        assert_eq!(error.to_string(), "these depend on each other: `a`, `b`");
    }

    #[test]
    fn a_value_that_nobody_produces_is_an_error() {
        assert_eq!(
            graph(&[about("a", &[], &[A])]).unwrap_err().to_string(),
            "`a` needs REPLACE_ME_A, which nothing produces"
        );
    }

    #[test]
    fn two_producers_and_two_names_are_errors() {
        let two = [about("a", &[A], &[]), about("b", &[A], &[])];
        assert!(matches!(graph(&two), Err(GraphError::TwoProducers { .. })));
        let same = [about("a", &[A], &[]), about("a", &[B], &[])];
        assert_eq!(graph(&same).unwrap_err(), GraphError::TwoOfOneName(Id("a")));
    }

    #[test]
    fn after_must_exist() {
        let mut lonely = about("a", &[], &[]);
        lonely.after = vec![Id("ghost")];
        assert!(matches!(graph(&[lonely]), Err(GraphError::NoSuchResource { .. })));
    }
}
