//! The ECS cluster.

mod by_hand;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ecs::{
    Client,
    types::{Cluster as Description, ClusterField, ClusterSetting, ClusterSettingName, Tag},
};

use super::{log_group::by_a_service, words::unless_any};
use crate::{
    aws::{
        call,
        operations::{ecs as op, logs},
    },
    destination::{Destination, Lazy},
    engine::{
        About, ByHand, Check, HARDENING, Id, LAB, LeftBehind, Presence, Purpose, Resource, Seen,
        Setting, Step, Subject,
    },
    error::Result,
    lab::{
        ArnPattern, EXPIRES_TAG, Expiry, LAB_TAG, LabId, Names, Owner, Value, Values, own_tags,
        placeholders::CLUSTER_NAME,
    },
};

/// Whether CloudWatch collects metrics of the tasks, which cost money. An account setting, common
/// in companies, may enable it for all clusters that do not set it themselves.
const INSIGHTS: (ClusterSettingName, &str) = (ClusterSettingName::ContainerInsights, "disabled");

/// What is checked of it.
static CHECKS: [Check; 2] = [
    Check {
        id: "cluster",
        title: "The cluster exists.",
        why: "ECS runs services in a cluster; with Fargate it holds no machine, and costs nothing.",
        hint: "`mysfits fargate deploy` creates it",
        ..LAB
    },
    Check {
        id: "cluster-insights",
        title: "Container Insights is off.",
        depends_on: &["cluster"],
        on: Subject::Setting(&op::DESCRIBE_CLUSTERS, "containerInsights"),
        why: "Its metrics cost more than a lab should, and it leaves a log group behind.",
        hint: "turn it off in the settings of the cluster; `mysfits fargate deploy` does it",
        ..HARDENING
    },
];

/// The cluster.
pub(super) struct Cluster {
    about: About,
    ecs: Lazy<Client>,
    logs: Lazy<aws_sdk_cloudwatchlogs::Client>,
    name: String,
    lab: LabId,
    expires: Option<Expiry>,
}

impl Cluster {
    /// Creates the cluster resource with these names.
    pub(super) fn new(destination: &Destination, names: &Names, expires: Option<Expiry>) -> Self {
        Self {
            about: About {
                id: Id("cluster"),
                title: format!("ECS cluster `{}`", names.cluster),
                why: "A cluster groups the services and tasks of the lab.",
                produces: vec![CLUSTER_NAME],
                after: vec![Id("service-linked-role")],
                arn: Some(ArnPattern::new(&names.lab, "ecs", "cluster/{name}", &names.cluster)),
                operations: &[
                    &op::DESCRIBE_CLUSTERS,
                    &op::CREATE_CLUSTER,
                    &op::TAG_RESOURCE,
                    &op::UPDATE_CLUSTER_SETTINGS,
                    &op::DELETE_CLUSTER,
                    &logs::DESCRIBE_LOG_GROUPS,
                ],
                deadline: Duration::from_mins(15),
                checks: &CHECKS,
                ..About::default()
            },
            ecs: destination.client(),
            logs: destination.client(),
            name: names.cluster.clone(),
            lab: names.lab.clone(),
            expires,
        }
    }

    /// Returns ECS's description of the cluster with this name or ARN; `None` if there is none. ECS
    /// reports a missing cluster not as an error but as an entry in `failures`, and shows a deleted
    /// one as `INACTIVE` for a while.
    async fn describe(&self, cluster: &str) -> Result<Option<Description>> {
        let describe = self
            .ecs
            .describe_clusters()
            .clusters(cluster)
            .include(ClusterField::Tags)
            .include(ClusterField::Settings);
        let answer = call(&op::DESCRIBE_CLUSTERS, describe.send()).await?;
        let cluster = answer.clusters.and_then(|all| all.into_iter().next());
        Ok(cluster.filter(|cluster| cluster.status() != Some("INACTIVE")))
    }

    fn own_tags(&self) -> Vec<Tag> {
        let tag = |(key, value)| Tag::builder().key(key).value(value).build();
        own_tags(&self.lab.name, self.expires).map(tag).collect()
    }

    /// Compares the time at which the lab may go, if one is wanted.
    fn expiry(&self, cluster: &Description) -> Option<Setting> {
        Setting::expiry(self.expires, value(cluster, EXPIRES_TAG))
    }

    async fn create(&self, step: &Step<'_>) -> Result<()> {
        step.status("creating the cluster");
        step.settled(&op::CREATE_CLUSTER, || {
            let create = self.ecs.create_cluster().cluster_name(&self.name);
            create.set_tags(Some(self.own_tags())).settings(insights()).send()
        })
        .await?;
        Ok(())
    }

    /// Writes the tag if it is missing, and the setting.
    async fn update(&self, owner: &Owner, step: &Step<'_>) -> Result<()> {
        let Some(cluster) = self.describe(&self.name).await? else { return Ok(()) };
        if *owner != Owner::Ours || self.expiry(&cluster).is_some_and(|it| it.differs()) {
            step.status("tagging the cluster");
            let arn = cluster.cluster_arn().unwrap_or_default();
            let tag = self.ecs.tag_resource().resource_arn(arn).set_tags(Some(self.own_tags()));
            call(&op::TAG_RESOURCE, tag.send()).await?;
        }
        if setting(&cluster).differs() {
            step.status("turning Container Insights off");
            let update = self.ecs.update_cluster_settings().cluster(&self.name);
            call(&op::UPDATE_CLUSTER_SETTINGS, update.settings(insights()).send()).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for Cluster {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, _known: &Values, _purpose: Purpose) -> Result<Seen> {
        let Some(cluster) = self.describe(&self.name).await? else { return Ok(Seen::absent()) };
        let owner = Owner::of(value(&cluster, LAB_TAG), &self.lab.name);
        let presence = match cluster.status() {
            Some("ACTIVE") => Presence::There,
            status => {
                Presence::Settling { status: status.unwrap_or("of unknown state").to_owned() }
            }
        };
        Ok(Seen {
            values: Values::of([(CLUSTER_NAME, &self.name)]),
            expires: value(&cluster, EXPIRES_TAG).and_then(Expiry::of_tag),
            settings: [Setting::tag(&self.lab.name, &owner), setting(&cluster)]
                .into_iter()
                .chain(self.expiry(&cluster))
                .collect(),
            ..Seen::new(presence, owner)
        })
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        Ok(self.describe(arn).await?.is_some())
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        if seen.presence == Presence::Absent {
            return self.create(step).await;
        }
        self.update(&seen.owner, step).await
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("deleting the cluster");
        let deleted = step
            .settled(&op::DELETE_CLUSTER, || self.ecs.delete_cluster().cluster(&self.name).send())
            .await;
        unless_any(deleted, &["ClusterNotFoundException"])
    }

    /// Container Insights creates a log group without the lab's tag, so it is not ours to delete.
    async fn left_behind(&self, known: &Values) -> Result<Vec<LeftBehind>> {
        if matches!(known.value(CLUSTER_NAME), Value::NotOurs(..)) {
            return Ok(Vec::new());
        }
        let name = format!("/aws/ecs/containerinsights/{}/performance", self.name);
        let why = "Container Insights created it for the lab's cluster";
        Ok(by_a_service(&self.logs, &name, why).await?.into_iter().collect())
    }
}

/// Returns the value of a cluster's tag.
fn value<'a>(cluster: &'a Description, key: &str) -> Option<&'a str> {
    cluster.tags().iter().find(|tag| tag.key() == Some(key)).and_then(Tag::value)
}

/// Returns the desired setting of Container Insights.
fn insights() -> ClusterSetting {
    let (name, value) = INSIGHTS;
    ClusterSetting::builder().name(name).value(value).build()
}

/// Returns a cluster's setting of Container Insights.
fn setting(cluster: &Description) -> Setting {
    let (name, expected) = INSIGHTS;
    let actual = cluster.settings().iter().find(|setting| setting.name() == Some(&name));
    Setting::maybe(name.as_str(), expected, actual.and_then(ClusterSetting::value))
}
