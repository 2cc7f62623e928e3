//! The list of services. A new one is one more line in `open`.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    apigateway::ApiGateway,
    clock::Clock,
    cloud::OpenError,
    cloudformation::CloudFormation,
    cognito::Cognito,
    dynamodb::DynamoDb,
    ec2::Ec2,
    ecr::Ecr,
    ecs::{Ecs, Neighbours},
    elb::Elb,
    iam::Iam,
    logs::Logs,
    protocol,
    provision::Provider,
    s3::S3,
    service::{Answer, AwsError, Call, Caller, Operation, Service},
    sts::Sts,
    tagging::Tagging,
};

/// The name under which an operation that a service does not know is logged.
const UNKNOWN: &str = "Unknown";

/// The services of one local cloud. The default has none: between two states of a reset.
#[derive(Default)]
pub(crate) struct Services {
    list: Vec<Arc<dyn Service>>,
    /// S3 once more, for its websites.
    s3: Option<Arc<S3>>,
    /// ECR once more, for its registry.
    ecr: Option<Arc<Ecr>>,
    /// Cognito once more, for browsers and the mailbox.
    cognito: Option<Arc<Cognito>>,
    /// ECS once more, for its tasks.
    ecs: Option<Arc<Ecs>>,
    /// API Gateway once more, for the execution of its APIs.
    api_gateway: Option<Arc<ApiGateway>>,
}

/// What the services are opened with, besides their folder.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// The local cloud's port.
    pub(crate) port: u16,
    pub(crate) clock: Clock,
    /// The backend built for this machine, for images that are not.
    pub(crate) stand_in: Option<PathBuf>,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list.iter().map(|service| service.name())).finish()
    }
}

/// What a call asks for, as the request log and the fault rules see it.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) service: &'static str,
    pub(crate) operation: Operation,
}

impl Services {
    /// Opens every service on its folder.
    pub(crate) fn open(folder: &Path, setup: &Setup) -> Result<Self, OpenError> {
        let clock = || setup.clock.clone();
        let s3 = Arc::new(S3::open(&folder.join("s3"), setup.clock.pace)?);
        let dynamodb = Arc::new(DynamoDb::open(&folder.join("dynamodb"), clock())?);
        let ec2 = Arc::new(Ec2::open(&folder.join("ec2"), clock())?);
        let iam = Arc::new(Iam::open(&folder.join("iam"))?);
        let elb = Arc::new(Elb::open(&folder.join("elb"), clock(), ec2.clone(), iam.clone())?);
        let ecr = Arc::new(Ecr::open(&folder.join("ecr"), setup.port)?);
        let logs = Arc::new(Logs::open(&folder.join("logs"))?);
        let neighbours = Neighbours {
            network: ec2.clone(),
            targets: elb.clone(),
            roles: iam.clone(),
            logs: Logs::clone(&logs),
            ecr: Ecr::clone(&ecr),
        };
        let ecs = Arc::new(Ecs::open(&folder.join("ecs"), neighbours, setup)?);
        let cognito = Arc::new(Cognito::open(&folder.join("cognito"), setup.port)?);
        let api_gateway =
            ApiGateway::open(&folder.join("apigateway"), clock(), elb.clone(), cognito.clone())?;
        let api_gateway = Arc::new(api_gateway);
        let providers: Vec<Arc<dyn Provider>> = vec![ec2.clone(), iam.clone(), logs.clone()];
        let cloudformation =
            Arc::new(CloudFormation::open(&folder.join("cloudformation"), clock(), providers)?);
        let mut list: Vec<Arc<dyn Service>> = vec![
            Arc::new(Sts),
            s3.clone(),
            dynamodb,
            ec2,
            elb,
            iam,
            logs,
            ecr.clone(),
            cloudformation,
            ecs.clone(),
            cognito.clone(),
            api_gateway.clone(),
        ];
        list.push(Arc::new(Tagging::of(list.clone(), clock())));
        Ok(Self {
            list,
            s3: Some(s3),
            ecr: Some(ecr),
            cognito: Some(cognito),
            ecs: Some(ecs),
            api_gateway: Some(api_gateway),
        })
    }

    /// What a call asks which service for.
    pub(crate) fn subject(&self, call: &Call) -> Result<Subject, AwsError> {
        let service = self.serving(call)?;
        let unknown = || Operation { name: UNKNOWN.to_owned(), mutating: false };
        let operation = service.operation(call).unwrap_or_else(unknown);
        Ok(Subject { service: service.name(), operation })
    }

    /// The service that a call is for: the one in its credential scope, or the one that claims it,
    /// or S3.
    pub(crate) fn serving(&self, call: &Call) -> Result<&dyn Service, AwsError> {
        let claimed = || self.list.iter().find(|service| service.claims(call));
        let name = match &call.caller {
            Caller::Signed { service, .. } => service.as_str(),
            Caller::Anonymous => claimed().map_or("s3", |service| service.name()),
        };
        self.named(name).ok_or_else(|| {
            AwsError::new(
                StatusCode::NOT_IMPLEMENTED,
                "NotImplemented",
                format!("The local cloud does not have the service '{name}'."),
            )
        })
    }

    /// An error, in the protocol of the service that a call is for.
    pub(crate) fn refuse(&self, call: &Call, error: AwsError) -> Answer {
        match self.serving(call) {
            Ok(service) => service.refuse(&in_words_of(service.name(), error)),
            Err(_) => unserved(&error),
        }
    }

    /// A page of a bucket's website.
    pub(crate) async fn website(&self, bucket: &str, call: Call) -> Answer {
        match &self.s3 {
            Some(s3) => s3.website(bucket, call).await,
            None => unserved(&AwsError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "ServiceUnavailable",
                "The local cloud has no services: its last reset failed.",
            )),
        }
    }

    /// ECR, for its registry; `None` between two states of a reset.
    pub(crate) fn registry(&self) -> Option<Ecr> {
        self.ecr.as_deref().cloned()
    }

    /// Cognito, for browsers and the mailbox; `None` between two states of a reset.
    pub(crate) fn cognito(&self) -> Option<Cognito> {
        self.cognito.as_deref().cloned()
    }

    /// API Gateway, for the execution of its APIs; `None` between two states of a reset.
    pub(crate) fn api_gateway(&self) -> Option<ApiGateway> {
        self.api_gateway.as_deref().cloned()
    }

    /// The credentials of the task that knows this word.
    pub(crate) fn credentials(&self, word: &str) -> Option<Value> {
        self.ecs.as_ref()?.credentials(word)
    }

    /// Ends what runs: the tasks' processes.
    pub(crate) async fn shut_down(&self) {
        if let Some(ecs) = &self.ecs {
            ecs.shut_down().await;
        }
    }

    /// The service of this name.
    pub(crate) fn named(&self, name: &str) -> Option<&dyn Service> {
        self.list.iter().find(|service| service.name() == name).map(AsRef::as_ref)
    }
}

/// S3 has a code of its own for a signature that it cannot read.
fn in_words_of(service: &str, error: AwsError) -> AwsError {
    if service == "s3" && error.code == "IncompleteSignature" {
        AwsError::new(error.status, "AuthorizationHeaderMalformed", error.message)
    } else {
        error
    }
}

/// An error without a service, in the way of most of AWS's protocols.
pub(crate) fn unserved(error: &AwsError) -> Answer {
    let body = json!({ "__type": error.code, "message": error.message }).to_string();
    protocol::answer(error.status, "application/x-amz-json-1.1", body)
}
