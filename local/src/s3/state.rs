//! What is kept of a bucket: its settings and its unfinished uploads, and what an object is. The
//! objects themselves are kept next to it (`objects.rs`), and their bodies (`bodies.rs`), named
//! here by id.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::{
    checksums::{Algorithm, Checksum, Kind},
    times::Seconds,
};

/// Tags by key.
pub(super) type Tags = BTreeMap<String, String>;

/// One bucket.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct BucketState {
    pub(super) name: String,
    pub(super) account: String,
    pub(super) region: String,
    pub(super) created: Seconds,
    pub(super) tags: Tags,
    pub(super) public_access_block: Option<PublicAccessBlock>,
    /// That of its account, which is kept there.
    #[serde(skip)]
    pub(super) account_block: Option<PublicAccessBlock>,
    pub(super) ownership: Option<String>,
    /// The policy exactly as it was put.
    pub(super) policy: Option<String>,
    pub(super) website: Option<Website>,
    /// `None` until versioning is configured for the first time; it cannot become `None` again.
    pub(super) versioning: Option<Versioning>,
    /// The unfinished multipart uploads by id.
    pub(super) uploads: BTreeMap<String, Upload>,
    /// The last uploads that were completed: who lost the answer gets it again.
    #[serde(default)]
    pub(super) completed: VecDeque<Completed>,
}

impl BucketState {
    /// Returns the switches that apply: its own, and those of its account.
    pub(super) fn blocks(&self) -> impl Iterator<Item = PublicAccessBlock> {
        self.public_access_block.into_iter().chain(self.account_block)
    }
}

/// The four switches of Block Public Access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "AWS has these four switches")]
pub(super) struct PublicAccessBlock {
    pub(super) block_public_acls: bool,
    pub(super) ignore_public_acls: bool,
    pub(super) block_public_policy: bool,
    pub(super) restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// What every new bucket has since April 2023.
    pub(super) const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

/// How a bucket serves as a website.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Website {
    /// Every request goes to another host.
    Redirect { host: String, protocol: Option<String> },
    /// Objects are pages.
    Pages { index: String, error: Option<String> },
}

/// Versioning, once it has been configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Versioning {
    Enabled,
    Suspended,
}

/// One object's data and its description.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Content {
    /// The id of the body.
    pub(super) body: String,
    pub(super) size: u64,
    /// Without its quotes.
    pub(super) etag: String,
    /// The headers that were put with the object and are given back with it.
    pub(super) headers: BTreeMap<String, String>,
    pub(super) checksum: Checksum,
    pub(super) tags: Tags,
}

/// An unfinished multipart upload.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Upload {
    pub(super) key: String,
    pub(super) started: Seconds,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) tags: Tags,
    pub(super) checksum: ChecksumPlan,
    pub(super) parts: BTreeMap<u32, Part>,
}

/// How an upload was completed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Completed {
    pub(super) id: String,
    pub(super) key: String,
    /// The number and the `ETag` of each part.
    pub(super) parts: Vec<(u32, String)>,
    pub(super) etag: String,
    pub(super) checksum: Checksum,
    pub(super) version: Option<String>,
}

/// Which checksum the finished object will have, chosen when its upload begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChecksumPlan {
    pub(super) algorithm: Algorithm,
    pub(super) kind: Kind,
}

/// One uploaded part.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) body: String,
    pub(super) size: u64,
    pub(super) etag: String,
    pub(super) checksum: Checksum,
    pub(super) modified: Seconds,
}
