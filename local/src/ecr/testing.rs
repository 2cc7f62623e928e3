//! Images for the tests of tasks.

use serde_json::{Value, json};
use tar::{Builder, Header};

use super::{Ecr, repositories};
use crate::place::Place;

impl Ecr {
    /// Pushes an image of one layer with these executable files, and returns its digest.
    pub(crate) fn push_image(
        &self,
        place: &Place,
        repository: &str,
        files: &[(&str, &str)],
        config: &Value,
    ) -> String {
        let input = json!({ "repositoryName": repository });
        // It may already exist.
        let _ = repositories::create(self, place, &input);
        let mut tar = Builder::new(Vec::new());
        for (name, text) in files {
            let mut header = Header::new_gnu();
            header.set_mode(0o755);
            header.set_size(text.len() as u64);
            tar.append_data(&mut header, name, text.as_bytes()).unwrap();
        }
        let part = |bytes: &[u8]| {
            let digest = self.blobs.put(bytes).unwrap();
            self.add_layer(place, repository, &digest).unwrap();
            json!({ "digest": digest, "size": bytes.len() })
        };
        let layer = part(&tar.into_inner().unwrap());
        let config = part(config.to_string().as_bytes());
        let manifest = json!({ "schemaVersion": 2, "config": config, "layers": [layer] });
        let bytes = manifest.to_string().into_bytes();
        self.put_manifest(place, repository, &bytes, None, Some("latest")).unwrap().digest
    }
}
