//! The bucket of the site: created with our tag, public for reading only, configured as a website.
//! Its content is managed by `site`.

mod by_hand;
mod checks;
mod configuration;
mod configure;
mod empty;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    types::{BucketLocationConstraint, CreateBucketConfiguration},
};
use serde_json::Value;

use self::configuration::Configuration;
use super::words::{found, name_in, unless_any};
use crate::{
    aws::{Failure, call, operations::s3 as op},
    destination::{Destination, Lazy},
    engine::{About, ByHand, Id, Presence, Purpose, Resource, Seen, Step},
    error::{Code, Error, Result},
    lab::{ArnPattern, Expiry, LabId, Names, Owner, Values, files, placeholders::BUCKET_NAME},
};

/// The page for `/`.
const INDEX: &str = "index.html";
/// The page for missing objects.
const ERROR: &str = "error.html";

/// S3's error codes for a missing bucket. HEAD responses have no code, only the status 404.
const ABSENT: &[&str] = &["NoSuchBucket"];

/// The bucket.
pub(super) struct Bucket {
    about: About,
    s3: Lazy<Client>,
    name: String,
    lab: LabId,
    expires: Option<Expiry>,
    policy: Value,
}

/// The account that owns the bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    /// None.
    Absent,
    /// The lab's account.
    There,
    /// Another account, or these credentials may not see it.
    OtherAccount,
}

impl Bucket {
    /// Creates the bucket resource with these names.
    ///
    /// # Errors
    /// When the file of its policy is invalid.
    pub(super) fn new(
        destination: &Destination,
        names: &Names,
        expires: Option<Expiry>,
    ) -> Result<Self> {
        let own = destination.given().with(&Values::of([(BUCKET_NAME, &names.bucket)]));
        let policy = serde_json::from_str(&files::BUCKET_POLICY.render(&own)?)
            .map_err(|error| Error::new(Code::Lab, error.to_string()))?;
        Ok(Self {
            about: About {
                id: Id("bucket"),
                title: format!("S3 bucket `{}`", names.bucket),
                why: "An S3 bucket set up as a website serves the site's files to everyone.",
                today: Some(
                    "one would keep the bucket private and put CloudFront in front of it, with an origin access control: HTTPS, and nothing public.",
                ),
                produces: vec![BUCKET_NAME],
                templates: &[&files::BUCKET_POLICY],
                arn: Some(ArnPattern::bucket(&names.bucket)),
                operations: &[
                    &op::HEAD_BUCKET,
                    &op::GET_BUCKET_TAGGING,
                    &op::GET_PUBLIC_ACCESS_BLOCK,
                    &op::GET_BUCKET_POLICY,
                    &op::GET_BUCKET_WEBSITE,
                    &op::CREATE_BUCKET,
                    &op::PUT_BUCKET_TAGGING,
                    &op::PUT_PUBLIC_ACCESS_BLOCK,
                    &op::PUT_BUCKET_POLICY,
                    &op::PUT_BUCKET_WEBSITE,
                    &op::DELETE_BUCKET_POLICY,
                    &op::LIST_MULTIPART_UPLOADS,
                    &op::ABORT_MULTIPART_UPLOAD,
                    &op::LIST_OBJECT_VERSIONS,
                    &op::DELETE_OBJECTS,
                    &op::DELETE_BUCKET,
                ],
                deadline: Duration::from_mins(5),
                checks: &checks::CHECKS,
                ..About::default()
            },
            s3: destination.s3(),
            name: names.bucket.clone(),
            lab: names.lab.clone(),
            expires,
            policy,
        })
    }

    fn account(&self) -> &str {
        self.lab.account.as_str()
    }

    /// Returns which account has a bucket of this name in the lab's region. Called first, because
    /// creating one's own bucket again returns 200 in us-east-1 and resets its settings.
    ///
    /// # Errors
    /// When the bucket is in another region or cannot be looked at.
    async fn head(&self, name: &str) -> Result<Head> {
        let head = self.s3.head_bucket().bucket(name).expected_bucket_owner(self.account());
        let Err(failure) = call(&op::HEAD_BUCKET, head.send()).await else {
            return Ok(Head::There);
        };
        let here = self.lab.region.as_str();
        match (failure.status, &failure.bucket_region) {
            (Some(404), _) => Ok(Head::Absent),
            (Some(301 | 400), Some(region)) if region != here => {
                let message = format!("the bucket `{name}` is in {region}, not in {here}");
                Err(Error::new(Code::BucketElsewhere, message))
            }
            (Some(403), _) => Ok(Head::OtherAccount),
            _ => Err(failure.into()),
        }
    }

    /// Returns the settings of the bucket; `None` if it is not visible.
    async fn configuration(&self) -> Result<Option<Configuration>> {
        Ok(found(Configuration::read(&self.s3, &self.name, self.account()).await, ABSENT)?)
    }

    /// Creates the bucket, and returns whether this call created it.
    async fn create(&self, step: &Step<'_>) -> Result<bool> {
        step.status("creating the bucket");
        let region = self.lab.region.as_str();
        let mut setup = CreateBucketConfiguration::builder().set_tags(Some(self.own_tags()?));
        // us-east-1 is the only region that must not be specified here.
        if region != "us-east-1" {
            setup = setup.location_constraint(BucketLocationConstraint::from(region));
        }
        let create = self.s3.create_bucket().bucket(&self.name);
        let create = create.create_bucket_configuration(setup.build());
        match step.settled(&op::CREATE_BUCKET, || create.clone().send()).await {
            // The response to an earlier attempt was lost, or somebody else created it meanwhile.
            // Its tag shows the owner.
            Err(failure) if failure.is("BucketAlreadyOwnedByYou") => {
                step.it_existed(&failure);
                Ok(false)
            }
            Err(failure) => Err(self.not_created(failure)),
            Ok(_) => self.tag_if_ignored(step).await.map(|()| true),
        }
    }

    /// Returns the error for a bucket that S3 refuses to create.
    fn not_created(&self, failure: Failure) -> Error {
        if failure.is("BucketAlreadyExists") {
            let message = format!("the bucket name `{}` belongs to somebody else", self.name);
            return failure.into_error(Code::BucketTaken, message);
        }
        if failure.is("OperationAborted") {
            let message = format!("the bucket name `{}` is not free yet", self.name);
            return failure.into_error(Code::BucketTaken, message).hint(
                "a bucket with this name was deleted recently, and S3 may keep the name for hours: wait, or choose another with `--bucket NAME`",
            );
        }
        failure.into()
    }

    /// Tags the bucket if S3 did not: AWS accepts tags on creation since 2025, other endpoints may
    /// ignore them. We created this bucket a moment ago, so it is ours to tag.
    async fn tag_if_ignored(&self, step: &Step<'_>) -> Result<()> {
        match found(Configuration::tag(&self.s3, &self.name, self.account()).await, ABSENT)? {
            Some(Some(_)) => Ok(()),
            // Also when S3 does not show the bucket everywhere yet.
            _ => self.write_tag(step).await,
        }
    }
}

#[async_trait]
impl Resource for Bucket {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, _known: &Values, _purpose: Purpose) -> Result<Seen> {
        match self.head(&self.name).await? {
            Head::Absent => return Ok(Seen::absent()),
            Head::OtherAccount => {
                return Ok(Seen::there(Owner::OtherAccount, Values::default(), Vec::new()));
            }
            Head::There => {}
        }
        let Some(configuration) = self.configuration().await? else { return Ok(Seen::absent()) };
        let owner = configuration.owner(&self.lab.name);
        let compared = configuration.compared(&self.lab.name, self.expires, &self.policy);
        let settings = compared.into_iter().map(|(_, setting)| setting).collect();
        let values = Values::of([(BUCKET_NAME, &self.name)]);
        Ok(Seen { expires: configuration.expires(), ..Seen::there(owner, values, settings) })
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        let Some(name) = name_in(&self.about, arn) else { return Ok(false) };
        match self.head(name).await? {
            Head::There => Ok(true),
            Head::Absent => Ok(false),
            // Another account may have taken the name since; S3 responds to both in the same way.
            Head::OtherAccount => Err(Error::new(
                Code::AccessDenied,
                Owner::OtherAccount.why_not_ours().unwrap_or_default(),
            )),
        }
    }

    async fn apply(&self, _known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        if seen.presence == Presence::Absent && !self.create(step).await? {
            return Ok(());
        }
        self.configure(step).await
    }

    async fn remove(&self, _known: &Values, step: &Step) -> Result<()> {
        step.status("closing the site");
        let policy = self.s3.delete_bucket_policy().bucket(&self.name);
        let policy = policy.expected_bucket_owner(self.account());
        unless_any(call(&op::DELETE_BUCKET_POLICY, policy.send()).await, ABSENT)?;
        empty::empty(&self.s3, &self.name, self.account(), step).await?;
        step.status("deleting the bucket");
        let delete = self.s3.delete_bucket().bucket(&self.name);
        let delete = delete.expected_bucket_owner(self.account());
        let deleted = step.settled(&op::DELETE_BUCKET, || delete.clone().send()).await;
        // Not empty: something was added meanwhile; the engine looks and tries again.
        unless_any(deleted, &["NoSuchBucket", "BucketNotEmpty"])
    }
}
