//! The lab's files, embedded in the binary: the templates and the site.

use include_dir::{Dir, include_dir};

use super::{
    Kind, Template,
    placeholders::{
        API_URL, COGNITO_URL, NONCE, SERVICE_URL, USER_POOL_CLIENT_ID, USER_POOL_ISSUER,
    },
};

/// The site, from `web/`.
pub(crate) static WEB: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/web");

/// The policy that lets everyone read the site.
pub(crate) const BUCKET_POLICY: Template<'static> = Template {
    path: "templates/website-bucket-policy.json",
    kind: Kind::Json,
    text: include_str!("../../templates/website-bucket-policy.json"),
    optional: &[],
};

/// The table and its indexes.
pub(crate) const TABLE: Template<'static> = Template {
    path: "templates/dynamodb-table.json",
    kind: Kind::Json,
    text: include_str!("../../templates/dynamodb-table.json"),
    optional: &[],
};

/// The table of the likes.
pub(crate) const LIKES_TABLE: Template<'static> = Template {
    path: "templates/dynamodb-likes-table.json",
    kind: Kind::Json,
    text: include_str!("../../templates/dynamodb-likes-table.json"),
    optional: &[],
};

/// The twelve mysfits.
pub(crate) const MYSFITS: Template<'static> = Template {
    path: "templates/populate-dynamodb.json",
    kind: Kind::Json,
    text: include_str!("../../templates/populate-dynamodb.json"),
    optional: &[],
};

/// The network and the roles. As in the lab, its `REPLACE_ME_…` are descriptions of outputs, and
/// are not filled in.
pub(crate) const CORE_STACK: &str = include_str!("../../templates/core.yml");

/// The task definition. The user pool is optional for the backend: without it, anyone may like.
pub(crate) const TASK_DEFINITION: Template<'static> = Template {
    path: "templates/task-definition.json",
    kind: Kind::Json,
    text: include_str!("../../templates/task-definition.json"),
    optional: &[USER_POOL_ISSUER, USER_POOL_CLIENT_ID],
};

/// The service that keeps the task running.
pub(crate) const SERVICE_DEFINITION: Template<'static> = Template {
    path: "templates/service-definition.json",
    kind: Kind::Json,
    text: include_str!("../../templates/service-definition.json"),
    optional: &[],
};

/// The API: its paths, who may call them, and their integrations.
pub(crate) const API: Template<'static> = Template {
    path: "templates/api-swagger.json",
    kind: Kind::Json,
    text: include_str!("../../templates/api-swagger.json"),
    optional: &[],
};

/// The only file of the site with placeholders. All of them are optional.
pub(crate) const SITE_CONFIG: Template<'static> = Template {
    path: "web/config.js",
    kind: Kind::JavaScript,
    text: include_str!("../../web/config.js"),
    optional: &[SERVICE_URL, API_URL, COGNITO_URL, USER_POOL_CLIENT_ID, NONCE],
};
