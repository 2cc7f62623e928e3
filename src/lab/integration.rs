//! How the API reaches the load balancer.

use clap::ValueEnum;
use serde::Deserialize;

/// How the API reaches the load balancer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Integration {
    /// As in the lab: over a VPC link, inside AWS's network
    #[default]
    VpcLink,
    /// Without a VPC link: over the internet, at the load balancer's public address
    Internet,
}
