//! What the lab is: its parts, names, placeholders, files, data, regions and prices. Nothing here
//! calls AWS.

pub(crate) mod files;
pub(crate) mod mysfits;
mod names;
pub(crate) mod parts;
pub(crate) mod placeholders;
pub(crate) mod prices;
pub(crate) mod regions;
mod template;

pub(crate) use names::{LAB_TAG, Names, check_bucket_name, check_lab_name};
pub(crate) use parts::{Scope, Section};
pub(crate) use template::{Kind, Template};
