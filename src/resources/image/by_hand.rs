//! The image, by hand: a layer, a configuration and a manifest, without Docker.

use super::{Image, TAG};
use crate::{
    aws::operations::ecr as op,
    engine::{ByHand, Command, Deed},
    image::{PROGRAM, USER},
    lab::placeholders::{IMAGE_TAG_USED_IN_ECR_PUSH, REPOSITORY_URI},
    resources::hand::goes_along,
};

/// A part of the image: its file, its size less one, and its digest, as variables.
const PARTS: [(&str, &str, &str); 2] = [
    ("image/layer.tar.gz", "$LAYER_END", "$LAYER"),
    ("image/config.json", "$CONFIG_END", "$CONFIG"),
];

impl Image {
    /// Returns the commands that make and push it.
    pub(super) fn commands(&self) -> ByHand {
        let named = |operation| Command::of(operation).arg("--repository-name", &self.repository);
        let look = named(&op::DESCRIBE_IMAGES)
            .arg("--image-ids", "imageDigest=$DIGEST")
            .query("imageDetails[0].imageDigest");
        let put = named(&op::PUT_IMAGE)
            .arg("--image-tag", TAG)
            .arg("--image-manifest", "file://image/manifest.json");
        let pushed = PARTS.into_iter().flat_map(|(file, end, digest)| {
            let upload = "$UPLOAD_ID";
            let part = named(&op::UPLOAD_LAYER_PART)
                .arg("--upload-id", upload)
                .arg("--part-first-byte", "0")
                .arg("--part-last-byte", end)
                .arg("--layer-part-blob", format!("fileb://{file}"));
            let complete = named(&op::COMPLETE_LAYER_UPLOAD)
                .arg("--upload-id", upload)
                .arg("--layer-digests", digest)
                .unless_done("LayerAlreadyExistsException");
            let begin = named(&op::INITIATE_LAYER_UPLOAD).noting_as("UPLOAD_ID", "uploadId");
            [begin, part, complete].map(Deed::Run)
        });
        let pushed = pushed.chain([Deed::Run(put)]).collect();
        let up = vec![
            Deed::Say("A layer is a compressed archive; here it has one file, the backend."),
            layer(),
            processor(),
            Deed::Say(
                "The configuration says what to start; the manifest names both by their digests.",
            ),
            configuration(),
            manifest(),
            Deed::Unless(look, pushed),
            Deed::Set(IMAGE_TAG_USED_IN_ECR_PUSH, format!("{REPOSITORY_URI}@$DIGEST")),
        ];
        goes_along(up, "The images go with their repository.")
    }
}

/// Packs the backend. The same program gives the same archive, byte for byte.
fn layer() -> Deed {
    Deed::Shell(vec![
        "mkdir -p image".to_owned(),
        format!("cp \"$BACKEND\" image/{PROGRAM}"),
        format!("chmod 755 image/{PROGRAM}"),
        "tar --create --file image/layer.tar --directory image \\".to_owned(),
        "  --owner 0 --group 0 --numeric-owner --mtime @0 \\".to_owned(),
        format!("  {PROGRAM}"),
        "gzip --no-name --force --keep image/layer.tar".to_owned(),
        "LAYER=$(digest image/layer.tar.gz)".to_owned(),
        "LAYER_SIZE=$(size image/layer.tar.gz)".to_owned(),
        "LAYER_END=$((LAYER_SIZE - 1))".to_owned(),
    ])
}

/// Reads the processor from the ELF header of the program.
fn processor() -> Deed {
    Deed::shell(&[
        "case $(od -An -tx1 -j18 -N1 \"$BACKEND\") in",
        "  *3e) ARCHITECTURE=amd64 CPU_ARCHITECTURE=X86_64 ;;",
        "  *b7) ARCHITECTURE=arm64 CPU_ARCHITECTURE=ARM64 ;;",
        "  *) fail \"$BACKEND is no program for Fargate\" ;;",
        "esac",
    ])
}

fn configuration() -> Deed {
    Deed::Shell(vec![
        "cat >image/config.json <<END".to_owned(),
        "{\"architecture\": \"$ARCHITECTURE\", \"os\": \"linux\",".to_owned(),
        format!(" \"config\": {{\"User\": \"{USER}:{USER}\", \"WorkingDir\": \"/\","),
        format!("  \"ExposedPorts\": {{\"8080/tcp\": {{}}}}, \"Entrypoint\": [\"/{PROGRAM}\"]}},"),
        " \"rootfs\": {\"type\": \"layers\",".to_owned(),
        "  \"diff_ids\": [\"$(digest image/layer.tar)\"]}}".to_owned(),
        "END".to_owned(),
        "CONFIG=$(digest image/config.json)".to_owned(),
        "CONFIG_SIZE=$(size image/config.json)".to_owned(),
        "CONFIG_END=$((CONFIG_SIZE - 1))".to_owned(),
    ])
}

fn manifest() -> Deed {
    Deed::shell(&[
        "OCI=application/vnd.oci.image",
        "cat >image/manifest.json <<END",
        "{\"schemaVersion\": 2, \"mediaType\": \"$OCI.manifest.v1+json\",",
        " \"config\": {\"mediaType\": \"$OCI.config.v1+json\",",
        "  \"digest\": \"$CONFIG\", \"size\": $CONFIG_SIZE},",
        " \"layers\": [{\"mediaType\": \"$OCI.layer.v1.tar+gzip\",",
        "  \"digest\": \"$LAYER\", \"size\": $LAYER_SIZE}]}",
        "END",
        "DIGEST=$(digest image/manifest.json)",
    ])
}
