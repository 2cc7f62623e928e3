//! The site: the files of `web/` in the bucket, with their content types, the configuration filled
//! in.

mod files;

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_s3::{Client, primitives::ByteStream};
use futures::{StreamExt, TryStreamExt, stream};

use self::files::File;
use crate::{
    aws::{call, settled},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::{Code, Error, Result},
    lab::{
        Names, files as lab_files,
        placeholders::{BUCKET_NAME, SITE_URL},
    },
    target::Target,
};

/// How many files are sent or asked for at the same time.
const AT_ONCE: usize = 8;
/// Marks an object as a file of the site, so that files which the site no longer has are told from
/// what a student put into the bucket.
const MARK: &str = "mysfits-site";

/// The site.
pub(super) struct Site {
    about: About,
    s3: Client,
    bucket: String,
    account: String,
    url: String,
}

/// What differs between the bucket and the site.
#[derive(Debug, Default)]
struct Difference {
    missing: Vec<File>,
    changed: Vec<File>,
    extra: Vec<String>,
}

impl Site {
    pub(super) fn new(target: &Target, names: &Names) -> Result<Self> {
        let mut consumes = lab_files::SITE_CONFIG.placeholders()?;
        consumes.retain(|placeholder| !files::OPTIONAL.contains(placeholder));
        consumes.push(BUCKET_NAME);
        Ok(Self {
            about: About {
                id: Id("site"),
                title: "the site's files in the bucket".to_owned(),
                why: "The page, its script and its pictures: what the browser asks the bucket for.",
                produces: vec![SITE_URL],
                consumes,
                uses: files::OPTIONAL.to_vec(),
                goes_with: Some(Id("bucket")),
                ours: "it is inside the bucket".to_owned(),
                deadline: Duration::from_mins(5),
                ..About::default()
            },
            s3: target.s3(),
            bucket: names.bucket.clone(),
            account: target.account.as_str().to_owned(),
            url: target.website_url(&names.bucket),
        })
    }

    async fn difference(&self, known: &Values) -> Result<Option<Difference>> {
        let wanted = files::all(known)?;
        let Some(mut present) = self.objects().await? else { return Ok(None) };
        let mut difference = Difference::default();
        for file in wanted {
            match present.remove(&file.key) {
                None => difference.missing.push(file),
                Some(etag) if etag != file.etag() => difference.changed.push(file),
                Some(_) => {}
            }
        }
        difference.extra = self.marked(present.into_keys().collect()).await?;
        Ok(Some(difference))
    }

    /// The objects in the bucket with their `ETag`s; `None` when there is no bucket.
    async fn objects(&self) -> Result<Option<BTreeMap<String, String>>> {
        let mut objects = BTreeMap::new();
        let mut list =
            self.s3.list_objects_v2().bucket(&self.bucket).expected_bucket_owner(&self.account);
        loop {
            let page = match call("s3 ListObjectsV2", list.clone().send()).await {
                Err(failure) if failure.is("NoSuchBucket") => return Ok(None),
                other => other?,
            };
            for object in page.contents() {
                let (key, etag) =
                    (object.key().unwrap_or_default(), object.e_tag().unwrap_or_default());
                objects.insert(key.to_owned(), etag.trim_matches('"').to_owned());
            }
            let Some(next) = page.next_continuation_token() else { return Ok(Some(objects)) };
            list = list.continuation_token(next);
        }
    }

    /// Those of the keys that were once files of the site.
    async fn marked(&self, keys: Vec<String>) -> Result<Vec<String>> {
        let ours = stream::iter(keys)
            .map(|key| async move {
                let head = self
                    .s3
                    .head_object()
                    .bucket(&self.bucket)
                    .expected_bucket_owner(&self.account)
                    .key(&key);
                let answer = match call("s3 HeadObject", head.send()).await {
                    Err(failure) if failure.status == Some(404) => return Ok::<_, Error>(None),
                    other => other?,
                };
                let ours = answer.metadata().is_some_and(|metadata| metadata.contains_key(MARK));
                Ok(ours.then_some(key))
            })
            .buffered(AT_ONCE)
            .try_collect::<Vec<_>>()
            .await?;
        Ok(ours.into_iter().flatten().collect())
    }

    async fn send(&self, file: File, step: &Step<'_>) -> Result<()> {
        if step.interrupted() {
            return Err(Error::new(Code::Interrupted, "stopped publishing the site"));
        }
        settled(step, "s3 PutObject", || {
            self.s3
                .put_object()
                .bucket(&self.bucket)
                .expected_bucket_owner(&self.account)
                .key(&file.key)
                .content_type(file.content_type())
                .set_cache_control(file.cache_control().map(str::to_owned))
                .metadata(MARK, env!("CARGO_PKG_VERSION"))
                .body(ByteStream::from(file.content.to_vec()))
                .send()
        })
        .await?;
        Ok(())
    }

    async fn send_all(&self, files: Vec<File>, step: &Step<'_>) -> Result<()> {
        if !files.is_empty() {
            step.status(format!("publishing {} files", files.len()));
        }
        stream::iter(files)
            .map(|file| self.send(file, step))
            .buffer_unordered(AT_ONCE)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<()> {
        let delete = self
            .s3
            .delete_object()
            .bucket(&self.bucket)
            .expected_bucket_owner(&self.account)
            .key(key);
        call("s3 DeleteObject", delete.send()).await?;
        Ok(())
    }
}

#[async_trait]
impl Resource for Site {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, known: &Values) -> Result<Seen> {
        if known.get(BUCKET_NAME).is_none() {
            return Ok(Seen::Absent);
        }
        let Some(difference) = self.difference(known).await? else { return Ok(Seen::Absent) };
        let values = Values::of([(SITE_URL, &self.url)]);
        let differences = difference.in_words();
        Ok(if difference.changed.is_empty() && difference.missing.len() == files::count() {
            Seen::Absent
        } else {
            Seen::with(values, differences)
        })
    }

    async fn apply(&self, known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let difference = self.difference(known).await?.unwrap_or_default();
        let files = difference.missing.into_iter().chain(difference.changed);
        // Pages go last, so that a page never refers to what is not there yet.
        let (pages, rest): (Vec<_>, Vec<_>) = files.partition(File::is_page);
        self.send_all(rest, step).await?;
        self.send_all(pages, step).await?;
        for key in difference.extra {
            step.status(format!("removing `{key}`, which the site no longer has"));
            self.delete(&key).await?;
        }
        Ok(())
    }

    /// The bucket empties itself when it is removed, and the site goes with it.
    async fn remove(&self, _known: &Values, _step: &Step) -> Result<()> {
        Ok(())
    }
}

impl Difference {
    fn in_words(&self) -> Vec<String> {
        let say = |keys: Vec<&str>, one: &str, many: &str| match keys[..] {
            [] => None,
            [key] => Some(format!("`{key}` {one}")),
            [first, ..] => Some(format!("`{first}` and {} more {many}", keys.len() - 1)),
        };
        let extra = self.extra.iter().map(String::as_str).collect();
        [
            say(keys(&self.missing), "is missing", "are missing"),
            say(keys(&self.changed), "differs", "differ"),
            say(extra, "is no longer part of the site", "are no longer part of the site"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn keys(files: &[File]) -> Vec<&str> {
    files.iter().map(|file| file.key.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_named() {
        let extra = |keys: &[&str]| Difference {
            extra: keys.iter().map(|key| (*key).to_owned()).collect(),
            ..Difference::default()
        };
        assert!(extra(&[]).in_words().is_empty());
        assert_eq!(extra(&["a.js"]).in_words(), ["`a.js` is no longer part of the site"]);
        assert_eq!(
            extra(&["a.js", "b.js", "c.js"]).in_words(),
            ["`a.js` and 2 more are no longer part of the site"]
        );
    }
}
