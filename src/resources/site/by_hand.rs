//! The site's files, by hand.

use super::{MARK, Site, files};
use crate::{
    aws::operations::s3 as op,
    engine::{ByHand, Command, Deed},
    lab::{LabFile, files::SITE_CONFIG, placeholders::SITE_URL},
};

/// The folder of the site among the lab's files.
const FOLDER: &str = "web";

impl Site {
    /// Returns the commands that publish it, and that empty the bucket.
    pub(super) fn commands(&self) -> ByHand {
        let (bucket, mark) = (&self.bucket, format!("{MARK}={}", env!("CARGO_PKG_VERSION")));
        let sync = Command::named("s3 sync", &[&op::LIST_OBJECTS, &op::PUT_OBJECT])
            .word(FOLDER)
            .word(format!("s3://{bucket}"))
            .arg("--exclude", files::config_key())
            .arg("--cache-control", "no-cache")
            .arg("--metadata", &mark);
        let config = Command::of(&op::PUT_OBJECT)
            .arg("--bucket", bucket)
            .arg("--key", files::config_key())
            .path("--body", &SITE_CONFIG)
            .arg("--content-type", "text/javascript; charset=utf-8")
            .arg("--cache-control", "no-cache")
            .arg("--metadata", &mark);
        let list = Command::of(&op::LIST_OBJECTS).arg("--bucket", bucket).query("Contents[0].Key");
        let empty = Command::named("s3 rm", &[&op::LIST_OBJECTS, &op::DELETE_OBJECT])
            .word(format!("s3://{bucket}"))
            .word("--recursive");
        ByHand {
            up: vec![Deed::Run(sync), Deed::Run(config), Deed::Set(SITE_URL, self.url.clone())],
            down: vec![Deed::If(list, vec![Deed::Run(empty)])],
            files: self::site_files(),
        }
    }
}

fn site_files() -> Vec<LabFile> {
    let file = |file: files::File| {
        if file.key == files::config_key() {
            LabFile::of(&SITE_CONFIG)
        } else {
            LabFile::plain(format!("{FOLDER}/{}", file.key), file.content)
        }
    };
    files::all(Some("")).into_iter().map(file).collect()
}
