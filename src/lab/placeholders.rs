//! Every placeholder of the lab. A file that uses another name is an error.

use crate::engine::Placeholder;

/// The AWS account, twelve digits.
pub(crate) const ACCOUNT_ID: Placeholder = Placeholder::new("REPLACE_ME_ACCOUNT_ID");
/// The region, such as `eu-west-1`.
pub(crate) const REGION: Placeholder = Placeholder::new("REPLACE_ME_REGION");
/// The name of the bucket that serves the site.
pub(crate) const BUCKET_NAME: Placeholder = Placeholder::new("REPLACE_ME_BUCKET_NAME");
/// The address of the site.
pub(crate) const SITE_URL: Placeholder = Placeholder::new("REPLACE_ME_SITE_URL");
/// The name of the table.
pub(crate) const TABLE_NAME: Placeholder = Placeholder::new("REPLACE_ME_TABLE_NAME");

/// Known before any resource is there.
pub(crate) const GIVEN: [Placeholder; 2] = [ACCOUNT_ID, REGION];

/// All of them.
pub(crate) const ALL: [Placeholder; 5] = [ACCOUNT_ID, REGION, BUCKET_NAME, SITE_URL, TABLE_NAME];

/// The placeholder of this name.
pub(crate) fn named(name: &str) -> Option<Placeholder> {
    ALL.into_iter().find(|placeholder| placeholder.name() == name)
}
