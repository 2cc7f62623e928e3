//! The lab's resources, one file each, and the single list of them. Everything else about the lab
//! (order, plan, cleanup) is derived from this list. Nothing here prints.

mod bucket;
mod cluster;
mod core_stack;
mod declared;
mod difference;
mod duplicates;
mod endpoint_service;
mod hand;
mod image;
mod integration;
mod judged;
mod likes;
mod listener;
mod load_balancer;
pub(crate) mod log_group;
mod mysfits;
pub(crate) mod quotas;
mod reached;
mod reference;
mod repository;
mod rest_api;
pub(crate) mod service;
mod service_linked_role;
mod site;
mod stage;
mod table;
mod target_group;
mod task_definition;
mod user_pool;
mod user_pool_client;
mod vpc_link;
mod words;

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use self::declared::Declared;
use crate::{
    destination::Destination,
    engine::{About, Graph, Id, Resource},
    error::{Code, Error, Result},
    image::Packed,
    lab::{Expiry, Integration, Names, Nonce, Role, Roles, Section, Topology, Zones, placeholders},
};

/// The user's options for the resources.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    /// How the backend's network is built. `None`: unchanged, or as in the lab if it is new.
    pub(crate) topology: Option<Topology>,
    /// The zones of the network. `None`: unchanged, or the region's first two if it is new.
    pub(crate) zones: Option<Zones>,
    /// The roles of the tasks.
    pub(crate) roles: Roles,
    /// How the API reaches the load balancer. `None`: unchanged, or as in the lab if it is new.
    pub(crate) integration: Option<Integration>,
    /// When the lab may go. `None`: unchanged, or never if the lab is new.
    pub(crate) expires: Option<Expiry>,
    /// The nonce that the site carries. `None`: unchanged, or none if the site is new.
    pub(crate) nonce: Option<Nonce>,
    /// The backend's binary, if one was chosen.
    pub(crate) service_binary: Option<PathBuf>,
    /// The image of it, which is packed once for all labs of the process.
    pub(crate) packed: Packed,
    /// What a new lab gets where nothing is chosen.
    pub(crate) when_new: WhenNew,
}

/// What a new lab gets where nothing is chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct WhenNew {
    /// How the backend's network is built.
    pub(crate) topology: Topology,
    /// The roles of the tasks; `None`: the stack makes them.
    pub(crate) role: Option<Role>,
}

impl Choices {
    /// Returns how the network of a new lab is built.
    pub(crate) fn topology_when_new(&self) -> Topology {
        self.topology.unwrap_or(self.when_new.topology)
    }
}

/// A resource and its section of the lab.
pub(crate) struct Member {
    /// Its section.
    pub(crate) section: Section,
    /// The resource.
    resource: Box<dyn Resource>,
}

/// The whole lab: its resources and their dependencies.
pub(crate) struct Lab {
    /// All resources. The graph refers to them by their index in this list.
    pub(crate) members: Vec<Member>,
    /// The dependencies.
    pub(crate) graph: Graph,
}

impl Lab {
    /// Creates all resources of the lab in a destination.
    ///
    /// # Errors
    /// When the resources do not form a graph: a bug in this program.
    pub(crate) fn new(destination: &Destination, names: &Names, choices: &Choices) -> Result<Self> {
        use Section::{Auth, Bucket, CoreStack, Fargate, Table};
        let integration =
            Arc::new(integration::Chosen::new(destination, names, choices.integration));
        let members = vec![
            member(Bucket, bucket::Bucket::new(destination, names, choices.expires)?),
            member(Bucket, site::Site::new(destination, names, choices.nonce.clone())),
            member(Table, table::Table::of_mysfits(destination, names, choices.expires)?),
            member(Table, table::Table::of_likes(destination, names, choices.expires)?),
            member(Table, mysfits::Mysfits::new(destination, names)),
            member(CoreStack, core_stack::CoreStack::new(destination, names, choices)),
            member(Fargate, repository::Repository::new(destination, names)),
            member(Fargate, image::Image::new(destination, names, choices)),
            member(Fargate, log_group::LogGroup::new(destination, names)),
            member(Fargate, service_linked_role::ServiceLinkedRole::new(destination)),
            member(Fargate, cluster::Cluster::new(destination, names, choices.expires)),
            member(Fargate, task_definition::TaskDefinition::new(destination, names)),
            member(Fargate, load_balancer::LoadBalancer::new(destination, names)),
            member(Fargate, target_group::TargetGroup::new(destination, names)),
            member(Fargate, listener::Listener::new(destination, names)),
            member(Fargate, service::Service::new(destination, names, choices)),
            member(Fargate, likes::Likes::new(destination, names)),
            member(Auth, user_pool::UserPool::new(destination, names, choices.expires)),
            member(Auth, user_pool_client::UserPoolClient::new(destination, names)),
            member(Auth, vpc_link::VpcLink::new(destination, names, &integration)),
            member(Auth, rest_api::RestApi::new(destination, names, &integration)),
            member(Auth, stage::Stage::new(destination, names, &integration)),
        ];
        let abouts: Vec<&About> = members.iter().map(|member| member.resource.about()).collect();
        let graph = Graph::new(&abouts, &placeholders::GIVEN)
            .map_err(|error| Error::new(Code::Lab, error.to_string()))?;
        Ok(Self { members, graph })
    }

    /// Returns the declaration of the resource at a place.
    pub(crate) fn about(&self, place: usize) -> &About {
        self.members[place].resource.about()
    }

    /// Returns the number of the part that each resource belongs to.
    pub(crate) fn parts(&self) -> HashMap<Id, u8> {
        let part = |it: &Member| (it.resource.about().id, it.section.part());
        self.members.iter().map(part).collect()
    }

    /// Returns the resource at a place.
    pub(crate) fn resource(&self, place: usize) -> &dyn Resource {
        self.members[place].resource.as_ref()
    }

    /// Returns the place of the resource whose type an ARN has: of several, the one that it is most
    /// like, the first if they are alike.
    pub(crate) fn of_type(&self, arn: &str) -> Option<usize> {
        let likeness = |place: usize| Some((self.about(place).arn.as_ref()?.likeness(arn)?, place));
        let all = (0..self.members.len()).filter_map(likeness);
        all.max_by_key(|(likeness, place)| (*likeness, std::cmp::Reverse(*place)))
            .map(|(_, place)| place)
    }

    /// Returns all resources, in the order of the list.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &dyn Resource> {
        self.members.iter().map(|member| member.resource.as_ref())
    }
}

fn member(section: Section, resource: impl Resource + 'static) -> Member {
    Member { section, resource: Box::new(Declared(resource)) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        aws::Access,
        engine::{Argument, ByHand, Deed, Direction, Subject},
        lab::AccountId,
    };

    /// Returns the lab, for an account that is never called.
    fn lab() -> Lab {
        let destination = Destination::never_asked("123456789012", "eu-west-1");
        let names = Names::new(&AccountId::new("123456789012"), &destination.region, None, None);
        Lab::new(&destination, &names, &Choices::default()).unwrap()
    }

    #[test]
    fn the_lab_is_a_graph_in_which_every_placeholder_has_one_source() {
        let lab = lab();
        let mut sources: Vec<_> =
            lab.resources().flat_map(|it| it.about().produces.clone()).collect();
        sources.extend(placeholders::GIVEN);
        let twice = sources.iter().enumerate().find(|(place, it)| sources[..*place].contains(it));
        assert_eq!(twice, None, "a second source");
        let unfed: Vec<_> = placeholders::ALL.iter().filter(|it| !sources.contains(it)).collect();
        assert!(
            unfed.is_empty(),
            "no resource of the list in src/resources/mod.rs produces {unfed:?}"
        );
    }

    #[test]
    fn every_resource_declares_what_others_derive() {
        let lab = lab();
        for about in lab.resources().map(Resource::about) {
            let said = [about.id.0, &about.title, about.why];
            assert!(said.iter().all(|text| !text.is_empty()), "{about:?}");
            assert!(!about.operations.is_empty(), "{} declares no operations", about.id);
            let found = about.arn.is_some() || about.parent.is_some() || about.shared;
            assert!(found, "{} has no ARN, by which what is left of it would be found", about.id);
            let mut operations = about.operations.to_vec();
            operations.sort_by_key(ToString::to_string);
            operations.dedup();
            assert_eq!(operations.len(), about.operations.len(), "{} declares one twice", about.id);
        }
        let ids = lab.resources().map(|resource| resource.about().id);
        assert_eq!(ids.collect::<BTreeSet<_>>().len(), lab.members.len());
    }

    #[test]
    fn what_shows_a_checked_setting_is_declared_and_reads() {
        for about in lab().resources().map(Resource::about) {
            for check in about.checks {
                let shows = match check.on {
                    Subject::Setting(operation, _) => Some(operation),
                    Subject::Presence => about.operations.first().copied(),
                    _ => None,
                };
                let Some(operation) = shows else { continue };
                assert!(about.operations.contains(&operation), "{}: {operation}", check.id);
                assert_eq!(operation.access, Access::Read, "{}: {operation}", check.id);
            }
        }
    }

    #[test]
    fn every_resource_says_how_it_is_made_and_removed_by_hand() {
        for resource in lab().resources() {
            let (about, ByHand { up, down, files }) = (resource.about(), resource.by_hand());
            assert!(!up.is_empty() && !down.is_empty(), "{}", about.id);
            let commands: Vec<_> = up.iter().chain(&down).flat_map(Deed::commands).collect();
            for command in &commands {
                for operation in &command.operations {
                    let id = about.id;
                    assert!(about.operations.contains(operation), "{id} declares no {operation}");
                }
            }
            let arguments = commands.iter().flat_map(|command| &command.arguments);
            for argument in arguments {
                if let Argument::File { path, .. } = argument {
                    assert!(files.iter().any(|file| file.path == *path), "{}: {path}", about.id);
                }
            }
        }
    }

    #[test]
    fn every_value_of_a_resource_is_noted_by_hand() {
        for resource in lab().resources() {
            let up = resource.by_hand().up;
            let commands: Vec<_> = up.iter().flat_map(Deed::commands).collect();
            // The nonce is chosen, not made.
            let made = resource.about().produces.iter().filter(|it| **it != placeholders::NONCE);
            for value in made {
                let name = value.name();
                let variable = format!("{}=", name.trim_start_matches("REPLACE_ME_"));
                let is_set = up.iter().any(|deed| match deed {
                    Deed::Set(set, _) => set == value,
                    Deed::Shell(lines) => lines.iter().any(|line| line.contains(&variable)),
                    Deed::NoteAll(_) => true,
                    _ => false,
                });
                let notes = commands.iter().filter_map(|command| command.note.as_ref());
                let is_noted = notes.into_iter().any(|note| note.name == name);
                assert!(is_set || is_noted, "{}: {value}", resource.about().id);
            }
        }
    }

    #[test]
    fn each_section_needs_only_itself_and_those_before_it() {
        let lab = lab();
        for (place, member) in lab.members.iter().enumerate() {
            for needed in lab.graph.with_all_before([place], Direction::Forward) {
                let section = lab.members[needed].section;
                assert!(section <= member.section, "{}", member.resource.about().id);
            }
        }
    }

    #[test]
    fn the_readme_names_every_resource_in_the_row_of_its_part() {
        let lab = lab();
        let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
        let readme = readme.unwrap().to_lowercase();
        for member in lab.members.iter().filter(|member| !member.resource.about().shared) {
            let (id, row) =
                (member.resource.about().id.0, format!("| {} | `", member.section.part()));
            let mut rows = readme.lines().filter(|line| line.starts_with(&row));
            let is_named = |row: &str| row.contains(id) || row.contains(&id.replace('-', " "));
            assert!(rows.any(is_named), "README.md: no row that begins with {row} names {id}");
        }
    }
}
