//! The list of services. A new one is one more line in `open`.

use std::{fmt, path::Path, sync::Arc};

use http::StatusCode;
use serde_json::json;

use crate::{
    apigateway::ApiGateway,
    cloudformation::CloudFormation,
    cognito::Cognito,
    dynamodb::DynamoDb,
    ec2::Ec2,
    ecr::Ecr,
    ecs::{Ecs, Neighbours},
    elb::Elb,
    iam::Iam,
    logs::Logs,
    open::{OpenError, Setup},
    protocol,
    provision::Provider,
    s3::S3,
    service::{Answer, AwsError, Call, Caller, Operation, Service, Subject},
    sts::Sts,
    tagging::Tagging,
};

/// The name under which an operation that a service does not know is logged.
const UNKNOWN: &str = "Unknown";

/// The services of one local cloud.
pub(super) struct Services {
    list: Vec<Arc<dyn Service>>,
    /// For its websites.
    pub(super) s3: Arc<S3>,
    /// For its registry.
    pub(super) ecr: Arc<Ecr>,
    /// For browsers and the mailbox.
    pub(super) cognito: Arc<Cognito>,
    /// For its tasks.
    pub(super) ecs: Arc<Ecs>,
    /// For the execution of its APIs.
    pub(super) api_gateway: Arc<ApiGateway>,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list.iter().map(|service| service.name())).finish()
    }
}

impl Services {
    /// Opens every service on its folder.
    pub(super) fn open(folder: &Path, setup: &Setup) -> Result<Self, OpenError> {
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
        Ok(Self { list, s3, ecr, cognito, ecs, api_gateway })
    }

    /// What a call asks which service for.
    pub(super) fn subject(&self, call: &Call) -> Result<Subject, AwsError> {
        let service = self.serving(call)?;
        let unknown = || Operation { name: UNKNOWN.to_owned(), mutating: false };
        let operation = service.operation(call).unwrap_or_else(unknown);
        Ok(Subject { service: service.name(), operation })
    }

    /// The service that a call is for: the one in its credential scope, or the one that claims it,
    /// or S3.
    fn serving(&self, call: &Call) -> Result<&dyn Service, AwsError> {
        match &call.caller {
            Caller::Signed { service, .. } => self.named(service),
            Caller::Anonymous => {
                let claiming = self.list.iter().find(|service| service.claims(call));
                claiming.map_or_else(|| self.named("s3"), |service| Ok(service.as_ref()))
            }
        }
    }

    /// An error, in the protocol of the service that a call is for.
    pub(super) fn refuse(&self, call: &Call, error: AwsError) -> Answer {
        match self.serving(call) {
            Ok(service) => service.refuse(&in_code_of(service.name(), error)),
            Err(_) => unserved(&error),
        }
    }

    /// Ends what runs: the tasks' processes.
    pub(super) async fn shut_down(&self) {
        self.ecs.shut_down().await;
    }

    /// The service of this name.
    pub(super) fn named(&self, name: &str) -> Result<&dyn Service, AwsError> {
        let found = self.list.iter().find(|service| service.name() == name);
        found.map(AsRef::as_ref).ok_or_else(|| {
            let message = format!("The local cloud does not have the service '{name}'.");
            AwsError::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
        })
    }
}

/// S3 has a code of its own for a signature that it cannot read.
fn in_code_of(service: &str, error: AwsError) -> AwsError {
    if service == "s3" && error.code == "IncompleteSignature" {
        AwsError::new(error.status, "AuthorizationHeaderMalformed", error.message)
    } else {
        error
    }
}

/// An error without a service, in the way of most of AWS's protocols.
pub(super) fn unserved(error: &AwsError) -> Answer {
    let body = json!({ "__type": error.code, "message": error.message }).to_string();
    protocol::answer(error.status, "application/x-amz-json-1.1", body)
}
