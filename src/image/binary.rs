//! The origin of the backend's executable: a file named by the user, this program itself, or a
//! build of the source from which this program was built.

use std::path::{Path, PathBuf};

use super::{build, elf::Unfit};
use crate::error::{Code, Error, Result};

/// Release packages contain the backend.
#[cfg(feature = "embed")]
const EMBEDDED: Option<&[u8]> = Some(include_bytes!(env!("MYSFITS_EMBED_SERVICE")));
#[cfg(not(feature = "embed"))]
const EMBEDDED: Option<&[u8]> = None;

/// Whether this program contains the backend, so that it need not be built.
pub(crate) const CARRIED: bool = EMBEDDED.is_some();

/// What to do when there is no usable program.
const HINT: &str = "name one with `--service-binary PATH`: a static Linux program for x86_64 or arm64, such as `cargo build -p mysfits-service --profile service` makes with `-C target-feature=+crt-static`";

/// An executable that was found.
pub(super) struct Program {
    pub(super) bytes: Vec<u8>,
    /// Its origin, as text.
    origin: String,
}

impl Program {
    /// Returns the error for an executable that cannot be the backend.
    pub(super) fn unfit(&self, why: Unfit) -> Error {
        let message = format!("{} cannot be used as the backend: {why}", self.origin);
        Error::new(Code::Binary, message).hint(HINT)
    }
}

/// Finds the executable.
///
/// # Errors
/// When there is none, it cannot be read, or it cannot be built.
pub(super) async fn find(
    given: Option<&Path>,
    status: &(dyn Fn(String) + Sync),
) -> Result<Program> {
    if let Some(path) = given {
        return read(path).await;
    }
    if let Some(bytes) = EMBEDDED {
        return Ok(Program { bytes: bytes.to_vec(), origin: "the backend in mysfits".to_owned() });
    }
    if let Some(source) = checkout() {
        return read(&build::build(&source, status).await?).await;
    }
    Err(none())
}

/// Checks that an executable can be found without one from the user, without building it.
///
/// # Errors
/// When there is none, and none can be built here.
pub(crate) async fn check() -> Result<()> {
    match checkout() {
        _ if CARRIED => Ok(()),
        Some(source) => build::check(&source).await,
        None => Err(none()),
    }
}

/// Returns a warning about an executable that would be built here; `None` if there is no warning,
/// or none is built.
pub(crate) async fn warning() -> Option<String> {
    if CARRIED || checkout().is_none() {
        return None;
    }
    build::warning().await
}

fn none() -> Error {
    let message = "this mysfits carries no backend, and its source is not here to build it";
    Error::new(Code::Binary, message).hint(HINT)
}

async fn read(path: &Path) -> Result<Program> {
    let origin = format!("`{}`", path.display());
    // Reading a pipe would wait for whoever writes into it.
    let is_file = tokio::fs::metadata(path).await.is_ok_and(|it| it.is_file() || it.is_dir());
    if !is_file && tokio::fs::try_exists(path).await.is_ok_and(|exists| exists) {
        return Err(Error::new(Code::Binary, format!("{origin} is not a file")));
    }
    match tokio::fs::read(path).await {
        Ok(bytes) => Ok(Program { bytes, origin }),
        Err(error) => Err(Error::new(Code::Binary, format!("{origin} cannot be read: {error}"))),
    }
}

/// Returns the source from which this program was built, if it still exists and can be built here.
/// The image is for Linux, and cargo by default builds for the system it runs on.
fn checkout() -> Option<PathBuf> {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let is_there = source.join("service/Cargo.toml").is_file();
    (is_there && build::TARGET.is_some()).then_some(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_that_is_not_there() {
        let error = super::super::image(Some(Path::new("no/such")), &|_| ()).await.unwrap_err();
        assert_eq!(error.code, Code::Binary);
        assert!(error.message.contains("`no/such`"), "{error}");
    }

    /// As `--service-binary /dev/zero` or a pipe.
    #[cfg(unix)]
    #[tokio::test]
    async fn what_is_no_file_is_not_read() {
        let path = Some(Path::new("/dev/zero"));
        let error = super::super::image(path, &|_| ()).await.unwrap_err();
        assert_eq!((error.code, error.message.contains("is not a file")), (Code::Binary, true));
    }

    #[tokio::test]
    async fn a_program_that_is_none() {
        let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let error = super::super::image(Some(path), &|_| ()).await.unwrap_err();
        assert_eq!(error.code, Code::Binary);
        assert!(error.message.contains("not a Linux program"), "{error}");
        assert!(error.advice().contains("--service-binary"));
    }
}
