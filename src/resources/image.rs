//! The backend's image in the repository. Tasks run it by its digest, so the same binary is never
//! rolled out twice.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_ecr::{Client, types::ImageIdentifier};
use tokio::sync::OnceCell;

use crate::{
    aws::call,
    engine::{About, Id, Resource, Seen, Step, Values},
    error::{Code, Error, Result},
    image::{self, Architecture, Image as Assembled, Registry},
    lab::{
        Names,
        placeholders::{CPU_ARCHITECTURE, IMAGE_TAG_USED_IN_ECR_PUSH, REPOSITORY_URI},
    },
    target::Target,
};

/// The tag under which people find the newest image.
const TAG: &str = "latest";

/// The image.
pub(super) struct Image {
    about: About,
    ecr: Client,
    repository: String,
    binary: Option<PathBuf>,
    /// Made when it is first needed: where there is no image yet, looking does not need it.
    assembled: OnceCell<Assembled>,
    /// Whether this is a deployment. Who only looks, or cleans up, need not wait for a build.
    deploying: AtomicBool,
}

impl Image {
    pub(super) fn new(target: &Target, names: &Names, binary: Option<PathBuf>) -> Self {
        Self {
            about: About {
                id: Id("image"),
                title: "the backend's image in the repository".to_owned(),
                why: "The Rust backend as a container image of one layer, made without Docker.",
                produces: vec![IMAGE_TAG_USED_IN_ECR_PUSH, CPU_ARCHITECTURE],
                consumes: vec![REPOSITORY_URI],
                goes_with: Some(Id("repository")),
                ours: "it is inside the repository".to_owned(),
                deadline: Duration::from_mins(30),
                ..About::default()
            },
            ecr: target.ecr(),
            repository: names.repository.clone(),
            binary,
            assembled: OnceCell::new(),
            deploying: AtomicBool::new(false),
        }
    }

    async fn assembled(&self, status: &(dyn Fn(String) + Sync)) -> Result<&Assembled> {
        let make = || image::image(self.binary.as_deref(), status);
        self.assembled.get_or_try_init(make).await
    }

    /// The digest of the newest image; `None` when there is none.
    async fn newest(&self) -> Result<Option<String>> {
        let newest = ImageIdentifier::builder().image_tag(TAG).build();
        let describe =
            self.ecr.describe_images().repository_name(&self.repository).image_ids(newest);
        match call("ecr DescribeImages", describe.send()).await {
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
        let answer = call("ecr GetAuthorizationToken", token.send()).await?;
        let data = answer.authorization_data.unwrap_or_default().into_iter().next();
        let data = data.and_then(|data| Some((data.proxy_endpoint?, data.authorization_token?)));
        let (endpoint, token) = data
            .ok_or_else(|| Error::new(Code::Refused, "ecr GetAuthorizationToken gave no token"))?;
        Ok(Registry { endpoint, token })
    }
}

#[async_trait]
impl Resource for Image {
    fn about(&self) -> &About {
        &self.about
    }

    async fn inspect(&self, known: &Values) -> Result<Seen> {
        let Some(repository) = known.get(REPOSITORY_URI) else { return Ok(Seen::Absent) };
        let Some(newest) = self.newest().await? else { return Ok(Seen::Absent) };
        let at_hand = self.binary.is_some() || image::CARRIED;
        let compares = at_hand || self.deploying.load(Ordering::Relaxed);
        let architecture = if compares {
            let wanted = self.assembled(&|_| {}).await?;
            (newest == wanted.digest().as_str()).then(|| wanted.architecture())
        } else {
            // What stands was made here, for the kind of processor that this machine has.
            Some(Architecture::of_this_machine())
        };
        let Some(architecture) = architecture else {
            let differences = vec!["it is of another version of the backend".to_owned()];
            return Ok(Seen::Drifted { values: Values::default(), differences });
        };
        Ok(Seen::Ready(Values::of([
            (IMAGE_TAG_USED_IN_ECR_PUSH, &format!("{repository}@{newest}")),
            (CPU_ARCHITECTURE, architecture.ecs()),
        ])))
    }

    /// A binary that was given must be a backend for Fargate, or nothing is begun.
    async fn check_input(&self) -> Result<()> {
        self.deploying.store(true, Ordering::Relaxed);
        if self.binary.is_some() {
            self.assembled(&|_| {}).await?;
        }
        Ok(())
    }

    async fn apply(&self, _known: &Values, _seen: &Seen, step: &Step) -> Result<()> {
        let status = |text: String| step.status(text);
        let image = self.assembled(&status).await?;
        let registry = self.registry().await?;
        image::push(&registry, &self.repository, TAG, image, &status).await
    }

    /// Images go with their repository.
    async fn remove(&self, _known: &Values, _step: &Step) -> Result<()> {
        Ok(())
    }
}
