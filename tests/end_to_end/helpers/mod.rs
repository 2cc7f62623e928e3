//! What several tests share: the local cloud and the command, and what they do to a lab and read
//! from it.

pub(crate) mod backend;
pub(crate) mod binaries;
pub(crate) mod by_hand;
pub(crate) mod calls;
pub(crate) mod clock;
pub(crate) mod cloud;
pub(crate) mod command;
pub(crate) mod faults;
pub(crate) mod figures;
pub(crate) mod held;
pub(crate) mod http;
pub(crate) mod leftovers;
pub(crate) mod likes;
pub(crate) mod retries;
pub(crate) mod stack;
pub(crate) mod standing;
pub(crate) mod visitor;

// The names of the lab's resources.
pub(crate) const BUCKET: &str = "mysfits-000000000000-eu-west-1";
pub(crate) const STACK: &str = "MythicalMysfitsCoreStack";
pub(crate) const CLUSTER: &str = "MythicalMysfits-Cluster";
pub(crate) const SERVICE: &str = "MythicalMysfits-Service";
