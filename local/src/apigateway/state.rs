//! The service's state for an account in a region: the APIs with their deployments and stages, and
//! the VPC links.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::{Definition, Texts};
use crate::{
    clock::{Moment, Transition},
    pace::typical,
    ports::DELETING_VPC_LINK,
    regional::Settle,
    times::Millis,
};

/// The creation of a VPC link, which is pending until it is complete.
pub(super) const CREATING_VPC_LINK: Transition = Transition {
    operation: "CreateVpcLink",
    typical: typical("AWS::ApiGateway::VpcLink PENDING"),
    ..DELETING_VPC_LINK
};

/// The APIs and links of an account in a region, by their ids.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Region {
    pub(super) apis: BTreeMap<String, Api>,
    pub(super) links: BTreeMap<String, VpcLink>,
    /// When the last API was deleted: the next has to wait.
    pub(super) api_deleted: Option<Millis>,
}

impl Settle for Region {
    /// Applies the passage of time: removes the links whose deletion has ended.
    fn settle(&mut self, moment: &Moment) {
        self.links.retain(|_, link| !link.is_gone(moment));
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Api {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) version: Option<String>,
    pub(super) created: Millis,
    pub(super) settings: Settings,
    pub(super) tags: Texts,
    /// What the next deployment is made of.
    pub(super) definition: Definition,
    pub(super) deployments: BTreeMap<String, Deployment>,
    pub(super) stages: BTreeMap<String, Stage>,
}

/// What an API is created with, in the SDKs' terms. What the local cloud has no use for is only
/// shown again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Settings {
    pub(super) endpoint_configuration: Endpoint,
    pub(super) api_key_source: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) binary_media_types: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) minimum_compression_size: Option<u64>,
    pub(super) disable_execute_api_endpoint: bool,
    pub(super) security_policy: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Endpoint {
    pub(super) types: Vec<String>,
    pub(super) ip_address_type: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            endpoint_configuration: Endpoint::default(),
            api_key_source: "HEADER".to_owned(),
            binary_media_types: Vec::new(),
            minimum_compression_size: None,
            disable_execute_api_endpoint: false,
            security_policy: "TLS_1_0".to_owned(),
        }
    }
}

impl Default for Endpoint {
    /// The default is an edge-optimised API, as on AWS.
    fn default() -> Self {
        Self { types: vec!["EDGE".to_owned()], ip_address_type: "ipv4".to_owned() }
    }
}

/// An API as it was at some time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Deployment {
    pub(super) id: String,
    pub(super) description: Option<String>,
    pub(super) created: Millis,
    pub(super) definition: Definition,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stage {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) deployment: String,
    pub(super) variables: Texts,
    /// Limits by `RESOURCE/METHOD`; `*/*` is for all methods.
    pub(super) limits: BTreeMap<String, Limits>,
    pub(super) tags: Texts,
    pub(super) created: Millis,
    pub(super) updated: Millis,
}

/// How many calls a stage takes; by default, AWS's limits of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Limits {
    /// Calls per second.
    pub(super) rate: Option<f64>,
    /// Calls at once.
    pub(super) burst: Option<u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct VpcLink {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// The ARN of its network load balancer.
    pub(super) target: String,
    pub(super) tags: Texts,
    /// When it is no longer pending.
    pub(super) settled_at: Millis,
    /// Why it will have failed then.
    pub(super) failure: Option<String>,
    /// When it is gone, for one that was deleted.
    pub(super) gone_at: Option<Millis>,
}

impl VpcLink {
    /// Returns its state, in AWS's words.
    pub(super) fn status(&self, moment: &Moment) -> &'static str {
        match (self.gone_at, moment.has_come(CREATING_VPC_LINK, self.settled_at), &self.failure) {
            (Some(_), ..) => "DELETING",
            (None, false, _) => "PENDING",
            (None, true, Some(_)) => "FAILED",
            (None, true, None) => "AVAILABLE",
        }
    }

    pub(super) fn is_gone(&self, moment: &Moment) -> bool {
        self.gone_at.is_some_and(|gone| moment.has_come(DELETING_VPC_LINK, gone))
    }
}
