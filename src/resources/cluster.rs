//! The ECS cluster.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ecs::{
    Client,
    types::{Cluster as Description, ClusterField, Tag},
};

use crate::{
    aws::{call, settled},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::Result,
    lab::{LAB_TAG, Names, placeholders::CLUSTER_NAME},
    resources::ownership,
    target::Target,
};

/// The cluster.
pub(super) struct Cluster {
    about: About,
    ecs: Client,
    name: String,
    lab: String,
    adopt: bool,
}

impl Cluster {
    pub(super) fn new(target: &Target, names: &Names, adopt: bool) -> Self {
        Self {
            about: About {
                id: Id("cluster"),
                title: format!("ECS cluster `{}`", names.cluster),
                why: "A cluster groups the services and tasks of the lab.",
                produces: vec![CLUSTER_NAME],
                after: vec![Id("service-linked-role")],
                ours: ownership::by_tag(&names.lab),
                deadline: Duration::from_mins(15),
                ..About::default()
            },
            ecs: target.ecs(),
            name: names.cluster.clone(),
            lab: names.lab.clone(),
            adopt,
        }
    }

    /// A missing cluster is no error to ECS but an entry in `failures`, and a deleted one is shown
    /// as `INACTIVE` for a while.
    async fn describe(&self) -> Result<Option<Description>> {
        let describe =
            self.ecs.describe_clusters().clusters(&self.name).include(ClusterField::Tags);
        let answer = call("ecs DescribeClusters", describe.send()).await?;
        let cluster = answer.clusters.and_then(|all| all.into_iter().next());
        Ok(cluster.filter(|cluster| cluster.status() != Some("INACTIVE")))
    }

    fn tag(&self) -> Tag {
        Tag::builder().key(LAB_TAG).value(&self.lab).build()
    }
}

#[async_trait]
impl Resource for Cluster {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, _known: &Values) -> Result<Seen> {
        let Some(cluster) = self.describe().await? else { return Ok(Seen::Absent) };
        let status = cluster.status().unwrap_or("of unknown state");
        if status != "ACTIVE" {
            return Ok(Seen::Settling { status: status.to_owned() });
        }
        let tag = cluster.tags().iter().find(|tag| tag.key() == Some(LAB_TAG));
        let values = Values::of([(CLUSTER_NAME, &self.name)]);
        Ok(match ownership::differences(tag.and_then(Tag::value), &self.lab, self.adopt) {
            Ok(differences) => Seen::with(values, differences),
            Err(foreign) => foreign,
        })
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        if *seen == Seen::Absent {
            step.status("creating the cluster");
            settled(step, "ecs CreateCluster", || {
                self.ecs.create_cluster().cluster_name(&self.name).tags(self.tag()).send()
            })
            .await?;
            return Ok(());
        }
        let Some(cluster) = self.describe().await? else { return Ok(()) };
        step.status("tagging the cluster");
        let arn = cluster.cluster_arn().unwrap_or_default();
        let tag = self.ecs.tag_resource().resource_arn(arn).tags(self.tag());
        call("ecs TagResource", tag.send()).await?;
        Ok(())
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the cluster");
        let deleted = settled(step, "ecs DeleteCluster", || {
            self.ecs.delete_cluster().cluster(&self.name).send()
        })
        .await;
        match deleted {
            Err(failure) if failure.is("ClusterNotFoundException") => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }
}
