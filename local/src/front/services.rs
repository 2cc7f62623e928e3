//! The list of services. A new one is one more line in `open`.

use std::{fmt, path::Path, sync::Arc};

use http::StatusCode;
use serde_json::{Value, json};

use super::{apis, authorize::Sessions, registry};
use crate::{
    apigateway::ApiGateway,
    cloudformation::CloudFormation,
    cognito::Cognito,
    dynamodb::DynamoDb,
    ec2::Ec2,
    ecr::Ecr,
    ecs::{Ecs, Neighbours},
    elb::Elb,
    faults::Target,
    free_tier::FreeTier,
    iam::Iam,
    identity_center::IdentityCenter,
    logs::Logs,
    open::{OpenError, Setup},
    organizations::Organizations,
    private,
    protocol::{self, Protocol, query::Dialect},
    provision::Provider,
    quotas::Quotas,
    rehearsal::{self, Choice, Rehearsal},
    s3::S3,
    service::{Answer, AwsError, Call, Caller, Operation, Service, Subject, Summary},
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
    /// For the sessions of roles.
    pub(super) sts: Arc<Sts>,
    /// For what principals may do.
    pub(super) iam: Arc<Iam>,
    /// For the accounts that there are.
    pub(super) organizations: Arc<Organizations>,
    /// Of the accounts that are rehearsed, if any are.
    pub(super) sessions: Option<Arc<Sessions>>,
    pub(super) rehearsal: Option<Rehearsal>,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list.iter().map(|service| service.name())).finish()
    }
}

impl Services {
    /// Opens every service on its folder.
    pub(super) fn open(folder: &Path, setup: &Setup) -> Result<Self, OpenError> {
        private::folder(folder)
            .map_err(|source| OpenError::Folder { path: folder.to_owned(), source })?;
        let clock = || setup.clock.clone();
        let s3 = Arc::new(S3::open(&folder.join("s3"), setup.clock.pace)?);
        let dynamodb = Arc::new(DynamoDb::open(&folder.join("dynamodb"), clock())?);
        let ec2 = Arc::new(Ec2::open(&folder.join("ec2"), clock())?);
        let Choice { rehearsal, session_calls } = rehearsal::chosen(folder)?;
        let iam = Arc::new(Iam::open(&folder.join("iam"), rehearsal)?);
        let sts = Arc::new(Sts::open(&folder.join("sts"), Iam::clone(&iam))?);
        let organizations = Organizations::open(&folder.join("organizations"), iam.clone())?;
        let organizations = Arc::new(organizations);
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
            CloudFormation::open(&folder.join("cloudformation"), clock(), providers, iam.clone())?;
        let cloudformation = Arc::new(cloudformation);
        let mut list: Vec<Arc<dyn Service>> = vec![
            sts.clone(),
            Arc::new(Quotas),
            Arc::new(FreeTier),
            organizations.clone(),
            Arc::new(IdentityCenter::new(organizations.clone())),
            s3.clone(),
            dynamodb,
            ec2,
            elb,
            iam.clone(),
            logs,
            ecr.clone(),
            cloudformation,
            ecs.clone(),
            cognito.clone(),
            api_gateway.clone(),
        ];
        list.push(Arc::new(Tagging::of(list.clone(), clock())));
        let sessions = || Sessions::new(Iam::clone(&iam), ecs.clone(), session_calls);
        let sessions = rehearsal.map(|_| Arc::new(sessions()));
        Ok(Self {
            list,
            s3,
            ecr,
            cognito,
            ecs,
            api_gateway,
            sts,
            iam,
            organizations,
            sessions,
            rehearsal,
        })
    }

    /// Returns the service and the operation that a call requests.
    pub(super) fn subject(&self, call: &Call) -> Result<Subject, AwsError> {
        let service = self.serving(call)?;
        let unknown = || Operation { name: UNKNOWN.to_owned(), mutating: false };
        let operation = service.operation(call).unwrap_or_else(unknown);
        Ok(Subject { service: service.name(), operation, absent: service.absent() })
    }

    /// Returns the service that a call is for: the one in its credential scope, or the one that
    /// claims it, or S3.
    fn serving(&self, call: &Call) -> Result<&dyn Service, AwsError> {
        match &call.caller {
            Caller::Signed { service, .. } => self.named(service),
            Caller::Anonymous => {
                let claiming = self.list.iter().find(|service| service.claims(call));
                claiming.map_or_else(|| self.named("s3"), |service| Ok(service.as_ref()))
            }
        }
    }

    /// Answers with an error in the protocol of the service that a call is for.
    pub(super) fn refuse(&self, call: &Call, error: AwsError) -> Answer {
        match self.serving(call) {
            Ok(service) => service.refuse(&in_code_of(service.name(), error)),
            Err(_) if reads_xml(call) => XML.refuse(&error),
            Err(_) => unserved(&error),
        }
    }

    /// Returns the services that fault rules may be about.
    pub(super) fn targets(&self) -> Vec<Target> {
        let services = self.list.iter().map(|service| (service.name(), service.absent()));
        services.chain([(registry::NAME, &[][..]), (apis::NAME, &[])]).collect()
    }

    /// Returns what each service does and refuses.
    pub(super) fn described(&self) -> Value {
        let described = self.list.iter().map(|service| {
            let Summary { title, real, refused } = service.summary();
            json!({ "service": service.name(), "title": title, "operations": names(service.as_ref()),
                    "real": real, "refused": refused })
        });
        json!({ "services": described.collect::<Vec<_>>() })
    }

    /// Ends what runs: the tasks' processes.
    pub(super) async fn shut_down(&self) {
        self.ecs.shut_down().await;
    }

    /// Returns the service of this name.
    pub(super) fn named(&self, name: &str) -> Result<&dyn Service, AwsError> {
        let found = self.list.iter().find(|service| service.name() == name);
        found.map(AsRef::as_ref).ok_or_else(|| {
            let message = format!("The local cloud does not have the service '{name}'.");
            AwsError::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
        })
    }
}

/// Returns the names of all operations of a service.
fn names(service: &dyn Service) -> Vec<String> {
    service.operations().into_iter().map(|operation| operation.name).collect()
}

/// The protocol of clients that read XML, for services that are not there.
const XML: Protocol = Protocol::AwsQuery(Dialect { namespace: "", version: "" });

/// Services whose clients read XML without being called by Query.
const REST_XML: [&str; 2] = ["cloudfront", "route53"];

/// Returns whether the client of a service that is not there reads XML, not JSON.
fn reads_xml(call: &Call) -> bool {
    let is_rest_xml = matches!(
        &call.caller,
        Caller::Signed { service, .. } if REST_XML.contains(&service.as_str())
    );
    is_rest_xml || call.form().text("Action").is_some()
}

/// S3 has a code of its own for a signature that it cannot read.
fn in_code_of(service: &str, error: AwsError) -> AwsError {
    if service == "s3" && error.code == "IncompleteSignature" {
        AwsError::new(error.status, "AuthorizationHeaderMalformed", error.message)
    } else {
        error
    }
}

/// Answers with an error without a service, in the way of most of AWS's protocols.
pub(super) fn unserved(error: &AwsError) -> Answer {
    let body = json!({ "__type": error.code, "message": error.message }).to_string();
    protocol::answer(error.status, "application/x-amz-json-1.1", body)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{clock::Clock, outages::Outages, place::Place, test_folder::Folder};

    const BEGIN: &str = "<!-- services: made of their code by a test; do not edit -->\n";
    const END: &str = "<!-- end of services -->\n";

    fn row(service: &dyn Service) -> String {
        let (summary, operations) = (service.summary(), names(service));
        let (count, names) = (operations.len(), operations.join(", "));
        let things = if count == 1 { "operation" } else { "operations" };
        format!(
            "| {} (`{}`) | <details><summary>{count} {things}</summary>{names}</details> | {} | {} |\n",
            summary.title,
            service.name(),
            summary.real,
            summary.refused
        )
    }

    fn table(services: &Services) -> String {
        let mut table = String::from(
            "\n| service | operations | what is real | what is refused |\n|---|---|---|---|\n",
        );
        let mut list: Vec<_> = services.list.iter().collect();
        list.sort_by_key(|service| service.summary().title);
        for service in list {
            table.push_str(&row(service.as_ref()));
        }
        table.push('\n');
        table
    }

    /// Returns the text with what is between the markers replaced.
    fn with_table(text: &str, table: &str) -> String {
        let (before, rest) = text.split_once(BEGIN).unwrap();
        let (_, after) = rest.split_once(END).unwrap();
        [before, BEGIN, table, END, after].concat()
    }

    /// Opens services on a folder.
    fn opened(folder: &Folder) -> Services {
        let setup = Setup {
            port: 4566,
            clock: Clock::at_pace(0.0),
            outages: Outages::default(),
            stand_in: None,
            launcher: None,
        };
        Services::open(folder, &setup).unwrap()
    }

    #[tokio::test]
    async fn every_reading_operation_says_what_it_answers_about_what_is_not_there() {
        let folder = Folder::new("absent");
        let services = opened(&folder);
        let (mut missing, mut extra) = (Vec::new(), Vec::new());
        for service in &services.list {
            let declared: BTreeSet<_> =
                service.absent().iter().flat_map(|(operations, ..)| *operations).copied().collect();
            let mut operations = service.operations();
            operations.retain(|operation| !operation.mutating);
            let reading: BTreeSet<_> = operations.iter().map(|it| it.name.as_str()).collect();
            let name = |operation| format!("{} {operation}", service.name());
            missing.extend(reading.difference(&declared).map(name));
            extra.extend(declared.difference(&reading).map(name));
        }
        services.shut_down().await;
        assert!(missing.is_empty(), "not in `ABSENT`: {missing:?}");
        assert!(extra.is_empty(), "in `ABSENT`, but read nothing: {extra:?}");
    }

    /// A row of S3's table has its action.
    #[tokio::test]
    async fn every_operation_declares_the_permissions_that_it_needs() {
        let folder = Folder::new("access");
        let services = opened(&folder);
        let mut missing = Vec::new();
        for service in services.list.iter().filter(|service| service.name() != "s3") {
            let place = Place::named("", "eu-west-1");
            let caller = Caller::Signed { place, service: service.name().to_owned() };
            let (headers, body) = (http::HeaderMap::new(), bytes::Bytes::from_static(b"{}"));
            let call = Call::new(http::Method::POST, "/".parse().unwrap(), headers, body, caller);
            for operation in service.operations() {
                if service.needs(&call, &operation.name).is_none() {
                    missing.push(format!("{} {}", service.name(), operation.name));
                }
            }
        }
        services.shut_down().await;
        assert!(missing.is_empty(), "not in `ACCESS`: {missing:?}");
    }

    #[tokio::test]
    async fn the_table_in_the_readme_is_what_the_services_say() {
        let folder = Folder::new("readme");
        let services = opened(&folder);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let kept = std::fs::read_to_string(&path).unwrap();
        let wanted = with_table(&kept, &table(&services));
        services.shut_down().await;
        if std::env::var_os("MYSFITS_UPDATE").is_some() {
            std::fs::write(&path, &wanted).unwrap();
            return;
        }
        assert!(
            kept == wanted,
            "README.md is out of date: run the tests with MYSFITS_UPDATE=1 and look at what changed"
        );
    }
}
