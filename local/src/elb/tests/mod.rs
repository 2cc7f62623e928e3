//! Load balancers through the same operations that calls use, with real connections.

mod control;
mod data;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{Elb, errors::Outcome, operations};
use crate::{
    clock::Clock,
    ec2::Ec2,
    params::Params,
    place::{AccountId, Place},
    ports::{Roles, Target, TargetHealth, Targets},
    protocol::operations::named,
    provision::{Provider, Scope},
    test_folder::Folder,
};

const REGION: &str = "eu-west-1";

/// Roles that always exist.
struct AllRoles;

impl Roles for AllRoles {
    fn assumable(&self, _: &AccountId, _: &str, _: &str) -> bool {
        true
    }

    fn ensure_service_linked_role(&self, _: &AccountId, _: &str) -> bool {
        false
    }
}

/// A service over a network of two public subnets in two zones, and a private one.
struct World {
    elb: Elb,
    ec2: Arc<Ec2>,
    place: Place,
    folder: Folder,
    clock: Clock,
    vpc: String,
    subnets: Vec<String>,
}

impl World {
    fn new(name: &str) -> Self {
        Self::at_pace(name, 0.0)
    }

    fn at_pace(name: &str, factor: f64) -> Self {
        let folder = Folder::new(name);
        let clock = Clock::at_pace(factor);
        let ec2 = Arc::new(Ec2::open(&folder.join("ec2"), clock.clone()).unwrap());
        let place = Place::named("111111111111", REGION);
        let (vpc, subnets) = network(&ec2, &place);
        let roles = Arc::new(AllRoles);
        let elb = Elb::open(&folder.join("elb"), clock.clone(), ec2.clone(), roles).unwrap();
        Self { elb, ec2, place, folder, clock, vpc, subnets }
    }

    /// Reopens the same folder, as after a restart.
    fn restarted(self) -> Self {
        let Self { elb, ec2, place, folder, clock, vpc, subnets } = self;
        drop(elb);
        let roles = Arc::new(AllRoles);
        let elb = Elb::open(&folder.join("elb"), clock.clone(), ec2.clone(), roles).unwrap();
        Self { elb, ec2, place, folder, clock, vpc, subnets }
    }

    fn run(&self, action: &str, params: &Value) -> Outcome<Value> {
        let operation = named(operations::OPERATIONS, action).unwrap();
        operation.handler.run_in(&self.elb, &self.place, &Params::of_json(params))
    }

    fn good(&self, action: &str, params: &Value) -> Value {
        self.run(action, params).unwrap_or_else(|error| panic!("{action} {params}: {error}"))
    }

    fn code(&self, action: &str, params: &Value) -> String {
        match self.run(action, params) {
            Err(error) => error.code,
            Ok(value) => panic!("{action} {params} was good: {value}"),
        }
    }

    fn balancer_params(&self) -> Value {
        json!({ "Name": "lab", "Type": "network", "Subnets": self.subnets[..2] })
    }

    /// Creates a load balancer; returns its ARN and the port in its DNS name.
    fn balancer(&self) -> (String, u16) {
        let made = self.good("CreateLoadBalancer", &self.balancer_params());
        let made = &made["LoadBalancers"][0];
        let port = made["DNSName"].as_str().unwrap().rsplit(':').next().unwrap();
        (text(&made["LoadBalancerArn"]), port.parse().unwrap())
    }

    fn group_params(&self) -> Value {
        json!({
            "Name": "tasks", "Protocol": "TCP", "Port": 8080, "VpcId": self.vpc,
            "TargetType": "ip", "HealthCheckProtocol": "HTTP", "HealthCheckIntervalSeconds": 10,
            "HealthyThresholdCount": 2, "UnhealthyThresholdCount": 2,
        })
    }

    fn group(&self) -> String {
        text(
            &self.good("CreateTargetGroup", &self.group_params())["TargetGroups"][0]["TargetGroupArn"],
        )
    }

    fn listener_params(balancer: &str, group: &str) -> Value {
        json!({
            "LoadBalancerArn": balancer, "Protocol": "TCP", "Port": 80,
            "DefaultActions": [{ "Type": "forward", "TargetGroupArn": group }],
        })
    }

    /// Creates a load balancer that listens for a target group; returns the group's ARN and the
    /// port.
    fn serving(&self) -> (String, u16) {
        let ((balancer, port), group) = (self.balancer(), self.group());
        self.good("CreateListener", &Self::listener_params(&balancer, &group));
        (group, port)
    }

    fn register(&self, group: &str, ip: &str, process: SocketAddr) {
        let target = Target { ip: ip.to_owned(), port: 8080, process };
        self.elb.register(&self.place, group, target);
    }

    fn deregister(&self, group: &str, ip: &str) {
        self.elb.deregister(&self.place, group, ip, 8080);
    }

    fn health(&self, group: &str, ip: &str) -> Option<TargetHealth> {
        self.elb.health(&self.place, group, ip, 8080)
    }

    async fn until_health(&self, group: &str, ip: &str, wanted: Option<TargetHealth>) {
        until(&format!("{ip} is {wanted:?}"), || self.health(group, ip) == wanted).await;
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Waits for what must come, and reports what did not.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(20), "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn network(ec2: &Ec2, place: &Place) -> (String, Vec<String>) {
    let scope = Scope {
        place: place.clone(),
        stack_name: "Core".to_owned(),
        logical_id: "Thing".to_owned(),
        tags: std::collections::BTreeMap::new(),
        token: String::new(),
    };
    let make =
        |kind: &str, properties: &Value| ec2.create(&scope, kind, properties).unwrap().physical_id;
    let vpc = make("AWS::EC2::VPC", &json!({ "CidrBlock": "10.0.0.0/16" }));
    let gateway = make("AWS::EC2::InternetGateway", &json!({}));
    let attachment = json!({ "VpcId": vpc, "InternetGatewayId": gateway });
    make("AWS::EC2::VPCGatewayAttachment", &attachment);
    let table = make("AWS::EC2::RouteTable", &json!({ "VpcId": vpc }));
    make(
        "AWS::EC2::Route",
        &json!({
            "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway,
        }),
    );
    let subnet = |number: usize, zone: &str| {
        let cidr = format!("10.0.{number}.0/24");
        let zone = format!("{REGION}{zone}");
        make(
            "AWS::EC2::Subnet",
            &json!({
                "VpcId": vpc, "CidrBlock": cidr, "AvailabilityZone": zone,
            }),
        )
    };
    let subnets = vec![subnet(0, "a"), subnet(1, "b"), subnet(2, "c")];
    for public in &subnets[..2] {
        let association = json!({ "RouteTableId": table, "SubnetId": public });
        make("AWS::EC2::SubnetRouteTableAssociation", &association);
    }
    (vpc, subnets)
}

/// A process of a task: answers every request with its name, and with a status that can be set.
struct Process {
    address: SocketAddr,
    status: Arc<AtomicU16>,
    serving: tokio::task::JoinHandle<()>,
}

impl Process {
    async fn start(name: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let status = Arc::new(AtomicU16::new(200));
        let shown = Arc::clone(&status);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, name, Arc::clone(&shown)));
            }
        });
        Self { address, status, serving }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Answers requests of one read each, as long as the connection is open.
async fn answer(mut stream: TcpStream, name: &str, status: Arc<AtomicU16>) {
    let mut request = [0; 4096];
    while let Ok(1..) = stream.read(&mut request).await {
        let status = status.load(Ordering::Relaxed);
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{name}", name.len());
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Sends a request to a port; returns the body, or nothing if the connection is closed.
async fn ask(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    ask_on(&mut stream).await
}

async fn ask_on(stream: &mut TcpStream) -> Option<String> {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.ok()?;
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).await.ok().filter(|length| *length > 0)?;
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    answer.starts_with("HTTP/1.1 200").then(|| answer.rsplit("\r\n").next().map(str::to_owned))?
}
