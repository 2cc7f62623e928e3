//! The desired files of the site in the bucket.

use std::{borrow::Cow, path::Path};

use include_dir::Dir;
use md5::{Digest, Md5};

use crate::lab::files::{SITE_CONFIG, WEB};

/// A file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// Its key in the bucket: its path below `web/`.
    pub(super) key: String,
    /// Its bytes.
    pub(super) content: Cow<'static, [u8]>,
}

impl File {
    /// Returns the `ETag` that S3 computes: the MD5 of its bytes.
    pub(super) fn etag(&self) -> String {
        hex::encode(Md5::digest(&self.content))
    }

    /// Returns the content type. Without one, S3 returns `binary/octet-stream` and the browser
    /// downloads the page instead of showing it.
    pub(super) fn content_type(&self) -> &'static str {
        match Path::new(&self.key).extension().and_then(|extension| extension.to_str()) {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("json") => "application/json",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            Some("txt") => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }

    /// Pages, scripts and data change with every deployment: a browser must revalidate its copy
    /// each time, or students see yesterday's page. Pictures may be cached.
    pub(super) fn cache_control(&self) -> Option<&'static str> {
        let picture = self.content_type().starts_with("image/");
        (!picture).then_some("no-cache")
    }

    /// Returns whether it is a page, which refers to the other files.
    pub(super) fn is_page(&self) -> bool {
        self.content_type().starts_with("text/html")
    }
}

/// Returns all files, with this configuration; without one, all but the configuration.
pub(super) fn all(config: Option<&str>) -> Vec<File> {
    let mut files = Vec::new();
    collect(&WEB, &mut files);
    let key = config_key();
    match config {
        Some(config) => {
            for file in files.iter_mut().filter(|file| file.key == key) {
                file.content = Cow::Owned(config.as_bytes().to_vec());
            }
        }
        None => files.retain(|file| file.key != key),
    }
    files
}

/// Returns the key of the configuration in the bucket.
pub(super) fn config_key() -> &'static str {
    SITE_CONFIG.path.trim_start_matches("web/")
}

/// Returns how many files the site has.
pub(super) fn count() -> usize {
    let mut files = Vec::new();
    collect(&WEB, &mut files);
    files.len()
}

fn collect(folder: &Dir<'static>, files: &mut Vec<File>) {
    for file in folder.files() {
        // Keys have slashes on every system.
        let parts: Vec<_> = file.path().iter().map(|part| part.to_string_lossy()).collect();
        files.push(File { key: parts.join("/"), content: Cow::Borrowed(file.contents()) });
    }
    for inner in folder.dirs() {
        collect(inner, files);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{
        Value, Values,
        placeholders::{BUCKET_NAME, REGION},
    };

    fn site() -> Vec<File> {
        let absent = Values::all(SITE_CONFIG.optional, &Value::Absent);
        let known = Values::of([(BUCKET_NAME, "my-bucket"), (REGION, "eu-west-1")]);
        all(Some(&SITE_CONFIG.render(&absent.with(&known)).unwrap()))
    }

    fn file(key: &str) -> File {
        site().into_iter().find(|file| file.key == key).unwrap()
    }

    #[test]
    fn every_file_has_a_type() {
        for file in site() {
            assert_ne!(file.content_type(), "application/octet-stream", "{}", file.key);
        }
    }

    #[test]
    fn only_the_configuration_has_placeholders_and_they_are_filled_in() {
        for file in site() {
            let text = String::from_utf8_lossy(&file.content);
            // The page may contain the bare mark to detect that it was opened unfilled.
            assert!(!text.contains("REPLACE_ME_"), "{}", file.key);
        }
        assert!(String::from_utf8_lossy(&file("config.js").content).contains("my-bucket"));
    }

    #[test]
    fn the_configuration_can_be_left_out() {
        assert_eq!(all(None).len() + 1, count());
        assert!(all(None).iter().all(|file| file.key != config_key()));
    }

    #[test]
    fn pages_are_asked_for_again_and_pictures_kept() {
        assert_eq!(file("index.html").cache_control(), Some("no-cache"));
        assert_eq!(file("images/yeti.svg").cache_control(), None);
    }

    #[test]
    fn the_etag_is_the_md5() {
        let hello = File { key: "a.txt".to_owned(), content: Cow::Borrowed(b"hello") };
        assert_eq!(hello.etag(), "5d41402abc4b2a76b9719d911017c592");
    }
}
