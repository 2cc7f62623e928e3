//! The bucket of the site: made with our tag, open for reading only, set up as a website. What is
//! in it is the `site`'s.

mod configuration;
mod empty;

use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    types::{
        BucketLocationConstraint, CreateBucketConfiguration, ErrorDocument, IndexDocument,
        PublicAccessBlockConfiguration, Tag, Tagging, WebsiteConfiguration,
    },
};
use serde_json::Value;
use std::time::Duration;

use self::configuration::{Configuration, Part};
use crate::{
    aws::{Failure, call, settled, settled_unless, unbuildable},
    engine::{About, Id, Resource, Seen, Step, Values},
    error::{Code, Error, Result},
    lab::{LAB_TAG, Names, files, placeholders::BUCKET_NAME},
    resources::ownership,
    target::Target,
};

/// The page that answers `/`.
const INDEX: &str = "index.html";
/// The page that answers what is not there.
const ERROR: &str = "error.html";

/// The bucket.
pub(super) struct Bucket {
    about: About,
    s3: Client,
    name: String,
    lab: String,
    account: String,
    region: String,
    policy: Value,
    adopt: bool,
}

impl Bucket {
    pub(super) fn new(target: &Target, names: &Names, adopt: bool) -> Result<Self> {
        let own = target.given().with(&Values::of([(BUCKET_NAME, &names.bucket)]));
        let policy = serde_json::from_str(&files::BUCKET_POLICY.render(&own)?)
            .map_err(|error| Error::new(Code::Lab, error.to_string()))?;
        Ok(Self {
            about: About {
                id: Id("bucket"),
                title: format!("S3 bucket `{}`", names.bucket),
                why: "An S3 bucket set up as a website serves the site's files to everyone.",
                produces: vec![BUCKET_NAME],
                consumes: files::BUCKET_POLICY.placeholders()?,
                ours: ownership::by_tag(&names.lab),
                deadline: Duration::from_mins(5),
                ..About::default()
            },
            s3: target.s3(),
            name: names.bucket.clone(),
            lab: names.lab.clone(),
            account: target.account.as_str().to_owned(),
            region: target.region.as_str().to_owned(),
            policy,
            adopt,
        })
    }

    fn values(&self) -> Values {
        Values::of([(BUCKET_NAME, &self.name)])
    }

    /// Whether the bucket is there. Asked first, because creating one's own bucket again answers
    /// 200 in us-east-1 and resets its settings.
    async fn exists(&self) -> Result<Option<Seen>> {
        let head = self.s3.head_bucket().bucket(&self.name).expected_bucket_owner(&self.account);
        let Err(failure) = call("s3 HeadBucket", head.send()).await else { return Ok(None) };
        match (failure.status, &failure.bucket_region) {
            (Some(404), _) => Ok(Some(Seen::Absent)),
            (Some(301 | 400), Some(region)) if *region != self.region => {
                let message =
                    format!("the bucket `{}` is in {region}, not in {}", self.name, self.region);
                Err(Error::new(Code::BucketElsewhere, message))
            }
            (Some(403), _) => Ok(Some(Seen::Foreign {
                why: "it belongs to another account, or these credentials may not see it"
                    .to_owned(),
            })),
            _ => Err(failure.into()),
        }
    }

    /// Gives whether it was this call that made the bucket.
    async fn create(&self, step: &Step<'_>) -> Result<bool> {
        step.status("creating the bucket");
        let tag = self.tag()?;
        let mut setup = CreateBucketConfiguration::builder().tags(tag);
        // us-east-1 is the one region that must not be named here.
        if self.region != "us-east-1" {
            setup = setup.location_constraint(BucketLocationConstraint::from(self.region.as_str()));
        }
        let setup = setup.build();
        let created = settled(step, "s3 CreateBucket", || {
            self.s3
                .create_bucket()
                .bucket(&self.name)
                .create_bucket_configuration(setup.clone())
                .send()
        })
        .await;
        match created {
            // The answer to an earlier try was lost, or somebody else made it meanwhile. Its tag
            // says whose it is.
            Err(failure) if failure.is("BucketAlreadyOwnedByYou") => Ok(false),
            Err(failure) if failure.is("BucketAlreadyExists") => {
                let message = format!("the bucket name `{}` belongs to somebody else", self.name);
                Err(failure.into_error(Code::BucketTaken, message))
            }
            Err(failure) if failure.is("OperationAborted") => {
                let message = format!("the bucket name `{}` is not free yet", self.name);
                Err(failure.into_error(Code::BucketTaken, message).hint(
                    "a bucket of this name was deleted a short while ago, and S3 may keep the name for hours: wait, or choose another with `--bucket NAME`",
                ))
            }
            Err(failure) => Err(failure.into()),
            Ok(_) => self.tag_if_ignored(step).await.map(|()| true),
        }
    }

    /// AWS has taken tags with the creation of a bucket since 2025; other endpoints that speak S3
    /// may ignore them. We made this bucket a moment ago, so it is ours to tag.
    async fn tag_if_ignored(&self, step: &Step<'_>) -> Result<()> {
        match Configuration::tag(&self.s3, &self.name, &self.account).await? {
            Some(_) => Ok(()),
            None => self.write_tag(step).await,
        }
    }

    fn tag(&self) -> Result<Tag> {
        Tag::builder().key(LAB_TAG).value(&self.lab).build().map_err(unbuildable)
    }

    async fn write_tag(&self, step: &Step<'_>) -> Result<()> {
        step.status("tagging the bucket");
        let others = Configuration::other_tags(&self.s3, &self.name, &self.account).await?;
        let tags = Tagging::builder().set_tag_set(Some(others)).tag_set(self.tag()?);
        let tags = tags.build().map_err(unbuildable)?;
        settled(step, "s3 PutBucketTagging", || {
            self.s3
                .put_bucket_tagging()
                .bucket(&self.name)
                .expected_bucket_owner(&self.account)
                .tagging(tags.clone())
                .send()
        })
        .await?;
        Ok(())
    }

    /// The two switches about policies are opened, the two about access lists stay shut.
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
        settled(step, "s3 PutPublicAccessBlock", || {
            self.s3
                .put_public_access_block()
                .bucket(&self.name)
                .expected_bucket_owner(&self.account)
                .public_access_block_configuration(switches.clone())
                .send()
        })
        .await?;
        Ok(())
    }

    /// `relaxed`: whether Block Public Access was opened a moment ago, which S3 may not have heard
    /// of everywhere.
    async fn write_policy(&self, step: &Step<'_>, relaxed: bool) -> Result<()> {
        step.status("letting everyone read the site");
        let policy = self.policy.to_string();
        let send = || {
            self.s3
                .put_bucket_policy()
                .bucket(&self.name)
                .expected_bucket_owner(&self.account)
                .policy(&policy)
                .send()
        };
        let stays = |failure: &Failure| !relaxed && blocked_above(failure);
        match settled_unless(step, "s3 PutBucketPolicy", stays, send).await {
            Err(failure) if blocked_above(&failure) => {
                let message = format!(
                    "the site cannot be public: the bucket `{}` allows it, but the account or its organization blocks it",
                    self.name
                );
                Err(failure.into_error(Code::PublicAccessBlocked, message))
            }
            other => Ok(other.map(|_| ())?),
        }
    }

    async fn write_website(&self, step: &Step<'_>) -> Result<()> {
        step.status("setting the bucket up as a website");
        let index = IndexDocument::builder().suffix(INDEX).build().map_err(unbuildable)?;
        let error = ErrorDocument::builder().key(ERROR).build().map_err(unbuildable)?;
        let website =
            WebsiteConfiguration::builder().index_document(index).error_document(error).build();
        settled(step, "s3 PutBucketWebsite", || {
            self.s3
                .put_bucket_website()
                .bucket(&self.name)
                .expected_bucket_owner(&self.account)
                .website_configuration(website.clone())
                .send()
        })
        .await?;
        Ok(())
    }

    /// S3 takes one change of a bucket's settings at a time, so they go one after the other.
    async fn configure(&self, step: &Step<'_>) -> Result<()> {
        let differing = Configuration::read(&self.s3, &self.name, &self.account)
            .await?
            .differing(&self.lab, &self.policy);
        let relaxed = differing.contains(&Part::PublicAccessBlock);
        for part in differing {
            match part {
                Part::Tag => self.write_tag(step).await?,
                Part::PublicAccessBlock => self.relax_public_access_block(step).await?,
                Part::Policy => self.write_policy(step, relaxed).await?,
                Part::Website => self.write_website(step).await?,
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for Bucket {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, _known: &Values) -> Result<Seen> {
        if let Some(seen) = self.exists().await? {
            return Ok(seen);
        }
        let configuration = Configuration::read(&self.s3, &self.name, &self.account).await?;
        if !self.adopt
            && let Some(why) = configuration.foreign(&self.lab)
        {
            return Ok(Seen::Foreign { why });
        }
        let differing = configuration.differing(&self.lab, &self.policy);
        if differing.is_empty() {
            return Ok(Seen::Ready(self.values()));
        }
        let differences = differing.iter().map(|part| part.in_words().to_owned()).collect();
        Ok(Seen::Drifted { values: self.values(), differences })
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        if *seen == Seen::Absent && !self.create(step).await? {
            return Ok(());
        }
        self.configure(step).await
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("closing the site");
        let policy =
            self.s3.delete_bucket_policy().bucket(&self.name).expected_bucket_owner(&self.account);
        gone(call("s3 DeleteBucketPolicy", policy.send()).await)?;
        empty::empty(&self.s3, &self.name, &self.account, step).await?;
        step.status("deleting the bucket");
        let deleted = settled(step, "s3 DeleteBucket", || {
            self.s3.delete_bucket().bucket(&self.name).expected_bucket_owner(&self.account).send()
        })
        .await;
        match deleted {
            // Something was put in while it was being emptied; the engine looks and comes again.
            Err(failure) if failure.is("BucketNotEmpty") => Ok(()),
            other => gone(other),
        }
    }
}

/// For removals: what is not there is gone.
fn gone<T>(result: Result<T, Failure>) -> Result<()> {
    match result {
        Err(failure) if failure.is("NoSuchBucket") => Ok(()),
        other => Ok(other.map(|_| ())?),
    }
}

/// Whether a policy was refused by a Block Public Access setting above the bucket's own.
fn blocked_above(failure: &Failure) -> bool {
    failure.is("AccessDenied") && failure.message.contains("Block")
}
