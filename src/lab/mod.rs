//! The definition of the lab: its parts, names, placeholders, files, data, regions and prices.
//! Nothing here calls AWS.

mod arn;
mod durations;
mod expiry;
mod file;
pub(crate) mod files;
mod ids;
mod integration;
mod learner_lab;
pub(crate) mod mysfits;
mod names;
mod nonce;
mod owner;
pub(crate) mod parts;
pub(crate) mod placeholders;
pub(crate) mod prices;
pub(crate) mod regions;
pub(crate) mod roles;
pub(crate) mod roster;
mod shard;
mod template;
mod topology;
mod values;
mod zones;

pub(crate) use arn::ArnPattern;
pub(crate) use durations::Durations;
pub(crate) use expiry::{EXPIRES_TAG, Expiry, Lifetime, own_tags};
pub(crate) use file::LabFile;
pub(crate) use ids::{AccountId, LabId, Region};
pub(crate) use integration::Integration;
pub(crate) use learner_lab::LearnerLab;
pub(crate) use names::{Names, check_bucket_name, check_lab_name, lab_flag, lab_name};
pub(crate) use nonce::Nonce;
pub(crate) use owner::{LAB_TAG, OF_ANOTHER_LAB, Owner};
pub(crate) use parts::{Scope, Section};
pub(crate) use roles::{Role, Roles};
pub(crate) use shard::Shard;
pub(crate) use template::{Kind, Template, TemplateError};
pub(crate) use topology::Topology;
pub(crate) use values::{Placeholder, Value, Values};
pub(crate) use zones::Zones;
