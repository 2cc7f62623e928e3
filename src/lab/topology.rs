//! How the backend's network is built.

use clap::ValueEnum;
use serde::Deserialize;

/// How the backend's network is built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Topology {
    /// As in the lab: tasks in private subnets behind two NAT gateways
    #[default]
    Classic,
    /// Cheaper, without NAT gateways: tasks in public subnets with a public address
    Economy,
}

impl Topology {
    /// Returns the topology with this name in the template.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|topology| topology.name() == name)
    }

    /// Returns its name on the command line and in the template.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Economy => "economy",
        }
    }
}
