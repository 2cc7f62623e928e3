//! Stacks whose file cannot be written after their resources were created: the local cloud was killed
//! in between, or the disk is full.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use super::{NoRoles, Things, actions, actions::Form};
use crate::{
    authorize::Needed,
    clock::Clock,
    cloudformation::CloudFormation,
    ec2::Ec2,
    iam::Iam,
    logs::Logs,
    params::Params,
    place::Place,
    protocol::operations::named,
    provision::{Act, Created, Provider, Scope},
    service::AwsError,
    test_folder::Folder,
};

/// A service after whose creations no stack can be written, as long as it is told so.
struct Last {
    service: Arc<dyn Provider>,
    /// The file that each stack is first written to.
    stack: Arc<Mutex<Option<PathBuf>>>,
}

impl Provider for Last {
    fn types(&self) -> &'static [&'static str] {
        self.service.types()
    }

    fn needs(&self, _: &Scope, _: &str, _: Act, _: Option<&str>, _: &Value) -> Vec<Needed> {
        Vec::new()
    }

    fn create(&self, scope: &Scope, kind: &str, properties: &Value) -> Result<Created, AwsError> {
        let created = self.service.create(scope, kind, properties);
        if let Some(file) = &*self.stack.lock().unwrap() {
            // A folder where the file should be: nobody can write it.
            let _ = fs::create_dir(file);
        }
        created
    }

    fn created_before(&self, scope: &Scope, kind: &str) -> Option<String> {
        self.service.created_before(scope, kind)
    }

    fn delete(&self, scope: &Scope, kind: &str, physical_id: &str) -> Result<(), AwsError> {
        self.service.delete(scope, kind, physical_id)
    }

    fn gone(&self, scope: &Scope, kind: &str, physical_id: &str) -> bool {
        self.service.gone(scope, kind, physical_id)
    }
}

/// A CloudFormation whose stacks cannot be written after a creation.
struct Desk {
    folder: Folder,
    services: Vec<Arc<dyn Provider>>,
    stack: Arc<Mutex<Option<PathBuf>>>,
    service: CloudFormation,
}

impl Desk {
    fn new(folder: Folder, services: Vec<Arc<dyn Provider>>) -> Self {
        let stack = Arc::default();
        let service = open(&folder, &services, &stack);
        Self { folder, services, stack, service }
    }

    fn of_things(name: &str) -> (Self, Arc<Things>) {
        let things = Arc::<Things>::default();
        (Self::new(Folder::new(name), vec![things.clone()]), things)
    }

    fn ask(&self, action: &str, parameters: &[(&str, &str)]) -> Result<Value, AwsError> {
        let operation = named(actions::OPERATIONS, action).unwrap();
        let place = Place::named("111111111111", "eu-west-1");
        let form = Form { place, params: Params::of_pairs(parameters), identity: None };
        (operation.handler)(&self.service.shared, &form)
    }

    /// Creates the stack `S`, of which nothing can be written once something is created.
    fn create(&self, template: &str) {
        let parameters = [
            ("StackName", "S"),
            ("TemplateBody", template),
            ("Capabilities.member.1", "CAPABILITY_IAM"),
        ];
        self.ask("CreateStack", &parameters).unwrap();
        let region = self.folder.join("stacks/111111111111/eu-west-1");
        let file = fs::read_dir(region).unwrap().next().unwrap().unwrap().path();
        *self.stack.lock().unwrap() = Some(file.with_extension("json.new"));
    }

    /// Waits until something was created that no stack could note.
    async fn interrupted(&self) {
        let file = self.stack.lock().unwrap().clone().unwrap();
        while !file.is_dir() {
            tokio::task::yield_now().await;
        }
        // All of the step, not only the first of its creations.
        drop(self.service.shared.open.write().unwrap());
    }

    /// Lets stacks be written again.
    fn repair(&self) {
        let file = self.stack.lock().unwrap().take().unwrap();
        fs::remove_dir(file).unwrap();
    }

    /// Ends it as a kill does, and opens it again.
    fn restart(&mut self) {
        *self.service.shared.open.write().unwrap() = false;
        self.repair();
        self.service = open(&self.folder, &self.services, &self.stack);
    }

    async fn settled(&self) -> String {
        loop {
            let asked = self.ask("DescribeStacks", &[("StackName", "S")]);
            let Ok(stacks) = asked else { return "gone".to_owned() };
            let status = stacks["Stacks"][0]["StackStatus"].as_str().unwrap();
            if !status.ends_with("IN_PROGRESS") {
                return status.to_owned();
            }
            tokio::task::yield_now().await;
        }
    }

    async fn delete(&self) {
        self.ask("DeleteStack", &[("StackName", "S")]).unwrap();
        assert_eq!(self.settled().await, "gone");
    }
}

fn open(
    folder: &Path,
    services: &[Arc<dyn Provider>],
    stack: &Arc<Mutex<Option<PathBuf>>>,
) -> CloudFormation {
    let last = |service: &Arc<dyn Provider>| -> Arc<dyn Provider> {
        Arc::new(Last { service: Arc::clone(service), stack: Arc::clone(stack) })
    };
    let services = services.iter().map(last).collect();
    CloudFormation::open(&folder.join("stacks"), Clock::at_pace(0.0), services, Arc::new(NoRoles))
        .unwrap()
}

const THREE: &str = "Resources:
  A: {Type: AWS::Fake::Thing}
  B: {Type: AWS::Fake::Thing}
  C: {Type: AWS::Fake::Thing, DependsOn: [A, B]}";

#[tokio::test]
async fn a_stack_that_was_killed_between_creation_and_note_has_no_orphans() {
    let (mut desk, things) = Desk::of_things("killed-creating");
    desk.create(THREE);
    desk.interrupted().await;
    assert_eq!(things.names().len(), 2);
    desk.restart();
    assert_eq!(desk.settled().await, "CREATE_COMPLETE");
    assert_eq!(things.names().len(), 3);
    desk.delete().await;
    assert!(things.names().is_empty());
}

#[tokio::test]
async fn a_stack_that_is_deleted_right_after_a_kill_leaves_nothing() {
    let (mut desk, things) = Desk::of_things("killed-deleted");
    desk.create(THREE);
    desk.interrupted().await;
    desk.restart();
    // Before the driver of the creation can continue.
    desk.delete().await;
    assert!(things.names().is_empty(), "{:?}", things.names());
}

#[tokio::test]
async fn a_full_disk_only_delays_a_stack() {
    let (desk, things) = Desk::of_things("full-disk");
    desk.create(THREE);
    desk.interrupted().await;
    desk.repair();
    assert_eq!(desk.settled().await, "CREATE_COMPLETE");
    assert_eq!(things.names().len(), 3);
    desk.delete().await;
    assert!(things.names().is_empty());
}

#[tokio::test]
async fn a_call_that_cannot_be_written_says_why() {
    let (desk, _) = Desk::of_things("full-call");
    fs::create_dir_all(desk.folder.join("stacks")).unwrap();
    fs::write(desk.folder.join("stacks/111111111111"), "in the way").unwrap();
    let refused = desk.ask("CreateStack", &[("StackName", "S"), ("TemplateBody", THREE)]);
    let message = refused.unwrap_err().message;
    assert!(message.starts_with("cannot use the state file "), "{message}");
}

/// Returns how many things of each kind are in the files of EC2, IAM and logs.
fn left(folder: &Path) -> Value {
    let read = |file: &str| -> Value {
        let text = fs::read(folder.join(file)).unwrap_or_else(|_| b"{}".to_vec());
        serde_json::from_slice(&text).unwrap()
    };
    let count = |value: &Value| value.as_object().map_or(0, serde_json::Map::len);
    let network = read("ec2/111111111111/eu-west-1.json");
    let iam = read("iam/iam.json");
    json!({
        "vpcs": count(&network["vpcs"]), "addresses": count(&network["addresses"]),
        "gateways": count(&network["internet_gateways"]), "subnets": count(&network["subnets"]),
        "roles": count(&iam["111111111111"]["roles"]),
        "logs": count(&read("logs/groups/111111111111/eu-west-1.json")),
    })
}

#[tokio::test]
async fn what_services_created_is_found_again_in_every_round() {
    let template = "Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Attachment: {Type: AWS::EC2::VPCGatewayAttachment,
    Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Address: {Type: AWS::EC2::EIP, Properties: {Domain: vpc}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Route: {Type: AWS::EC2::Route, DependsOn: Attachment, Properties: {RouteTableId: !Ref Table,
    DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
  Log: {Type: AWS::Logs::LogGroup}
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: '2012-10-17',
    Statement: [{Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com},
    Action: 'sts:AssumeRole'}]}}}";
    let folder = Folder::new("killed-services");
    let services: Vec<Arc<dyn Provider>> = vec![
        Arc::new(Ec2::open(&folder.join("ec2"), Clock::at_pace(0.0)).unwrap()),
        Arc::new(Iam::open(&folder.join("iam"), None).unwrap()),
        Arc::new(Logs::open(&folder.join("logs")).unwrap()),
    ];
    let mut desk = Desk::new(folder, services);
    desk.create(template);
    let file = desk.stack.lock().unwrap().clone();
    for _ in 0..3 {
        desk.interrupted().await;
        desk.restart();
        (*desk.stack.lock().unwrap()).clone_from(&file);
    }
    *desk.stack.lock().unwrap() = None;
    let _ = fs::remove_dir(file.unwrap());
    assert_eq!(desk.settled().await, "CREATE_COMPLETE");
    let wanted =
        json!({ "vpcs": 1, "addresses": 1, "gateways": 1, "subnets": 1, "roles": 1, "logs": 1 });
    assert_eq!(left(&desk.folder), wanted);
    desk.delete().await;
    let nothing =
        json!({ "vpcs": 0, "addresses": 0, "gateways": 0, "subnets": 0, "roles": 0, "logs": 0 });
    assert_eq!(left(&desk.folder), nothing);
}
