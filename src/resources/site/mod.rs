//! The site: the files of `web/` in the bucket, with their content types, the configuration filled
//! in.

mod by_hand;
mod checks;
mod config;
mod files;

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_s3::{
    Client, operation::list_objects_v2::builders::ListObjectsV2FluentBuilder,
    primitives::ByteStream,
};
use futures::{StreamExt, TryStreamExt, stream};

use self::{
    config::{Config, Nonces},
    files::File,
};
use crate::{
    aws::{call, operations::s3 as op},
    destination::{Destination, Lazy},
    engine::{About, ByHand, Id, Purpose, Resource, Seen, Setting, Step},
    error::{Code, Error, Result},
    lab::{
        Names, Nonce, Values, files as lab_files,
        placeholders::{BUCKET_NAME, NONCE, SITE_URL},
    },
};

/// How many files are sent or queried concurrently.
const AT_ONCE: usize = 8;
/// Marks an object as a file of the site, so that obsolete files of the site are distinguished from
/// those that a student put into the bucket.
const MARK: &str = "mysfits-site";

/// The site.
pub(super) struct Site {
    about: About,
    s3: Lazy<Client>,
    bucket: String,
    account: String,
    url: String,
    /// The nonce that was chosen. Without one, the site keeps its own.
    nonce: Option<Nonce>,
}

/// What differs between the bucket and the site.
#[derive(Debug, Default)]
struct Difference {
    missing: Vec<File>,
    changed: Vec<File>,
    extra: Vec<String>,
    /// The nonce that the configuration has, and the one that it is to have.
    nonces: Nonces,
    /// What is kept of the configuration, because it is unknown: sentences.
    kept: Vec<String>,
}

impl Site {
    pub(super) fn new(destination: &Destination, names: &Names, nonce: Option<Nonce>) -> Self {
        Self {
            about: About {
                id: Id("site"),
                title: "the site's files in the bucket".to_owned(),
                why: "The page, its script and its pictures: what the browser asks the bucket for.",
                produces: vec![SITE_URL, NONCE],
                templates: &[&lab_files::SITE_CONFIG],
                needs: vec![BUCKET_NAME],
                parent: Some(Id("bucket")),
                goes_with_parent: true,
                operations: &[
                    &op::LIST_OBJECTS,
                    &op::GET_OBJECT,
                    &op::HEAD_OBJECT,
                    &op::PUT_OBJECT,
                    &op::DELETE_OBJECT,
                ],
                deadline: Duration::from_mins(5),
                checks: &checks::CHECKS,
                ..About::default()
            },
            s3: destination.s3(),
            bucket: names.bucket.clone(),
            account: destination.account.as_str().to_owned(),
            url: destination.website_url(&names.bucket),
            nonce,
        }
    }

    async fn difference(&self, known: &Values) -> Result<Option<Difference>> {
        let Some(mut present) = self.objects().await? else { return Ok(None) };
        let config = self.config(known, &present).await?;
        let mut difference =
            Difference { kept: config.kept, nonces: config.nonces, ..Difference::default() };
        for file in files::all(config.text.as_deref()) {
            match present.remove(&file.key) {
                None => difference.missing.push(file),
                Some(etag) if etag != file.etag() => difference.changed.push(file),
                Some(_) => {}
            }
        }
        // It is one of the site's files even if it is left unchanged.
        present.remove(files::config_key());
        difference.extra = self.marked(present.into_keys().collect()).await?;
        Ok(Some(difference))
    }

    /// Returns the differences in a bucket that this run has seen: when S3 answers that there is none,
    /// it does not show it everywhere yet, or another command is removing the lab.
    async fn difference_in_bucket(&self, known: &Values, step: &Step<'_>) -> Result<Difference> {
        if let Some(difference) = self.difference(known).await? {
            return Ok(difference);
        }
        step.settled(&op::LIST_OBJECTS, || self.list().send()).await?;
        Ok(self.difference(known).await?.unwrap_or_default())
    }

    /// Returns the desired configuration, given what is in the bucket. The one that stands there is
    /// read only where parts of it may have to be kept.
    async fn config(&self, known: &Values, present: &BTreeMap<String, String>) -> Result<Config> {
        let wanted = |standing| config::wanted(known, self.nonce.as_ref(), standing);
        let new = wanted(None)?;
        let Some(etag) = present.get(files::config_key()) else { return Ok(new) };
        if config::unknown(known).next().is_none() && new.is(etag) {
            return Ok(new.that_stands());
        }
        wanted(self.standing_config().await?.as_deref())
    }

    /// Returns the configuration in the bucket, if there is one.
    async fn standing_config(&self) -> Result<Option<String>> {
        let key = files::config_key();
        let get =
            self.s3.get_object().bucket(&self.bucket).expected_bucket_owner(&self.account).key(key);
        let answer = match call(&op::GET_OBJECT, get.send()).await {
            Err(failure) if failure.is("NoSuchKey") => return Ok(None),
            other => other?,
        };
        let content = answer.body.collect().await;
        let content = content.map_err(|error| Error::new(Code::Unreachable, error.to_string()))?;
        Ok(Some(String::from_utf8_lossy(&content.into_bytes()).into_owned()))
    }

    fn list(&self) -> ListObjectsV2FluentBuilder {
        self.s3.list_objects_v2().bucket(&self.bucket).expected_bucket_owner(&self.account)
    }

    /// Returns the objects in the bucket with their `ETag`s; `None` if there is no bucket.
    async fn objects(&self) -> Result<Option<BTreeMap<String, String>>> {
        let mut objects = BTreeMap::new();
        let mut list = self.list();
        loop {
            let page = match call(&op::LIST_OBJECTS, list.clone().send()).await {
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

    /// Returns the keys that were once files of the site.
    async fn marked(&self, keys: Vec<String>) -> Result<Vec<String>> {
        let ours = stream::iter(keys)
            .map(|key| async move {
                let head = self
                    .s3
                    .head_object()
                    .bucket(&self.bucket)
                    .expected_bucket_owner(&self.account)
                    .key(&key);
                let answer = match call(&op::HEAD_OBJECT, head.send()).await {
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
        step.settled(&op::PUT_OBJECT, || {
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
        call(&op::DELETE_OBJECT, delete.send()).await?;
        Ok(())
    }
}

#[async_trait]
impl Resource for Site {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, _purpose: Purpose) -> Result<Seen> {
        let owner = match Seen::through(known, BUCKET_NAME) {
            Ok((_, owner)) => owner,
            Err(seen) => return Ok(*seen),
        };
        let Some(difference) = self.difference(known).await? else { return Ok(Seen::absent()) };
        if difference.changed.is_empty() && difference.missing.len() == files::count() {
            return Ok(Seen::absent());
        }
        let values = Values::of([(SITE_URL, &self.url)]).with(&difference.nonces.values());
        let settings = difference.settings();
        Ok(Seen { kept: difference.kept, ..Seen::there(owner, values, settings) })
    }

    /// The files are deleted with their bucket.
    async fn exists(&self, _arn: &str) -> Result<bool> {
        Ok(false)
    }

    async fn apply(&self, known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        if let Some(missing) = lab_files::SITE_CONFIG.missing(known)? {
            known.need(missing)?;
        }
        let difference = self.difference_in_bucket(known, step).await?;
        let files = difference.missing.into_iter().chain(difference.changed);
        // Pages come last, so that a page never refers to a missing file.
        let (pages, rest): (Vec<_>, Vec<_>) = files.partition(File::is_page);
        self.send_all(rest, step).await?;
        self.send_all(pages, step).await?;
        for key in difference.extra {
            step.status(format!("removing `{key}`, which the site no longer has"));
            self.delete(&key).await?;
        }
        Ok(())
    }

    /// The bucket empties itself when it is removed, and with it the site.
    async fn remove(&self, _known: &Values, _step: &Step) -> Result<()> {
        Ok(())
    }
}

impl Difference {
    /// Returns the differences, one setting for each kind: of several files, the first is named.
    /// A nonce is one of its own.
    fn settings(&self) -> Vec<Setting> {
        let extra: Vec<_> = self.extra.iter().map(String::as_str).collect();
        [
            (keys(&self.missing), "present", "missing"),
            (keys(&self.changed), "this version", "another version"),
            (extra, "removed", "present"),
        ]
        .into_iter()
        .filter_map(|(keys, expected, actual)| {
            let name = match keys[..] {
                [] => return None,
                [key] => format!("`{key}`"),
                [first, ..] => format!("`{first}` and {} more", keys.len() - 1),
            };
            Some(Setting::new(name, expected, actual))
        })
        .chain(self.nonces.setting())
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
        let words = |keys: &[&str]| {
            let extra = keys.iter().map(|key| (*key).to_owned()).collect();
            let difference = Difference { extra, ..Difference::default() };
            difference.settings().iter().map(Setting::in_words).collect::<Vec<_>>()
        };
        assert!(words(&[]).is_empty());
        assert_eq!(words(&["a.js"]), ["`a.js` is present, expected removed"]);
        assert!(words(&["a.js", "b.js", "c.js"])[0].starts_with("`a.js` and 2 more is"));
    }
}
