//! Reading a bucket's settings and comparing them with what the lab wants.

use aws_sdk_s3::{Client, types::Tag};
use serde_json::Value;

use super::{ERROR, INDEX};
use crate::{
    aws::{Failure, call},
    error::Result,
    lab::LAB_TAG,
    resources::ownership,
};

/// A setting of the bucket, in the order in which they must be written: a public policy is refused
/// until the public access block is relaxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Tag,
    PublicAccessBlock,
    Policy,
    Website,
}

impl Part {
    /// What differs, for a person.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Tag => ownership::NOT_TAGGED,
            Self::PublicAccessBlock => "Block Public Access forbids a public site",
            Self::Policy => "the bucket policy is not the site's",
            Self::Website => "the website configuration is not the site's",
        }
    }
}

/// The settings as they are.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    tag: Option<String>,
    /// Whether public policies are allowed, access lists still blocked.
    policies_allowed: bool,
    policy: Option<Value>,
    index: Option<String>,
    error: Option<String>,
}

impl Configuration {
    /// Reads all settings at the same time. `account` must own the bucket.
    pub(super) async fn read(s3: &Client, bucket: &str, account: &str) -> Result<Self> {
        let block = async {
            let get = s3.get_public_access_block().bucket(bucket).expected_bucket_owner(account);
            unless(
                call("s3 GetPublicAccessBlock", get.send()).await,
                "NoSuchPublicAccessBlockConfiguration",
            )
        };
        let policy = async {
            let get = s3.get_bucket_policy().bucket(bucket).expected_bucket_owner(account);
            unless(call("s3 GetBucketPolicy", get.send()).await, "NoSuchBucketPolicy")
        };
        let website = async {
            let get = s3.get_bucket_website().bucket(bucket).expected_bucket_owner(account);
            unless(call("s3 GetBucketWebsite", get.send()).await, "NoSuchWebsiteConfiguration")
        };
        let (tag, block, policy, website) =
            tokio::join!(Self::tag(s3, bucket, account), block, policy, website);
        let block = block?.and_then(|answer| answer.public_access_block_configuration);
        let policy = policy?.and_then(|answer| answer.policy);
        let website = website?;
        Ok(Self {
            tag: tag?,
            // No configuration at all is wider than what the lab wants, and counts as different.
            policies_allowed: block.is_some_and(|block| {
                block.block_public_acls == Some(true)
                    && block.ignore_public_acls == Some(true)
                    && block.block_public_policy != Some(true)
                    && block.restrict_public_buckets != Some(true)
            }),
            policy: policy.and_then(|text| serde_json::from_str(&text).ok()),
            index: website
                .as_ref()
                .and_then(|website| website.index_document())
                .map(|index| index.suffix().to_owned()),
            error: website
                .as_ref()
                .and_then(|website| website.error_document())
                .map(|error| error.key().to_owned()),
        })
    }

    /// The value of the lab's tag, when the bucket has one.
    pub(super) async fn tag(s3: &Client, bucket: &str, account: &str) -> Result<Option<String>> {
        let tags = tags(s3, bucket, account).await?;
        Ok(tags.into_iter().find(|tag| tag.key() == LAB_TAG).map(|tag| tag.value().to_owned()))
    }

    /// The bucket's tags but the lab's. Writing tags replaces all, so these must be written again.
    pub(super) async fn other_tags(s3: &Client, bucket: &str, account: &str) -> Result<Vec<Tag>> {
        let mut tags = tags(s3, bucket, account).await?;
        tags.retain(|tag| tag.key() != LAB_TAG && !tag.key().starts_with("aws:"));
        Ok(tags)
    }

    /// Why the bucket is not this lab's; `None` when it is.
    pub(super) fn foreign(&self, lab: &str) -> Option<String> {
        ownership::foreign(self.tag.as_deref(), lab)
    }

    /// The settings that are not as the lab wants them, in the order to write them.
    pub(super) fn differing(&self, lab: &str, policy: &Value) -> Vec<Part> {
        let website = self.index.as_deref() == Some(INDEX) && self.error.as_deref() == Some(ERROR);
        [
            (Part::Tag, self.foreign(lab).is_none()),
            (Part::PublicAccessBlock, self.policies_allowed),
            (Part::Policy, self.policy.as_ref() == Some(policy)),
            (Part::Website, website),
        ]
        .into_iter()
        .filter(|(_, fine)| !fine)
        .map(|(part, _)| part)
        .collect()
    }
}

async fn tags(s3: &Client, bucket: &str, account: &str) -> Result<Vec<Tag>> {
    let get = s3.get_bucket_tagging().bucket(bucket).expected_bucket_owner(account);
    let tags = unless(call("s3 GetBucketTagging", get.send()).await, "NoSuchTagSet")?;
    Ok(tags.map(|answer| answer.tag_set).unwrap_or_default())
}

/// The answer, or nothing when S3 says with this code that there is none. A bucket that vanishes
/// while its settings are read has none either.
fn unless<T>(result: Result<T, Failure>, code: &str) -> Result<Option<T>, Failure> {
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(failure) if failure.is_any(&[code, "NoSuchBucket"]) => Ok(None),
        Err(failure) => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn right() -> Configuration {
        Configuration {
            tag: Some("lab".to_owned()),
            policies_allowed: true,
            policy: Some(json!({"Version": "2012-10-17"})),
            index: Some(INDEX.to_owned()),
            error: Some(ERROR.to_owned()),
        }
    }

    #[test]
    fn what_differs_is_named_in_the_order_to_write() {
        let policy = json!({"Version": "2012-10-17"});
        assert_eq!(right().differing("lab", &policy), []);
        assert_eq!(
            Configuration::default().differing("lab", &policy),
            [Part::Tag, Part::PublicAccessBlock, Part::Policy, Part::Website]
        );
        let moved = Configuration { index: Some("home.html".to_owned()), ..right() };
        assert_eq!(moved.differing("lab", &policy), [Part::Website]);
    }
}
