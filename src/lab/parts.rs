//! The lab's parts, and what a command covers when it names one.

use clap::ValueEnum;

/// A piece of the lab with a command of its own. Parts are made of sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Section {
    /// Part 1: the bucket and the site in it.
    Bucket,
    /// Part 2: the table and the mysfits in it.
    Table,
    /// Part 3: the network and the roles.
    CoreStack,
    /// Part 3: the image, the load balancer and the backend behind it.
    Fargate,
    /// Part 4: sign-up with Cognito, and the guarded API in front of the backend.
    Auth,
}

impl Section {
    /// Returns all of them, in the order of the lab.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::value_variants().iter().copied()
    }

    /// Returns its name, which its command has too.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bucket => "bucket",
            Self::Table => "table",
            Self::CoreStack => "core-stack",
            Self::Fargate => "fargate",
            Self::Auth => "auth",
        }
    }

    /// Returns the number of the part that it belongs to.
    pub(crate) fn part(self) -> u8 {
        match self {
            Self::Bucket => 1,
            Self::Table => 2,
            Self::CoreStack | Self::Fargate => 3,
            Self::Auth => 4,
        }
    }
}

/// A part as it is named on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The site on S3
    #[value(name = "part-1", aliases = ["1", "part1"])]
    One,
    /// The table in DynamoDB
    #[value(name = "part-2", aliases = ["2", "part2"])]
    Two,
    /// The backend on Fargate behind a load balancer
    #[value(name = "part-3", aliases = ["3", "part3"])]
    Three,
    /// Sign-up with Cognito, and the guarded API
    #[value(name = "part-4", aliases = ["4", "part4"])]
    Four,
    /// The whole lab
    All,
}

impl Part {
    /// Returns its name, as on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Returns the one with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::from_str(name, false).ok()
    }

    /// Returns its number; the whole lab has none.
    fn number(self) -> Option<u8> {
        match self {
            Self::One => Some(1),
            Self::Two => Some(2),
            Self::Three => Some(3),
            Self::Four => Some(4),
            Self::All => None,
        }
    }
}

/// The sections that a command covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A part of the lab.
    Part(Part),
    /// One section.
    Section(Section),
}

impl Scope {
    /// Returns the part with this name, as on the command line.
    pub(crate) fn part_named(name: &str) -> Option<Self> {
        Part::from_str(name, true).ok().map(Self::Part)
    }

    /// Returns the section with this name.
    pub(crate) fn section_named(name: &str) -> Option<Self> {
        Section::all().find(|section| section.name() == name).map(Self::Section)
    }

    /// Returns whether deploying or surveying this covers a section: a part includes the parts
    /// before it.
    pub(crate) fn brings_up(self, section: Section) -> bool {
        match self {
            Self::Part(part) => part.number().is_none_or(|number| section.part() <= number),
            Self::Section(only) => section == only,
        }
    }

    /// Returns whether removing this covers a section: a part excludes the parts before it. Its
    /// dependents are removed too, which the graph decides.
    pub(crate) fn takes_down(self, section: Section) -> bool {
        match self {
            Self::Part(part) => part.number().is_none_or(|number| section.part() == number),
            Self::Section(only) => section == only,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deploy_includes_the_parts_before_and_cleanup_does_not() {
        let two = Scope::Part(Part::Two);
        assert!(two.brings_up(Section::Bucket) && two.brings_up(Section::Table));
        assert!(!two.takes_down(Section::Bucket) && two.takes_down(Section::Table));
    }
}
