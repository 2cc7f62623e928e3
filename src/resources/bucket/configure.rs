//! Writes a bucket's settings, each with a call of its own.

use aws_sdk_s3::types::{
    ErrorDocument, IndexDocument, PublicAccessBlockConfiguration, Tag, Tagging,
    WebsiteConfiguration,
};

use super::{
    ABSENT, Bucket, ERROR, INDEX,
    configuration::{Configuration, Part},
};
use crate::{
    aws::{Failure, operations::s3 as op, unbuildable},
    engine::Step,
    error::{Code, Error, Result},
    lab::own_tags,
    resources::words::{found, unless_any},
};

impl Bucket {
    /// Writes the settings that differ. S3 accepts one change of a bucket's settings at a time, so
    /// they are written sequentially.
    pub(super) async fn configure(&self, step: &Step<'_>) -> Result<()> {
        // If the bucket is not visible (yet, or any more), the engine looks again.
        let Some(configuration) = self.configuration().await? else { return Ok(()) };
        let compared = configuration.compared(&self.lab.name, self.expires, &self.policy);
        let differing = compared.into_iter().filter(|(_, setting)| setting.differs());
        let mut parts: Vec<_> = differing.map(|(part, _)| part).collect();
        parts.dedup();
        let relaxed = parts.contains(&Part::PublicAccessBlock);
        for part in parts {
            match part {
                Part::Tag => self.write_tag(step).await?,
                Part::PublicAccessBlock => self.relax_public_access_block(step).await?,
                Part::Policy => self.write_policy(step, relaxed).await?,
                Part::Website => self.write_website(step).await?,
            }
        }
        Ok(())
    }

    /// Returns the lab's tag, and the one with the time at which the lab may go, if that is known.
    pub(super) fn own_tags(&self) -> Result<Vec<Tag>> {
        let tag = |(key, value)| Tag::builder().key(key).value(value).build().map_err(unbuildable);
        own_tags(&self.lab.name, self.expires).map(tag).collect::<Result<_, Error>>()
    }

    /// Adds the lab's tags to those that the bucket has.
    pub(super) async fn write_tag(&self, step: &Step<'_>) -> Result<()> {
        step.status("tagging the bucket");
        let others = Configuration::other_tags(&self.s3, &self.name, self.account()).await;
        let own = self.own_tags()?;
        let mut tags = found(others, ABSENT)?.unwrap_or_default();
        tags.retain(|tag| own.iter().all(|own| own.key() != tag.key()));
        tags.extend(own);
        let tags = Tagging::builder().set_tag_set(Some(tags)).build().map_err(unbuildable)?;
        step.settled(&op::PUT_BUCKET_TAGGING, || {
            self.s3
                .put_bucket_tagging()
                .bucket(&self.name)
                .expected_bucket_owner(self.account())
                .tagging(tags.clone())
                .send()
        })
        .await?;
        Ok(())
    }

    /// Turns off the two switches for policies; the two for ACLs stay on.
    async fn relax_public_access_block(&self, step: &Step<'_>) -> Result<()> {
        step.note(
            "relaxing Block Public Access for bucket policies only: a website is read by everyone",
        );
        let switches = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .ignore_public_acls(true)
            .block_public_policy(false)
            .restrict_public_buckets(false)
            .build();
        step.settled(&op::PUT_PUBLIC_ACCESS_BLOCK, || {
            self.s3
                .put_public_access_block()
                .bucket(&self.name)
                .expected_bucket_owner(self.account())
                .public_access_block_configuration(switches.clone())
                .send()
        })
        .await?;
        Ok(())
    }

    /// `relaxed`: whether Block Public Access was relaxed a moment ago, which may not have
    /// propagated in S3.
    async fn write_policy(&self, step: &Step<'_>, relaxed: bool) -> Result<()> {
        step.status("letting everyone read the site");
        let policy = self.policy.to_string();
        let send = || {
            self.s3
                .put_bucket_policy()
                .bucket(&self.name)
                .expected_bucket_owner(self.account())
                .policy(&policy)
                .send()
        };
        let stays = |failure: &Failure| !relaxed && blocked_above(failure);
        match step.settled_unless(&op::PUT_BUCKET_POLICY, stays, send).await {
            Err(failure) if blocked_above(&failure) => {
                let message = format!(
                    "the site cannot be public: the bucket `{}` allows it, but the account or its organization blocks it",
                    self.name
                );
                Err(failure.into_error(Code::PublicAccessBlocked, message))
            }
            other => unless_any(other, &[]),
        }
    }

    async fn write_website(&self, step: &Step<'_>) -> Result<()> {
        step.status("setting the bucket up as a website");
        let index = IndexDocument::builder().suffix(INDEX).build().map_err(unbuildable)?;
        let error = ErrorDocument::builder().key(ERROR).build().map_err(unbuildable)?;
        let website =
            WebsiteConfiguration::builder().index_document(index).error_document(error).build();
        step.settled(&op::PUT_BUCKET_WEBSITE, || {
            self.s3
                .put_bucket_website()
                .bucket(&self.name)
                .expected_bucket_owner(self.account())
                .website_configuration(website.clone())
                .send()
        })
        .await?;
        Ok(())
    }
}

/// Returns whether a policy was rejected by a Block Public Access setting above the bucket's own.
fn blocked_above(failure: &Failure) -> bool {
    failure.is("AccessDenied") && failure.message.contains("Block")
}
