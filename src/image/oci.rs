//! The image: its layer, its configuration and its manifest, per the OCI image specification 1.1.
//! <https://github.com/opencontainers/image-spec>

use std::{fmt, io};

use bytes::Bytes;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Architecture, layer};

/// The media type of a manifest.
pub(super) const MANIFEST_TYPE: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG_TYPE: &str = "application/vnd.oci.image.config.v1+json";
const LAYER_TYPE: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// The port on which the backend listens.
const PORT: &str = "8080/tcp";

/// The digest of some content, such as `sha256:6b86b2…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digest(String);

impl Digest {
    /// Computes the digest of this content.
    pub(super) fn of(content: &[u8]) -> Self {
        Self(format!("sha256:{}", hex::encode(Sha256::digest(content))))
    }

    /// Returns it in the form used in the name of an image.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Content with its digest, as stored by a registry.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Blob {
    pub(super) digest: Digest,
    pub(super) content: Bytes,
}

impl Blob {
    fn new(content: Vec<u8>) -> Self {
        Self { digest: Digest::of(&content), content: content.into() }
    }
}

/// An image that can be pushed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Image {
    architecture: Architecture,
    /// The layer and the configuration, in the order in which they are pushed.
    pub(super) blobs: [Blob; 2],
    pub(super) manifest: Blob,
}

impl Image {
    /// Returns the digest of the manifest, which identifies the whole image.
    pub(crate) fn digest(&self) -> &Digest {
        &self.manifest.digest
    }

    /// Returns the processor that it requires.
    pub(crate) fn architecture(&self) -> Architecture {
        self.architecture
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({})", self.digest())
    }
}

/// Packs a program.
pub(super) fn assemble(architecture: Architecture, program: &[u8]) -> io::Result<Image> {
    let archive = layer::tar(program)?;
    let layer = Blob::new(layer::gzip(&archive)?);
    let config = Blob::new(config(architecture, &Digest::of(&archive)).into_bytes());
    let manifest = Blob::new(manifest(&config, &layer).into_bytes());
    Ok(Image { architecture, blobs: [layer, config], manifest })
}

/// Returns the configuration. `diff_id` is the digest of the uncompressed layer.
fn config(architecture: Architecture, diff_id: &Digest) -> String {
    json!({
        "created": "1970-01-01T00:00:00Z",
        "architecture": architecture.oci(),
        "os": "linux",
        "config": {
            "User": format!("{0}:{0}", layer::USER),
            "ExposedPorts": { PORT: {} },
            "Entrypoint": [format!("/{}", layer::PROGRAM)],
            "WorkingDir": "/",
            "Labels": {
                "org.opencontainers.image.title": "mysfits-service",
                "org.opencontainers.image.version": env!("CARGO_PKG_VERSION"),
                "org.opencontainers.image.licenses": env!("CARGO_PKG_LICENSE"),
            },
        },
        "rootfs": { "type": "layers", "diff_ids": [diff_id.as_str()] },
        "history": [{ "created": "1970-01-01T00:00:00Z", "created_by": "mysfits" }],
    })
    .to_string()
}

fn manifest(config: &Blob, layer: &Blob) -> String {
    let described = |blob: &Blob, kind: &str| json!({ "mediaType": kind, "digest": blob.digest.as_str(), "size": blob.content.len() });
    json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": described(config, CONFIG_TYPE),
        "layers": [described(layer, LAYER_TYPE)],
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn parsed(blob: &Blob) -> Value {
        serde_json::from_slice(&blob.content).unwrap()
    }

    #[test]
    fn the_same_program_gives_the_same_image() {
        let once = assemble(Architecture::X86_64, b"a program").unwrap();
        assert!(once == assemble(Architecture::X86_64, b"a program").unwrap());
        let other = assemble(Architecture::X86_64, b"another program").unwrap();
        assert_ne!(once.digest(), other.digest());
        let other = assemble(Architecture::Arm64, b"a program").unwrap();
        assert_ne!(once.digest(), other.digest());
    }

    #[test]
    fn its_parts_name_each_other() {
        let image = assemble(Architecture::Arm64, b"a program").unwrap();
        let [layer, config] = &image.blobs;
        let manifest = parsed(&image.manifest);
        assert_eq!(manifest["config"]["digest"], config.digest.as_str());
        assert_eq!(manifest["layers"][0]["digest"], layer.digest.as_str());
        assert_eq!(manifest["layers"][0]["size"], layer.content.len());
        let config = parsed(config);
        assert_eq!(config["architecture"], "arm64");
        assert_eq!(config["config"]["User"], "65532:65532");
        let archive = layer::tar(b"a program").unwrap();
        assert_eq!(config["rootfs"]["diff_ids"][0], Digest::of(&archive).as_str());
    }

    #[test]
    fn a_known_digest() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").as_str(), empty);
    }
}
