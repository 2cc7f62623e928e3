//! How a lab is made, and taken down, by hand: what the resources declare, in the order of the graph.
//! AWS is not called.

use std::collections::BTreeSet;

use crate::{
    engine::{About, Argument, ByHand, Command, Deed, Direction, Resource},
    error::{Code, Error, Result},
    lab::{LabFile, Placeholder, Scope, Value, Values},
    resources::Lab,
};

/// What is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A part or a section.
    Scope(Scope),
    /// One resource, by its place in the lab.
    Resource(usize),
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// How it is made.
    Up,
    /// How it is taken down.
    Down,
}

/// How one resource is made or taken down.
#[derive(Debug)]
pub(crate) struct Explanation {
    /// What it is, and why.
    pub(crate) about: About,
    /// The part that it belongs to.
    pub(crate) part: u8,
    /// What is done.
    pub(crate) deeds: Vec<Deed>,
    /// The files that are read for it.
    pub(crate) files: Vec<LabFile>,
}

/// How a part of a lab is made or taken down.
#[derive(Debug)]
pub(crate) struct Explained {
    /// Which way.
    pub(crate) way: Way,
    /// In the order in which it is done.
    pub(crate) steps: Vec<Explanation>,
    /// The values that are known, of a survey or because they are known without asking.
    pub(crate) known: Values,
}

impl Subject {
    /// Returns what a word means: a part, else a resource, else a section.
    ///
    /// # Errors
    /// When it means nothing.
    pub(crate) fn named(lab: &Lab, word: &str) -> Result<Self> {
        let resource =
            || lab.resources().position(|it| it.about().id.0 == word).map(Self::Resource);
        let scope = Scope::part_named(word);
        let section = || Scope::section_named(word);
        let found = scope.map(Self::Scope).or_else(resource).or_else(|| section().map(Self::Scope));
        found.ok_or_else(|| {
            let message = format!("there is no part, resource or section `{word}`");
            let names: Vec<_> = lab.resources().map(|it| it.about().id.0).collect();
            Error::new(Code::CommandLine, message)
                .hint(format!("`all`, `part-1` to `part-4`, or one of: {}", names.join(", ")))
        })
    }

    /// Returns its places in the lab, without what else it takes.
    fn own(self, lab: &Lab) -> BTreeSet<usize> {
        match self {
            Self::Scope(scope) => {
                let is_own = |place: &usize| scope.takes_down(lab.members[*place].section);
                (0..lab.members.len()).filter(is_own).collect()
            }
            Self::Resource(place) => [place].into(),
        }
    }

    /// Returns its places, with everything that has to be there before, or gone before.
    pub(crate) fn all(self, lab: &Lab, way: Way) -> BTreeSet<usize> {
        let own = match (self, way) {
            (Self::Scope(scope), Way::Up) => {
                let is_before = |place: &usize| scope.brings_up(lab.members[*place].section);
                (0..lab.members.len()).filter(is_before).collect()
            }
            _ => self.own(lab),
        };
        let direction = match way {
            Way::Up => Direction::Forward,
            Way::Down => Direction::Backward,
        };
        lab.graph.with_all_before(own, direction)
    }
}

impl Explained {
    /// Explains a subject to somebody who reads: without what has to be there before.
    pub(crate) fn to_read(lab: &Lab, subject: Subject, way: Way, known: &Values) -> Self {
        let places = match way {
            Way::Up => subject.own(lab),
            Way::Down => subject.all(lab, way),
        };
        Self::at(lab, &places, way, known)
    }

    /// Explains a subject to a shell, which has to run all of it.
    pub(crate) fn to_run(lab: &Lab, subject: Subject, way: Way, known: &Values) -> Self {
        Self::at(lab, &subject.all(lab, way), way, known)
    }

    fn at(lab: &Lab, places: &BTreeSet<usize>, way: Way, known: &Values) -> Self {
        let all: Vec<ByHand> = lab.resources().map(Resource::by_hand).collect();
        let mut order: Vec<usize> = lab.graph.order().to_vec();
        if way == Way::Down {
            order.reverse();
        }
        let steps = order.into_iter().filter(|place| places.contains(place));
        let steps = steps.map(|place| {
            let by_hand = &all[place];
            let (deeds, files) = match way {
                Way::Up => (by_hand.up.clone(), by_hand.files.clone()),
                Way::Down => (with_looks(&by_hand.down, &all), Vec::new()),
            };
            let about = lab.about(place).clone();
            Explanation { about, part: lab.members[place].section.part(), deeds, files }
        });
        Self { way, steps: steps.collect(), known: with_names(lab, known) }
    }
}

/// Returns the files of a subject, and of what it takes.
pub(crate) fn files(lab: &Lab, subject: Subject) -> Vec<LabFile> {
    let places = subject.all(lab, Way::Up);
    places.into_iter().flat_map(|place| lab.resource(place).by_hand().files).collect()
}

/// Returns what is known, and what a lab's names make known: what does not exist yet will have its name.
/// But an optional value is left out as long as its resource is not there.
pub(crate) fn with_names(lab: &Lab, known: &Values) -> Values {
    let abouts = || lab.resources().map(Resource::about);
    let is_optional = |value: &Placeholder| {
        let mut templates = abouts().flat_map(|about| about.templates);
        templates.any(|template| template.optional.contains(value))
    };
    let mut all = known.clone();
    for deed in lab.resources().flat_map(|resource| resource.by_hand().up) {
        let Deed::Set(placeholder, value) = deed else { continue };
        let is_name = !value.is_empty() && !value.contains('$') && !value.contains("REPLACE_ME");
        let is_wanted = match known.value(placeholder) {
            Value::Unknown(_) => true,
            Value::Absent => !is_optional(&placeholder),
            Value::Known(_) | Value::NotOurs(..) => false,
        };
        if is_name && is_wanted {
            all.extend(&Values::of([(placeholder, &value)]));
        }
    }
    all
}

/// Returns the deeds of a way down with the looks of others by which values are known that they need:
/// a listener is found by its load balancer.
fn with_looks(deeds: &[Deed], all: &[ByHand]) -> Vec<Deed> {
    let own: Vec<&str> = looks(deeds).filter_map(|look| Some(look.note.as_ref()?.name)).collect();
    let others = all.iter().flat_map(|it| looks(&it.down));
    let needed = others.filter(|look| {
        let name = look.note.as_ref().map(|note| note.name);
        name.is_some_and(|name| !own.contains(&name) && mentions(deeds, name))
    });
    needed.fold(deeds.to_vec(), |deeds, look| vec![Deed::If(look.clone(), deeds)])
}

/// Returns the looks on which deeds depend.
fn looks(deeds: &[Deed]) -> impl Iterator<Item = &Command> {
    deeds.iter().filter_map(|deed| match deed {
        Deed::If(look, _) | Deed::Each(look, _) => Some(look),
        _ => None,
    })
}

/// Returns whether a value is needed somewhere in these deeds.
fn mentions(deeds: &[Deed], name: &str) -> bool {
    let in_command = |command: &Command| {
        let mut arguments = command.arguments.iter();
        arguments.any(|it| matches!(it, Argument::Text(text) if text.contains(name)))
    };
    deeds.iter().any(|deed| match deed {
        Deed::Say(_) | Deed::Shell(_) => false,
        Deed::Set(_, text) => text.contains(name),
        Deed::Run(it) | Deed::Until(it, _) | Deed::UntilGone(it) | Deed::NoteAll(it) => {
            in_command(it)
        }
        Deed::IfKnown(_, rest) => mentions(rest, name),
        Deed::Unless(look, rest) | Deed::If(look, rest) | Deed::Each(look, rest) => {
            in_command(look) || mentions(rest, name)
        }
    })
}

/// Where a value comes from.
#[derive(Debug)]
pub(crate) struct Source {
    /// The value.
    pub(crate) value: Placeholder,
    /// The resource that produces it; `None` if it is given.
    pub(crate) resource: Option<&'static str>,
    /// The command that shows it.
    pub(crate) command: Option<Command>,
}

impl Source {
    /// Returns where a value of the lab comes from.
    pub(crate) fn of(lab: &Lab, value: Placeholder) -> Self {
        let producer = lab.resources().find(|it| it.about().produces.contains(&value));
        let command = producer.and_then(|it| shown_by(&it.by_hand().up, value));
        Self { value, resource: producer.map(|it| it.about().id.0), command }
    }
}

/// Returns the command that shows a value once its resource is there.
fn shown_by(deeds: &[Deed], value: Placeholder) -> Option<Command> {
    let notes =
        |command: &Command| command.note.as_ref().is_some_and(|note| note.name == value.name());
    deeds.iter().find_map(|deed| match deed {
        Deed::Unless(look, _) | Deed::Run(look) if notes(look) => Some(look.clone()),
        Deed::NoteAll(command) => Some(command.clone()),
        _ => None,
    })
}
