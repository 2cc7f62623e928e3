//! An OCI image from one static program, without Docker, and its way into a registry.
//! What runs the image is no business of this module.

mod binary;
mod build;
mod elf;
mod http;
mod layer;
mod oci;
mod push;

#[cfg(test)]
mod fake_registry;

use std::path::Path;

pub(crate) use self::{
    binary::{CARRIED, check, warning},
    elf::Architecture,
    oci::Image,
    push::{Registry, push},
};
use crate::error::Result;

/// The image of the backend: finds the program, checks it, packs it. `given` is the program that
/// the user named.
///
/// # Errors
/// When there is no program, or it cannot run in a container of its own.
pub(crate) async fn image(given: Option<&Path>, status: &(dyn Fn(String) + Sync)) -> Result<Image> {
    let program = binary::find(given, status).await?;
    let architecture = elf::check(&program.bytes).map_err(|unfit| program.unfit(unfit))?;
    status("packing the image".to_owned());
    // Compressing takes a second, in which nothing else should stand still.
    tokio::task::spawn_blocking(move || oci::assemble(architecture, &program.bytes))
        .await
        .map_err(|error| packing(&error))?
        .map_err(|error| packing(&error))
}

fn packing(error: &dyn std::error::Error) -> crate::error::Error {
    let message = format!("the image could not be packed: {error}");
    crate::error::Error::new(crate::error::Code::Binary, message)
}
