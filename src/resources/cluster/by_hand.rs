//! The cluster, by hand.

use super::{Cluster, INSIGHTS};
use crate::{
    aws::operations::ecs as op,
    engine::{ByHand, Command, Deed},
    lab::placeholders::CLUSTER_NAME,
    resources::hand::small_tag,
};

impl Cluster {
    /// Returns the commands that make it, and that delete it.
    pub(super) fn commands(&self) -> ByHand {
        let look = || {
            Command::of(&op::DESCRIBE_CLUSTERS)
                .arg("--clusters", &self.name)
                .query("clusters[?status=='ACTIVE'].clusterName | [0]")
        };
        let (setting, value) = INSIGHTS;
        let create = Command::of(&op::CREATE_CLUSTER)
            .arg("--cluster-name", &self.name)
            .arg("--settings", format!("name={setting},value={value}"))
            .arg("--tags", small_tag(&self.lab.name));
        let delete = Command::of(&op::DELETE_CLUSTER).arg("--cluster", &self.name);
        ByHand {
            up: vec![
                Deed::Set(CLUSTER_NAME, self.name.clone()),
                Deed::Unless(look(), vec![Deed::Run(create)]),
            ],
            down: vec![Deed::If(look(), vec![Deed::Run(delete)])],
            files: Vec::new(),
        }
    }
}
