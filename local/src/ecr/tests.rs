use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::*;
use crate::{place::Place, test_folder::Folder};

struct Opened {
    ecr: Ecr,
    place: Place,
    folder: Folder,
}

impl Opened {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let place = Place::named("111111111111", "eu-west-1");
        let opened = Self { ecr: Ecr::open(&folder, 4566).unwrap(), place, folder };
        opened.run("CreateRepository", json!({})).unwrap();
        opened
    }

    /// Runs an operation on the repository `lab/service`.
    fn run(&self, name: &str, mut input: Value) -> Result<Value, AwsError> {
        let operation = OPERATIONS.iter().find(|operation| operation.name == name).unwrap();
        input["repositoryName"] = "lab/service".into();
        (operation.handler)(&self.ecr, &self.place, &input)
    }

    fn code(&self, name: &str, input: Value) -> String {
        self.run(name, input).unwrap_err().code
    }

    fn upload(&self, bytes: &[u8]) -> Result<String, AwsError> {
        let begun = self.run("InitiateLayerUpload", json!({}))?;
        let id = &begun["uploadId"];
        let part = json!({
            "uploadId": id,
            "partFirstByte": 0,
            "partLastByte": bytes.len() - 1,
            "layerPartBlob": STANDARD.encode(bytes),
        });
        self.run("UploadLayerPart", part)?;
        let digest = blobs::named(&Sha256::digest(bytes));
        self.run("CompleteLayerUpload", json!({ "uploadId": id, "layerDigests": [digest] }))?;
        Ok(digest)
    }

    fn put(&self, layer: &[u8], tag: &str) -> Result<Value, AwsError> {
        let layer = match self.upload(layer) {
            Err(error) if error.code == "LayerAlreadyExistsException" => {
                blobs::named(&Sha256::digest(layer))
            }
            layer => layer?,
        };
        self.run("PutImage", json!({ "imageManifest": manifest(&layer), "imageTag": tag }))
    }

    fn blobs(&self) -> usize {
        fs::read_dir(self.folder.join("blobs")).unwrap().count()
    }
}

/// Returns the manifest of an image whose config and only layer are the same blob, which is enough
/// for a registry.
fn manifest(layer: &str) -> String {
    let part = json!({ "mediaType": "application/x", "digest": layer, "size": 3 });
    json!({ "schemaVersion": 2, "config": part, "layers": [part] }).to_string()
}

#[test]
fn a_repository_is_made_once_and_goes_with_force() {
    let opened = Opened::new("repository");
    assert_eq!(opened.code("CreateRepository", json!({})), "RepositoryAlreadyExistsException");
    let described = opened.run("DescribeRepositories", json!({})).unwrap();
    assert_eq!(described["repositories"][0]["repositoryUri"], "localhost:4566/lab/service");
    opened.put(b"one", "latest").unwrap();
    assert_eq!(opened.code("DeleteRepository", json!({})), "RepositoryNotEmptyException");
    opened.run("DeleteRepository", json!({ "force": true })).unwrap();
    assert_eq!(opened.code("DeleteRepository", json!({})), "RepositoryNotFoundException");
    assert_eq!(opened.blobs(), 0);
}

#[test]
fn an_image_needs_its_layers() {
    let opened = Opened::new("layers");
    let absent = manifest(&format!("sha256:{}", "0".repeat(64)));
    let code = opened.code("PutImage", json!({ "imageManifest": absent }));
    assert_eq!(code, "LayersNotFoundException");
    let image = opened.put(b"one", "latest").unwrap();
    let text = image["image"]["imageManifest"].as_str().unwrap();
    let digest = blobs::named(&Sha256::digest(text));
    assert_eq!(image["image"]["imageId"]["imageDigest"], digest);
    assert_eq!(opened.put(b"one", "latest").unwrap_err().code, "ImageAlreadyExistsException");
}

#[test]
fn tags_move_unless_they_must_not() {
    let opened = Opened::new("mutability");
    opened.put(b"one", "latest").unwrap();
    opened.put(b"two", "latest").unwrap();
    let list = opened.run("ListImages", json!({ "filter": { "tagStatus": "UNTAGGED" } })).unwrap();
    assert_eq!(list["imageIds"].as_array().unwrap().len(), 1);
    let immutable = json!({ "imageTagMutability": "IMMUTABLE" });
    opened.run("PutImageTagMutability", immutable).unwrap();
    let error = opened.put(b"three", "latest").unwrap_err();
    assert_eq!(error.code, "ImageTagAlreadyExistsException");
}

#[test]
fn an_upload_must_be_what_it_says() {
    let opened = Opened::new("upload");
    let begun = opened.run("InitiateLayerUpload", json!({})).unwrap();
    let id = &begun["uploadId"];
    let part = |from: u64| {
        let blob = STANDARD.encode("abc");
        json!({ "uploadId": id, "partFirstByte": from, "partLastByte": 3, "layerPartBlob": blob })
    };
    assert_eq!(opened.code("UploadLayerPart", part(1)), "InvalidLayerPartException");
    opened.run("UploadLayerPart", part(0)).unwrap();
    let wrong = format!("sha256:{}", "0".repeat(64));
    let complete = json!({ "uploadId": id, "layerDigests": [wrong] });
    assert_eq!(opened.code("CompleteLayerUpload", complete), "InvalidLayerException");
    assert_eq!(opened.blobs(), 0);
}

#[test]
fn an_image_goes_with_its_last_tag() {
    let opened = Opened::new("delete");
    opened.put(b"one", "a").unwrap();
    opened.put(b"one", "b").unwrap();
    let delete = |tag: &str| {
        opened.run("BatchDeleteImage", json!({ "imageIds": [{ "imageTag": tag }] })).unwrap()
    };
    delete("a");
    let described = opened.run("DescribeImages", json!({})).unwrap();
    assert_eq!(described["imageDetails"][0]["imageTags"], json!(["b"]));
    delete("b");
    assert_eq!(delete("b")["failures"][0]["failureCode"], "ImageNotFound");
    assert_eq!(opened.blobs(), 0);
    let absent = json!({ "imageIds": [{ "imageTag": "b" }] });
    assert_eq!(opened.code("DescribeImages", absent), "ImageNotFoundException");
}
