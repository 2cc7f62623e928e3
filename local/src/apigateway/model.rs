//! What an API is made of, in the SDKs' terms: the same structures are read from calls, stored in
//! the state and shown in answers.
#![expect(clippy::struct_field_names, reason = "the names are those of the SDKs")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Texts by name: templates by content type, parameters by where they go.
pub(super) type Texts = BTreeMap<String, String>;

/// Everything that a deployment keeps of an API. All are keyed by id, but gateway responses by
/// type and models by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Definition {
    pub(super) resources: BTreeMap<String, Resource>,
    pub(super) authorizers: BTreeMap<String, Authorizer>,
    pub(super) gateway_responses: BTreeMap<String, GatewayResponse>,
    /// By name.
    pub(super) models: BTreeMap<String, Model>,
}

/// A schema with a name. Bodies are not checked against it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Model {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    /// JSON.
    pub(super) schema: String,
    pub(super) content_type: String,
}

/// A path of an API.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Resource {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path_part: Option<String>,
    pub(super) path: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) resource_methods: BTreeMap<String, Method>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Method {
    pub(super) http_method: String,
    pub(super) authorization_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) authorizer_id: Option<String>,
    pub(super) api_key_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) operation_name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) authorization_scopes: Vec<String>,
    /// Whether each, such as `method.request.path.id`, is required.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) request_parameters: BTreeMap<String, bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) request_models: Texts,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) method_responses: BTreeMap<String, MethodResponse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) method_integration: Option<Integration>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct MethodResponse {
    pub(super) status_code: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) response_parameters: BTreeMap<String, bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) response_models: Texts,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Integration {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) http_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) connection_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) connection_id: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) request_parameters: Texts,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) request_templates: Texts,
    pub(super) passthrough_behavior: String,
    pub(super) timeout_in_millis: u64,
    pub(super) cache_namespace: String,
    pub(super) cache_key_parameters: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) integration_responses: BTreeMap<String, IntegrationResponse>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct IntegrationResponse {
    pub(super) status_code: String,
    /// Which answers of the backend it is for; none for all others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) selection_pattern: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) response_parameters: Texts,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) response_templates: Texts,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Authorizer {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(rename = "providerARNs")]
    pub(super) provider_arns: Vec<String>,
    pub(super) auth_type: String,
    pub(super) identity_source: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct GatewayResponse {
    pub(super) response_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status_code: Option<String>,
    pub(super) response_parameters: Texts,
    pub(super) response_templates: Texts,
    pub(super) default_response: bool,
}

impl Definition {
    /// Creates the definition of a new API: a root without methods.
    pub(super) fn new(root_id: String) -> Self {
        let root = Resource { id: root_id.clone(), path: "/".to_owned(), ..Resource::default() };
        Self { resources: BTreeMap::from([(root_id, root)]), ..Self::default() }
    }

    pub(super) fn at_path(&self, path: &str) -> Option<&Resource> {
        self.resources.values().find(|resource| resource.path == path)
    }

    /// Returns every method, with the resource that it belongs to.
    pub(super) fn methods(&self) -> impl Iterator<Item = (&Resource, &Method)> {
        self.resources.values().flat_map(|resource| {
            resource.resource_methods.values().map(move |method| (resource, method))
        })
    }
}
