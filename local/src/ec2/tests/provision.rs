//! Resources of templates, and EC2's adapter for other services.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use super::super::{Context, Ec2, state::Region};
use crate::{
    clock::Clock,
    place::Place,
    ports::{Network, NewInterface},
    protocol::stateful::Stateful as _,
    provision::{Act, Created, Provider, Scope},
    service::Service,
    test_folder::Folder,
};

const REGION: &str = "eu-west-1";

struct Stack {
    /// Held until the test is over.
    _folder: Folder,
    ec2: Ec2,
    scope: Scope,
    made: Vec<(&'static str, String)>,
}

impl Stack {
    fn new(name: &str, pace: f64) -> Self {
        let folder = Folder::new(name);
        let scope = Scope {
            place: Place::named("111111111111", REGION),
            stack_name: "Core".to_owned(),
            logical_id: "Thing".to_owned(),
            tags: BTreeMap::from([("aws:cloudformation:stack-name".to_owned(), "Core".to_owned())]),
            token: String::new(),
        };
        let ec2 = Ec2::open(&folder, Clock::at_pace(pace)).unwrap();
        Self { _folder: folder, ec2, scope, made: Vec::new() }
    }

    fn make(&mut self, kind: &'static str, properties: &Value) -> Created {
        let created = self.ec2.create(&self.scope, kind, properties);
        let created = created.unwrap_or_else(|error| panic!("{kind}: {error}"));
        self.made.push((kind, created.physical_id.clone()));
        created
    }

    /// Creates a VPC with a way out and a NAT gateway; returns the VPC's id and the public
    /// subnet's.
    fn core(&mut self) -> (String, String) {
        let vpc = self.make(
            "AWS::EC2::VPC",
            &json!({
                "CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": true,
            }),
        );
        assert_eq!(vpc.attributes["CidrBlock"], "10.0.0.0/16");
        let vpc = vpc.physical_id;
        let in_vpc = json!({ "VpcId": vpc });
        let gateway = self.make("AWS::EC2::InternetGateway", &json!({})).physical_id;
        let attached = json!({ "VpcId": vpc, "InternetGatewayId": gateway });
        self.make("AWS::EC2::VPCGatewayAttachment", &attached);
        let subnet =
            json!({ "VpcId": vpc, "CidrBlock": "10.0.0.0/24", "MapPublicIpOnLaunch": true });
        let subnet = self.make("AWS::EC2::Subnet", &subnet).physical_id;
        let table = self.make("AWS::EC2::RouteTable", &in_vpc).physical_id;
        self.make(
            "AWS::EC2::Route",
            &json!({
                "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway,
            }),
        );
        let association = json!({ "RouteTableId": table, "SubnetId": subnet });
        self.make("AWS::EC2::SubnetRouteTableAssociation", &association);
        let address = self.make("AWS::EC2::EIP", &json!({ "Domain": "vpc" }));
        let allocation = &address.attributes["AllocationId"];
        let nat = json!({ "AllocationId": allocation, "SubnetId": subnet });
        assert_eq!(self.make("AWS::EC2::NatGateway", &nat).typical, Duration::from_secs(100));
        self.make(
            "AWS::EC2::VPCEndpoint",
            &json!({
                "VpcId": vpc, "ServiceName": "com.amazonaws.eu-west-1.dynamodb",
                "RouteTableIds": [table], "PolicyDocument": { "Statement": [] },
            }),
        );
        // The lab's own template allows all protocols without ports.
        self.make(
            "AWS::EC2::SecurityGroup",
            &json!({
                "VpcId": vpc, "GroupDescription": "tasks",
                "SecurityGroupIngress": [{ "IpProtocol": -1, "CidrIp": "10.0.0.0/16" }],
            }),
        );
        (vpc, subnet)
    }
}

#[test]
fn what_cloudformation_needs_is_needed_on_what_carries_its_tags() {
    let mut stack = Stack::new("needed", 0.0);
    let (vpc, _) = stack.core();
    let none = json!({});
    let needed = |kind, act, id: Option<&str>, properties: &Value| {
        let all = Provider::needs(&stack.ec2, &stack.scope, kind, act, id, properties);
        all.into_iter()
            .map(|needed| (needed.action, needed.resource, needed.tags))
            .collect::<Vec<_>>()
    };
    let deleted = needed("AWS::EC2::VPC", Act::Delete, Some(&vpc), &none);
    let arn = format!("arn:aws:ec2:{REGION}:111111111111:vpc/{vpc}");
    assert_eq!(deleted[0], ("ec2:DeleteVpc".to_owned(), arn, stack.scope.tags.clone()));
    // What is new has no tags yet, and what it lies in has.
    let within = json!({ "VpcId": vpc });
    let made = needed("AWS::EC2::Subnet", Act::Create, None, &within);
    let made: Vec<_> = made.iter().map(|(action, _, tags)| (action.as_str(), tags.len())).collect();
    assert!(made.starts_with(&[("ec2:CreateSubnet", 0), ("ec2:CreateSubnet", 1)]), "{made:?}");
    // The stack knows an address by its number.
    let (_, number) = stack.made.iter().find(|(kind, _)| *kind == "AWS::EC2::EIP").unwrap();
    let released = needed("AWS::EC2::EIP", Act::Delete, Some(number), &none);
    assert!(released[0].1.contains(":elastic-ip/eipalloc-"), "{released:?}");
    assert_eq!(released[0].2, stack.scope.tags);
}

#[test]
fn a_stack_is_made_and_taken_away_in_reverse() {
    let mut stack = Stack::new("stack", 0.0);
    let (vpc, subnet) = stack.core();
    let tagged = stack.ec2.tagged(&stack.scope.place);
    assert!(
        tagged
            .iter()
            .any(|tagged| tagged.arn == format!("arn:aws:ec2:eu-west-1:111111111111:vpc/{vpc}"))
    );
    let found = stack.ec2.subnet(&stack.scope.place, &subnet).unwrap();
    assert!(found.has_internet_gateway && found.reaches_internet);

    for (kind, id) in stack.made.iter().rev() {
        stack.ec2.delete(&stack.scope, kind, id).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert!(stack.ec2.gone(&stack.scope, kind, id));
        stack.ec2.delete(&stack.scope, kind, id).unwrap();
    }
    // A NAT gateway is shown for an hour after it is gone.
    let left = stack.ec2.tagged(&stack.scope.place);
    assert!(left.iter().all(|left| left.arn.contains(":natgateway/")), "{left:?}");
}

#[test]
fn an_endpoint_gets_another_policy_and_stays() {
    const SERVICE: &str = "com.amazonaws.eu-west-1.dynamodb";
    let mut stack = Stack::new("endpoint", 0.0);
    let (vpc, _) = stack.core();
    let (kind, id) = stack.made.iter().find(|(kind, _)| kind.ends_with("VPCEndpoint")).unwrap();
    let (kind, id) = (*kind, id.clone());
    let update = |properties: &Value| stack.ec2.update(&stack.scope, kind, &id, properties);
    let policy = json!({ "Statement": [{ "Effect": "Deny" }] });
    let properties = json!({ "VpcId": vpc, "ServiceName": SERVICE, "PolicyDocument": policy });
    let updated = update(&properties).unwrap().unwrap();
    assert_eq!(updated.physical_id, id);
    let endpoint = |region: &Region, _: &Context| Ok(region.endpoints[&id].clone());
    let endpoint = stack.ec2.look(&stack.scope.place, endpoint).unwrap();
    assert_eq!(endpoint.policy, Some(policy.to_string()));
    assert_eq!(endpoint.route_tables, Vec::<String>::new());
    let other = json!({ "VpcId": vpc, "ServiceName": "com.amazonaws.eu-west-1.s3" });
    assert!(update(&other).is_none());
    assert!(stack.ec2.update(&stack.scope, "AWS::EC2::VPC", &vpc, &json!({})).is_none());
}

#[test]
fn a_nat_gateway_is_not_gone_at_once() {
    let mut stack = Stack::new("gone", 1.0);
    stack.core();
    let (kind, id) = stack.made.iter().find(|(kind, _)| kind.ends_with("NatGateway")).unwrap();
    stack.ec2.delete(&stack.scope, kind, id).unwrap();
    assert!(!stack.ec2.gone(&stack.scope, kind, id));
}

#[test]
fn a_services_interface_is_not_the_users() {
    let mut stack = Stack::new("interface", 0.0);
    let (_, subnet) = stack.core();
    let place = stack.scope.place.clone();
    let interface = NewInterface {
        subnet_id: &subnet,
        group_ids: &[],
        description: "ELB net/lab/1".to_owned(),
        interface_type: "network_load_balancer",
        public: true,
    };
    let made = stack.ec2.attach(&place, &interface).unwrap();
    assert!(made.private_ip.starts_with("10.0.0."));
    let deleted = stack.ec2.delete(&stack.scope, "AWS::EC2::Subnet", &subnet);
    assert_eq!(deleted.unwrap_err().code, "DependencyViolation");
    stack.ec2.detach(&place, &made.id);
    let other = Place::named("222222222222", REGION);
    assert!(stack.ec2.subnet(&other, &subnet).is_none());
}
