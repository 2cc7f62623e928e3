//! Builds an OCI image from one static program, without Docker, and pushes it to a registry. This
//! module does not depend on what runs the image.

mod binary;
mod build;
mod elf;
mod http;
mod layer;
mod oci;
mod push;

#[cfg(test)]
mod fake_registry;

use std::{path::Path, sync::Arc};

use tokio::sync::OnceCell;

pub(crate) use self::{
    binary::{CARRIED, check, warning},
    elf::Architecture,
    layer::{PROGRAM, USER},
    oci::Image,
    push::{Registry, push},
};
use crate::error::Result;

/// Creates the image of the backend: finds the program, checks it, packs it. `given` is the program
/// named by the user.
///
/// # Errors
/// When there is no program, or it cannot run in a container of its own.
async fn image(given: Option<&Path>, status: &(dyn Fn(String) + Sync)) -> Result<Image> {
    let program = binary::find(given, status).await?;
    let architecture = elf::check(&program.bytes).map_err(|unfit| program.unfit(unfit))?;
    status("packing the image".to_owned());
    // Compressing takes a second, during which nothing else should block.
    tokio::task::spawn_blocking(move || oci::assemble(architecture, &program.bytes))
        .await
        .map_err(|error| packing(&error))?
        .map_err(|error| packing(&error))
}

/// An image that is made once, however many labs push it. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packed(Arc<OnceCell<Image>>);

impl Packed {
    /// Returns the image, made when first needed. All who share it name the same program.
    ///
    /// # Errors
    /// As for [`image`].
    pub(crate) async fn image(
        &self,
        given: Option<&Path>,
        status: &(dyn Fn(String) + Sync),
    ) -> Result<&Image> {
        self.0.get_or_try_init(|| image(given, status)).await
    }
}

/// Returns the backend's program: that named by the user, or else one that is found or built.
///
/// # Errors
/// When there is none, or it cannot run in a container of its own.
pub(crate) async fn program(
    given: Option<&Path>,
    status: &(dyn Fn(String) + Sync),
) -> Result<Vec<u8>> {
    let program = binary::find(given, status).await?;
    elf::check(&program.bytes).map_err(|unfit| program.unfit(unfit))?;
    Ok(program.bytes)
}

fn packing(error: &dyn std::error::Error) -> crate::error::Error {
    let message = format!("the image could not be packed: {error}");
    crate::error::Error::new(crate::error::Code::Binary, message)
}
