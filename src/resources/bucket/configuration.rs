//! Reads a bucket's settings and compares them with the desired ones.

use aws_sdk_s3::{
    Client,
    types::{PublicAccessBlockConfiguration, Tag},
};
use serde_json::Value;

use super::{ERROR, INDEX};
use crate::{
    aws::{Failure, call, operations::s3 as op},
    engine::Setting,
    lab::{EXPIRES_TAG, Expiry, LAB_TAG, Owner, files},
    resources::{difference, words::found},
};

/// A group of settings that is written with one call, in the order in which they must be written:
/// S3 rejects a public policy until the public access block is relaxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Tag,
    PublicAccessBlock,
    Policy,
    Website,
}

/// The current settings.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    tag: Option<String>,
    expires: Option<String>,
    block: Option<PublicAccessBlockConfiguration>,
    policy: Option<Value>,
    index: Option<String>,
    error: Option<String>,
}

impl Configuration {
    /// Reads all settings concurrently. `account` must own the bucket.
    ///
    /// # Errors
    /// When AWS returns an error; `NoSuchBucket` also when the bucket disappears meanwhile.
    pub(super) async fn read(s3: &Client, bucket: &str, account: &str) -> Result<Self, Failure> {
        let block = async {
            let get = s3.get_public_access_block().bucket(bucket).expected_bucket_owner(account);
            let answer = call(&op::GET_PUBLIC_ACCESS_BLOCK, get.send()).await;
            found(answer, &["NoSuchPublicAccessBlockConfiguration"])
        };
        let policy = async {
            let get = s3.get_bucket_policy().bucket(bucket).expected_bucket_owner(account);
            found(call(&op::GET_BUCKET_POLICY, get.send()).await, &["NoSuchBucketPolicy"])
        };
        let website = async {
            let get = s3.get_bucket_website().bucket(bucket).expected_bucket_owner(account);
            found(call(&op::GET_BUCKET_WEBSITE, get.send()).await, &["NoSuchWebsiteConfiguration"])
        };
        let (tags, block, policy, website) =
            tokio::join!(tags(s3, bucket, account), block, policy, website);
        let tags = tags?;
        let policy = policy?.and_then(|answer| answer.policy);
        let website = website?;
        let index = website.as_ref().and_then(|website| website.index_document());
        let error = website.as_ref().and_then(|website| website.error_document());
        Ok(Self {
            tag: value(&tags, LAB_TAG),
            expires: value(&tags, EXPIRES_TAG),
            block: block?.and_then(|answer| answer.public_access_block_configuration),
            policy: policy.and_then(|text| serde_json::from_str(&text).ok()),
            index: index.map(|index| index.suffix().to_owned()),
            error: error.map(|error| error.key().to_owned()),
        })
    }

    /// Returns the value of the lab's tag, if the bucket has one.
    ///
    /// # Errors
    /// When AWS returns an error; `NoSuchBucket` is not the same as no tag.
    pub(super) async fn tag(
        s3: &Client,
        bucket: &str,
        account: &str,
    ) -> Result<Option<String>, Failure> {
        Ok(value(&tags(s3, bucket, account).await?, LAB_TAG))
    }

    /// Returns the bucket's tags except the lab's. Writing tags replaces all, so these must be
    /// written again.
    ///
    /// # Errors
    /// When AWS returns an error.
    pub(super) async fn other_tags(
        s3: &Client,
        bucket: &str,
        account: &str,
    ) -> Result<Vec<Tag>, Failure> {
        let mut tags = tags(s3, bucket, account).await?;
        tags.retain(|tag| tag.key() != LAB_TAG && !tag.key().starts_with("aws:"));
        Ok(tags)
    }

    /// Returns the owner of the bucket, as seen from a lab.
    pub(super) fn owner(&self, lab: &str) -> Owner {
        Owner::of(self.tag.as_deref(), lab)
    }

    /// Returns when the lab may go, if the bucket's tag says so.
    pub(super) fn expires(&self) -> Option<Expiry> {
        self.expires.as_deref().and_then(Expiry::of_tag)
    }

    /// Returns all settings, compared with the desired ones, in the order to write them.
    pub(super) fn compared(
        &self,
        lab: &str,
        expires: Option<Expiry>,
        policy: &Value,
    ) -> Vec<(Part, Setting)> {
        let tag = (Part::Tag, Setting::tag(lab, &self.owner(lab)));
        let expires = Setting::expiry(expires, self.expires.as_deref());
        let tags = [tag].into_iter().chain(expires.map(|setting| (Part::Tag, setting)));
        let block = self.public_access_block().map(|setting| (Part::PublicAccessBlock, setting));
        let file = files::BUCKET_POLICY.path;
        let policy = difference::document("BucketPolicy", file, policy, self.policy.as_ref());
        let website = [
            ("WebsiteConfiguration.IndexDocument.Suffix", INDEX, &self.index),
            ("WebsiteConfiguration.ErrorDocument.Key", ERROR, &self.error),
        ]
        .map(|(name, expected, actual)| {
            (Part::Website, Setting::maybe(name, expected, actual.as_ref()))
        });
        tags.chain(block).chain([(Part::Policy, policy)]).chain(website).collect()
    }

    /// Public policies are allowed, ACLs stay blocked. For S3, an unset switch is off.
    fn public_access_block(&self) -> [Setting; 4] {
        let block = self.block.as_ref();
        [
            ("BlockPublicAcls", true, block.and_then(|block| block.block_public_acls)),
            ("IgnorePublicAcls", true, block.and_then(|block| block.ignore_public_acls)),
            ("BlockPublicPolicy", false, block.and_then(|block| block.block_public_policy)),
            ("RestrictPublicBuckets", false, block.and_then(|block| block.restrict_public_buckets)),
        ]
        .map(|(name, expected, actual)| {
            let name = format!("PublicAccessBlockConfiguration.{name}");
            Setting::new(name, expected, actual.unwrap_or(false))
        })
    }
}

/// Returns the value of a tag.
fn value(tags: &[Tag], key: &str) -> Option<String> {
    tags.iter().find(|tag| tag.key() == key).map(|tag| tag.value.clone())
}

async fn tags(s3: &Client, bucket: &str, account: &str) -> Result<Vec<Tag>, Failure> {
    let get = s3.get_bucket_tagging().bucket(bucket).expected_bucket_owner(account);
    let answer = found(call(&op::GET_BUCKET_TAGGING, get.send()).await, &["NoSuchTagSet"])?;
    Ok(answer.map(|answer| answer.tag_set).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy() -> Value {
        json!({"Version": "2012-10-17"})
    }

    fn block(policies: bool) -> PublicAccessBlockConfiguration {
        PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .ignore_public_acls(true)
            .block_public_policy(policies)
            .restrict_public_buckets(policies)
            .build()
    }

    fn right() -> Configuration {
        Configuration {
            tag: Some("lab".to_owned()),
            expires: None,
            block: Some(block(false)),
            policy: Some(policy()),
            index: Some(INDEX.to_owned()),
            error: Some(ERROR.to_owned()),
        }
    }

    fn differing(configuration: &Configuration) -> Vec<(Part, Setting)> {
        let mut compared = configuration.compared("lab", None, &policy());
        compared.retain(|(_, setting)| setting.differs());
        compared
    }

    #[test]
    fn a_bucket_as_the_lab_wants_it_does_not_differ() {
        assert_eq!(differing(&right()), []);
        assert_eq!(right().owner("lab"), Owner::Ours);
    }

    #[test]
    fn a_bare_bucket_differs_in_all_parts_in_the_order_to_write() {
        let mut parts: Vec<_> =
            differing(&Configuration::default()).into_iter().map(|(part, _)| part).collect();
        parts.dedup();
        assert_eq!(parts, [Part::Tag, Part::PublicAccessBlock, Part::Policy, Part::Website]);
    }

    #[test]
    fn each_difference_has_both_values() {
        let moved = Configuration { index: Some("home.html".to_owned()), ..right() };
        let index = "WebsiteConfiguration.IndexDocument.Suffix";
        let expected = Setting::new(index, "index.html", "home.html");
        assert_eq!(differing(&moved), [(Part::Website, expected)]);
        let older = Configuration { policy: Some(json!({"Version": "2008-10-17"})), ..right() };
        let expected = Setting::new("BucketPolicy.Version", "2012-10-17", "2008-10-17");
        assert_eq!(differing(&older), [(Part::Policy, expected)]);
    }

    #[test]
    fn the_time_at_which_it_may_go_is_compared_if_one_is_wanted() {
        let wanted = Expiry::of_tag("2026-11-29T18:00:00Z");
        let differing = |configuration: &Configuration| -> Vec<Part> {
            let compared = configuration.compared("lab", wanted, &policy()).into_iter();
            compared.filter(|(_, setting)| setting.differs()).map(|(part, _)| part).collect()
        };
        assert_eq!(differing(&right()), [Part::Tag]);
        let expires = Some("2026-11-29T18:00:00Z".to_owned());
        assert_eq!(differing(&Configuration { expires, ..right() }), []);
    }

    #[test]
    fn a_policy_that_is_blocked_and_access_lists_that_are_not() {
        let shut = Configuration { block: Some(block(true)), ..right() };
        let none = Configuration { block: None, ..right() };
        let expected = |names: [&str; 2], expected: bool| {
            names.map(|name| {
                let name = format!("PublicAccessBlockConfiguration.{name}");
                (Part::PublicAccessBlock, Setting::new(name, expected, !expected))
            })
        };
        let policies = ["BlockPublicPolicy", "RestrictPublicBuckets"];
        assert_eq!(differing(&shut), expected(policies, false));
        assert_eq!(differing(&none), expected(["BlockPublicAcls", "IgnorePublicAcls"], true));
    }
}
