//! Layers by ECR's own API, as AWS's tools push and pull them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Ecr, error, names, uploads::Piece};
use crate::{
    place::Place,
    protocol::input::{Input, invalid},
    service::AwsError,
};

/// The size of the parts in which AWS wants layers sent.
const PART: u64 = 10 * 1024 * 1024;

pub(super) fn check(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let digests = input.texts("layerDigests");
    ecr.repository(place, input.needed("repositoryName")?, |repository| {
        let (mut layers, mut failures) = (Vec::new(), Vec::new());
        for digest in digests {
            if !names::is_digest(digest) {
                failures.push(json!({
                    "layerDigest": digest,
                    "failureCode": "InvalidLayerDigest",
                    "failureReason": "Invalid layer digest",
                }));
                continue;
            }
            let size = ecr.blobs.size(digest).filter(|_| repository.layers.contains(digest));
            layers.push(match size {
                Some(size) => json!({
                    "layerDigest": digest,
                    "layerAvailability": "AVAILABLE",
                    "layerSize": size,
                }),
                None => json!({ "layerDigest": digest, "layerAvailability": "UNAVAILABLE" }),
            });
        }
        json!({ "layers": layers, "failures": failures })
    })
}

pub(super) fn initiate(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let id = ecr.begin_upload(place, Input(input).needed("repositoryName")?)?;
    Ok(json!({ "uploadId": id, "partSize": PART }))
}

pub(super) fn upload_part(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let (name, id) = (input.needed("repositoryName")?, input.needed("uploadId")?);
    let bytes = STANDARD
        .decode(input.needed("layerPartBlob")?)
        .map_err(|why| invalid(&format!("'layerPartBlob' is no base64: {why}")))?;
    let from = input.number("partFirstByte");
    let size = ecr.add_to_upload(place, name, id, from, &Piece::Bytes(&bytes))?;
    Ok(json!({
        "registryId": place.account,
        "repositoryName": name,
        "uploadId": id,
        "lastByteReceived": size.saturating_sub(1),
    }))
}

pub(super) fn complete(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let (name, id) = (input.needed("repositoryName")?, input.needed("uploadId")?);
    let digests = input.texts("layerDigests");
    let [digest] = digests[..] else {
        return Err(invalid("There must be one layer digest."));
    };
    if !names::is_digest(digest) {
        return Err(invalid("The layer digest is not 'sha256:' with 64 hexadecimal digits."));
    }
    if ecr.upload_size(place, name, id)? == 0 {
        let message = format!("The upload '{id}' has no parts");
        return Err(error("EmptyUploadException", message));
    }
    let known = ecr.repository(place, name, |known| known.layers.contains(digest))?;
    if known {
        ecr.cancel_upload(place, name, id)?;
        let message =
            format!("Layer with digest '{digest}' already exists in the repository '{name}'");
        return Err(error("LayerAlreadyExistsException", message));
    }
    ecr.finish_upload(place, name, id, digest)?;
    Ok(json!({
        "registryId": place.account,
        "repositoryName": name,
        "uploadId": id,
        "layerDigest": digest,
    }))
}

pub(super) fn download_url(ecr: &Ecr, place: &Place, input: &Value) -> Result<Value, AwsError> {
    let input = Input(input);
    let (name, digest) = (input.needed("repositoryName")?, input.needed("layerDigest")?);
    if !ecr.repository(place, name, |known| known.layers.contains(digest))? {
        let message = format!("The layer '{digest}' is not available in the repository '{name}'");
        return Err(error("LayersNotFoundException", message));
    }
    let (port, token) = (ecr.port, ecr.key.password(place));
    // The URL carries its own right to read, as AWS's does.
    let url = format!("http://localhost:{port}/v2/{name}/blobs/{digest}?token={token}");
    Ok(json!({ "downloadUrl": url, "layerDigest": digest }))
}
