//! Stacks as a whole, on resources of a fake service.

mod interrupted;
mod life;
mod templates;
mod updates;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http::StatusCode;
use serde_json::{Value, json};

use super::{CloudFormation, actions, actions::Form};
use crate::{
    authorize::{Identity, Needed},
    clock::Clock,
    params::Params,
    place::Place,
    ports::{Authority, Refusal},
    protocol::operations::named,
    provision::{Act, Created, Provider, Scope},
    service::AwsError,
    test_folder::Folder,
};

const THING: &str = "AWS::Fake::Thing";

/// A service of things. One with the property `Fail` cannot be created, one with `Typical` takes
/// that many seconds, and one with `Stays` refuses to be deleted.
#[derive(Debug, Default)]
struct Things {
    made: Mutex<BTreeMap<String, Value>>,
    tokens: Mutex<BTreeMap<String, Created>>,
    count: AtomicU64,
    /// The logical ids, in the order in which the things were created and deleted.
    order: Mutex<Vec<String>>,
}

impl Things {
    fn names(&self) -> Vec<String> {
        self.made.lock().unwrap().keys().cloned().collect()
    }

    fn order(&self) -> Vec<String> {
        self.order.lock().unwrap().clone()
    }
}

impl Provider for Things {
    fn types(&self) -> &'static [&'static str] {
        &[THING]
    }

    fn needs(&self, _: &Scope, _: &str, _: Act, _: Option<&str>, _: &Value) -> Vec<Needed> {
        Vec::new()
    }

    fn create(&self, scope: &Scope, _kind: &str, properties: &Value) -> Result<Created, AwsError> {
        if let Some(created) = self.tokens.lock().unwrap().get(&scope.token) {
            return Ok(created.clone());
        }
        if let Some(reason) = properties.get("Fail").and_then(Value::as_str) {
            return Err(AwsError::new(StatusCode::BAD_REQUEST, "TooManyThings", reason));
        }
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let physical_id = format!("{}-{number}", scope.logical_id);
        self.made.lock().unwrap().insert(physical_id.clone(), properties.clone());
        self.order.lock().unwrap().push(format!("+{}", scope.logical_id));
        let attributes = BTreeMap::from([
            ("Arn".to_owned(), json!(format!("arn:{physical_id}"))),
            ("Stack".to_owned(), json!(scope.tags["aws:cloudformation:stack-name"])),
        ]);
        let typical = properties.get("Typical").and_then(Value::as_u64).unwrap_or_default();
        let created = Created { physical_id, attributes, typical: Duration::from_secs(typical) };
        self.tokens.lock().unwrap().insert(scope.token.clone(), created.clone());
        Ok(created)
    }

    fn created_before(&self, scope: &Scope, _kind: &str) -> Option<String> {
        let tokens = self.tokens.lock().unwrap();
        tokens.get(&scope.token).map(|created| created.physical_id.clone())
    }

    fn delete(&self, scope: &Scope, _kind: &str, physical_id: &str) -> Result<(), AwsError> {
        let mut made = self.made.lock().unwrap();
        if made.get(physical_id).is_some_and(|thing| thing.get("Stays").is_some()) {
            let message = "The thing has dependencies and cannot be deleted.";
            return Err(AwsError::new(StatusCode::BAD_REQUEST, "DependencyViolation", message));
        }
        made.remove(physical_id);
        self.order.lock().unwrap().push(format!("-{}", scope.logical_id));
        Ok(())
    }
}

/// An IAM without roles. Only owners of accounts call, whom it is not asked about.
#[derive(Debug)]
struct NoRoles;

impl Authority for NoRoles {
    fn refusal(&self, who: &Identity, _: &str, _: &[Needed]) -> Option<Refusal> {
        let (action, resource) = (String::new(), who.role_arn.clone());
        Some(Refusal { action, resource, message: "There are no roles.".to_owned() })
    }

    fn session(&self, _: &str, _: &str) -> Option<Identity> {
        None
    }
}

/// A CloudFormation on a folder of its own.
struct Desk {
    folder: Folder,
    things: Arc<Things>,
    service: CloudFormation,
}

impl Desk {
    fn new(name: &str, pace: f64) -> Self {
        let folder = Folder::new(name);
        let things = Arc::<Things>::default();
        let service = open(&folder, pace, &things);
        Self { folder, things, service }
    }

    /// Reopens it at another pace.
    fn restart(&mut self, pace: f64) {
        self.service = open(&self.folder, pace, &self.things);
    }

    fn ask(&self, action: &str, parameters: &[(&str, &str)]) -> Result<Value, AwsError> {
        let operation = named(actions::OPERATIONS, action).unwrap();
        let place = Place::named("", "eu-west-1");
        let form = Form { place, params: Params::of_pairs(parameters), identity: None };
        (operation.handler)(&self.service.shared, &form)
    }

    fn create(&self, name: &str, template: &str) -> String {
        let asked = self.ask("CreateStack", &[("StackName", name), ("TemplateBody", template)]);
        asked.unwrap()["StackId"].as_str().unwrap().to_owned()
    }

    fn stack(&self, name: &str) -> Value {
        self.ask("DescribeStacks", &[("StackName", name)]).unwrap()["Stacks"][0].clone()
    }

    /// Waits until the stack has settled, and returns it.
    async fn settled(&self, name: &str) -> Value {
        loop {
            let stack = self.stack(name);
            if !stack["StackStatus"].as_str().unwrap().ends_with("IN_PROGRESS") {
                return stack;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Returns the events, oldest first: logical id, status and the beginning of the reason.
    fn events(&self, name: &str) -> Vec<String> {
        let events = self.ask("DescribeStackEvents", &[("StackName", name)]).unwrap();
        let events = events["StackEvents"].as_array().unwrap().iter().rev().map(|event| {
            let field = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
            let reason: String = field("ResourceStatusReason").chars().take(60).collect();
            let line =
                format!("{} {} {reason}", field("LogicalResourceId"), field("ResourceStatus"));
            line.trim_end().to_owned()
        });
        events.collect()
    }
}

fn open(folder: &std::path::Path, pace: f64, things: &Arc<Things>) -> CloudFormation {
    let things: Arc<dyn Provider> = things.clone();
    CloudFormation::open(folder, Clock::at_pace(pace), vec![things], Arc::new(NoRoles)).unwrap()
}
