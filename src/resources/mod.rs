//! The lab's resources, one file each, and the one list of them. Everything else about the lab
//! (order, plan, cleanup) is derived from this list. Nothing here prints.

mod bucket;
mod cluster;
mod core_stack;
mod image;
mod listener;
mod load_balancer;
mod log_group;
mod mysfits;
mod namesakes;
mod ownership;
mod repository;
mod rest_api;
mod service;
mod service_linked_role;
mod site;
mod stage;
pub(crate) mod sweep;
mod table;
mod target_group;
mod task_definition;
pub(crate) mod task_logs;
mod user_pool;
mod user_pool_client;
mod vpc_link;

use crate::{
    engine::{About, Graph, Resource},
    error::{Code, Error, Result},
    lab::{Names, Section, placeholders},
    settings::Settings,
    target::Target,
};

/// A resource and the section of the lab that it belongs to.
pub(crate) struct Member {
    /// Its section.
    pub(crate) section: Section,
    /// The resource.
    pub(crate) resource: Box<dyn Resource>,
}

/// The whole lab: its resources and how they depend on each other.
pub(crate) struct Lab {
    /// All resources. The graph names them by their places in this list.
    pub(crate) members: Vec<Member>,
    /// Who needs whom.
    pub(crate) graph: Graph,
}

impl Lab {
    /// All resources of the lab in a target. `adopt`: take over what exists without our tag.
    ///
    /// # Errors
    /// When the resources do not make a graph: a mistake in this program.
    pub(crate) fn new(
        target: &Target,
        names: &Names,
        settings: &Settings,
        adopt: bool,
    ) -> Result<Self> {
        use Section::{Auth, Bucket, CoreStack, Fargate, Table};
        let topology = settings.topology;
        let binary = settings.service_binary.clone();
        let members = vec![
            member(Bucket, bucket::Bucket::new(target, names, adopt)?),
            member(Bucket, site::Site::new(target, names)?),
            member(Table, table::Table::new(target, names, adopt)?),
            member(Table, mysfits::Mysfits::new(target, names)?),
            member(CoreStack, core_stack::CoreStack::new(target, names, topology, adopt)),
            member(Fargate, repository::Repository::new(target, names, adopt)),
            member(Fargate, image::Image::new(target, names, binary)),
            member(Fargate, log_group::LogGroup::new(target, names, adopt)),
            member(Fargate, service_linked_role::ServiceLinkedRole::new(target)),
            member(Fargate, cluster::Cluster::new(target, names, adopt)),
            member(Fargate, task_definition::TaskDefinition::new(target, names, adopt)?),
            member(Fargate, load_balancer::LoadBalancer::new(target, names, adopt)),
            member(Fargate, target_group::TargetGroup::new(target, names, adopt)),
            member(Fargate, listener::Listener::new(target, names)),
            member(Fargate, service::Service::new(target, names, topology, adopt)?),
            member(Auth, user_pool::UserPool::new(target, names, adopt)),
            member(Auth, user_pool_client::UserPoolClient::new(target, names)),
            member(Auth, vpc_link::VpcLink::new(target, names, adopt)),
            member(Auth, rest_api::RestApi::new(target, names, adopt)?),
            member(Auth, stage::Stage::new(target, names)?),
        ];
        let abouts: Vec<&About> = members.iter().map(|member| member.resource.about()).collect();
        let graph = Graph::new(&abouts, &placeholders::GIVEN)
            .map_err(|error| Error::new(Code::Lab, error.to_string()))?;
        Ok(Self { members, graph })
    }

    /// What is known of the resource at a place.
    pub(crate) fn about(&self, place: usize) -> &About {
        self.members[place].resource.about()
    }

    /// The resource at a place.
    pub(crate) fn resource(&self, place: usize) -> &dyn Resource {
        self.members[place].resource.as_ref()
    }
}

fn member(section: Section, resource: impl Resource + 'static) -> Member {
    Member { section, resource: Box::new(resource) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{engine::Direction, settings::Flags, target::AccountId};

    /// The lab, for an account that is never asked.
    fn lab() -> Lab {
        let target = Target::never_asked("123456789012", "eu-west-1");
        let names = Names::new(&AccountId::new("123456789012"), &target.region, None, None);
        Lab::new(&target, &names, &Settings::resolve(Flags::default()).unwrap(), false).unwrap()
    }

    #[test]
    fn the_lab_is_a_graph_in_which_every_placeholder_has_one_source() {
        let lab = lab();
        let abouts = lab.members.iter().map(|member| member.resource.about());
        let mut sources: Vec<_> = abouts.flat_map(|about| about.produces.clone()).collect();
        sources.extend(placeholders::GIVEN);
        let count = sources.len();
        assert_eq!(count, sources.iter().collect::<BTreeSet<_>>().len(), "a second source");
        assert_eq!(count, placeholders::ALL.len(), "one without a source, or one without a name");
    }

    #[test]
    fn every_resource_says_what_it_is_and_whose() {
        let lab = lab();
        for about in lab.members.iter().map(|member| member.resource.about()) {
            let said = [about.id.0, &about.title, about.why, &about.ours];
            assert!(said.iter().all(|text| !text.is_empty()), "{about:?}");
        }
        let ids = lab.members.iter().map(|member| member.resource.about().id);
        assert_eq!(ids.collect::<BTreeSet<_>>().len(), lab.members.len());
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
}
