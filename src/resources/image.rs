//! The backend's image in the repository. Tasks refer to it by digest, so the same binary is never
//! rolled out twice.

mod by_hand;

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use aws_sdk_ecr::{Client, types::ImageIdentifier};

use super::Choices;
use crate::{
    aws::{Also, call, operations::ecr as op},
    destination::{Destination, Lazy},
    engine::{About, ByHand, Check, Id, LAB, Purpose, Resource, Seen, Setting, Step},
    error::{Code, Error, Result},
    http,
    image::{self, Architecture, Image as Assembled, Packed, Registry},
    lab::{
        Names, Values,
        placeholders::{CPU_ARCHITECTURE, IMAGE_TAG_USED_IN_ECR_PUSH, REPOSITORY_URI},
    },
};

/// The tag of the newest image.
const TAG: &str = "latest";

/// What a push to the registry does besides its declared operations: it looks for each layer.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>
const PUSH: [Also; 1] = [Also::new("ecr:BatchCheckLayerAvailability")];

/// What is checked of it.
static CHECKS: [Check; 1] = [Check {
    id: "image",
    title: "The repository holds an image of the backend.",
    points: 2,
    depends_on: &["repository"],
    why: "A task starts from an image; an empty repository makes every task stop with CannotPullContainerError.",
    hint: "build the image and push it with the tag `latest`; `mysfits fargate deploy` does it without Docker",
    ..LAB
}];

/// The image.
pub(super) struct Image {
    about: About,
    ecr: Lazy<Client>,
    /// All labs of the process push with it.
    pushes: Arc<http::Client>,
    repository: String,
    binary: Option<PathBuf>,
    /// Built on first use: a look does not need it if there is no image yet.
    packed: Packed,
}

impl Image {
    pub(super) fn new(destination: &Destination, names: &Names, choices: &Choices) -> Self {
        Self {
            about: About {
                id: Id("image"),
                title: "the backend's image in the repository".to_owned(),
                why: "The Rust backend as a container image of one layer, made without Docker.",
                produces: vec![IMAGE_TAG_USED_IN_ECR_PUSH, CPU_ARCHITECTURE],
                needs: vec![REPOSITORY_URI],
                parent: Some(Id("repository")),
                goes_with_parent: true,
                operations: &[
                    &op::DESCRIBE_IMAGES,
                    &op::GET_AUTHORIZATION_TOKEN,
                    &op::INITIATE_LAYER_UPLOAD,
                    &op::UPLOAD_LAYER_PART,
                    &op::COMPLETE_LAYER_UPLOAD,
                    &op::PUT_IMAGE,
                ],
                also: &PUSH,
                deadline: Duration::from_mins(30),
                checks: &CHECKS,
                ..About::default()
            },
            ecr: destination.client(),
            pushes: destination.pushes().clone(),
            repository: names.repository.clone(),
            binary: choices.service_binary.clone(),
            packed: choices.packed.clone(),
        }
    }

    async fn assembled(&self, status: &(dyn Fn(String) + Sync)) -> Result<&Assembled> {
        self.packed.image(self.binary.as_deref(), status).await
    }

    /// Returns the digest of the newest image, if any.
    async fn newest(&self) -> Result<Option<String>> {
        let newest = ImageIdentifier::builder().image_tag(TAG).build();
        let describe =
            self.ecr.describe_images().repository_name(&self.repository).image_ids(newest);
        match call(&op::DESCRIBE_IMAGES, describe.send()).await {
            Ok(answer) => {
                let image = answer.image_details().first();
                Ok(image.and_then(|image| image.image_digest()).map(str::to_owned))
            }
            Err(failure)
                if failure.is_any(&["ImageNotFoundException", "RepositoryNotFoundException"]) =>
            {
                Ok(None)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    async fn registry(&self) -> Result<Registry> {
        let token = self.ecr.get_authorization_token();
        let answer = call(&op::GET_AUTHORIZATION_TOKEN, token.send()).await?;
        let data = answer.authorization_data.unwrap_or_default().into_iter().next();
        let data = data.and_then(|data| Some((data.proxy_endpoint?, data.authorization_token?)));
        let (endpoint, token) = data
            .ok_or_else(|| Error::new(Code::Refused, "ecr GetAuthorizationToken gave no token"))?;
        Ok(Registry { endpoint, token, client: self.pushes.clone() })
    }
}

#[async_trait]
impl Resource for Image {
    fn about(&self) -> &About {
        &self.about
    }

    fn by_hand(&self) -> ByHand {
        self.commands()
    }

    async fn inspect(&self, known: &Values, purpose: Purpose) -> Result<Seen> {
        let (repository, owner) = match Seen::through(known, REPOSITORY_URI) {
            Ok(found) => found,
            Err(seen) => return Ok(*seen),
        };
        let Some(newest) = self.newest().await? else { return Ok(Seen::absent()) };
        // A look, and a cleanup, need not wait for a build.
        let at_hand = self.binary.is_some() || image::CARRIED;
        let mut settings = Vec::new();
        // The existing image was built here, for this machine's processor.
        let mut architecture = Architecture::of_this_machine();
        if at_hand || purpose == Purpose::Deploy {
            let wanted = self.assembled(&|_| {}).await?;
            settings.push(Setting::new("imageDigest", wanted.digest(), &newest));
            architecture = wanted.architecture();
        }
        let image = format!("{repository}@{newest}");
        let values = if settings.iter().any(Setting::differs) {
            // None: tasks must run the image that is about to be pushed.
            Values::default()
        } else {
            Values::of([
                (IMAGE_TAG_USED_IN_ECR_PUSH, &image),
                (CPU_ARCHITECTURE, architecture.ecs()),
            ])
        };
        Ok(Seen::there(owner, values, settings))
    }

    /// Images are deleted with their repository.
    async fn exists(&self, _arn: &str) -> Result<bool> {
        Ok(false)
    }

    /// A given binary must be a backend for Fargate, and a build requires cargo. Otherwise nothing
    /// is started: half a lab costs money too.
    async fn check_input(&self) -> Result<Option<String>> {
        match &self.binary {
            Some(_) => self.assembled(&|_| {}).await.map(|_| None),
            None => image::check().await.map(|()| None),
        }
    }

    async fn apply(&self, _known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let status = |text: String| step.status(text);
        if self.binary.is_none()
            && let Some(warning) = image::warning().await
        {
            step.note(warning);
        }
        let image = self.assembled(&status).await?;
        let registry = self.registry().await?;
        image::push(&registry, &self.repository, TAG, image, &status).await
    }

    /// Images are deleted with their repository.
    async fn remove(&self, _known: &Values, _step: &Step) -> Result<()> {
        Ok(())
    }
}
