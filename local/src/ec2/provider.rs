//! EC2's resources in CloudFormation's templates. They are created and deleted by the same
//! operations that calls use; how properties become parameters is in `recipes`.

use std::time::Duration;

use serde_json::Value;

use super::{
    Context, Ec2,
    errors::Outcome,
    handlers::HANDLERS,
    in_place,
    kinds::Kind,
    nats,
    recipes::{self, Made},
    state::{CREATING_NAT_GATEWAY, Region},
    tags,
};
use crate::{
    authorize::Needed,
    pace::typical,
    params::Params,
    protocol::stateful::Stateful as _,
    provision::{self, Act, Created, Provider, Scope},
    service::AwsError,
};

/// The types, and how long AWS typically takes to make one.
const TYPICAL: &[(&str, Duration)] = &[
    ("AWS::EC2::VPC", typical("AWS::EC2::VPC CREATING")),
    ("AWS::EC2::InternetGateway", typical("AWS::EC2::InternetGateway CREATING")),
    ("AWS::EC2::VPCEndpoint", typical("AWS::EC2::VPCEndpoint CREATING")),
    ("AWS::EC2::NatGateway", CREATING_NAT_GATEWAY.typical),
    ("AWS::EC2::EIP", typical("AWS::EC2::EIP CREATING")),
    ("AWS::EC2::SecurityGroup", typical("AWS::EC2::SecurityGroup CREATING")),
];
const OTHERWISE: Duration = typical("AWS::EC2::* CREATING");

impl Provider for Ec2 {
    fn types(&self) -> &'static [&'static str] {
        &[
            "AWS::EC2::EIP",
            "AWS::EC2::InternetGateway",
            "AWS::EC2::NatGateway",
            "AWS::EC2::Route",
            "AWS::EC2::RouteTable",
            "AWS::EC2::SecurityGroup",
            "AWS::EC2::SecurityGroupEgress",
            "AWS::EC2::SecurityGroupIngress",
            "AWS::EC2::Subnet",
            "AWS::EC2::SubnetRouteTableAssociation",
            "AWS::EC2::VPC",
            "AWS::EC2::VPCEndpoint",
            "AWS::EC2::VPCGatewayAttachment",
        ]
    }

    fn needs(
        &self,
        scope: &Scope,
        kind: &str,
        act: Act,
        physical_id: Option<&str>,
        properties: &Value,
    ) -> Vec<Needed> {
        let needed =
            |id: Option<&str>| provision::needed(HANDLERS, kind, act, scope, id, properties);
        let tagged = self.look(&scope.place, |state, _| {
            // CloudFormation names an address by its number, and IAM by its id.
            let id = match kind {
                "AWS::EC2::EIP" => physical_id.and_then(|number| state.allocation_of(number)),
                _ => physical_id,
            };
            let mut all = needed(id);
            for needed in &mut all {
                needed.tags = tags::of_arn(state, &needed.resource);
            }
            Ok(all)
        });
        tagged.unwrap_or_else(|_| needed(physical_id))
    }

    fn create(&self, scope: &Scope, kind: &str, properties: &Value) -> Result<Created, AwsError> {
        self.change(&scope.place, |state, context| {
            if let Some(created) = state.of_stacks.by(scope) {
                return Ok(created.clone());
            }
            let made = recipes::make(state, context, scope, kind, properties)?;
            tag(state, scope, properties, &made);
            let created = created(kind, made);
            state.of_stacks.note(scope, &created);
            Ok(created)
        })
    }

    fn update(
        &self,
        scope: &Scope,
        kind: &str,
        physical_id: &str,
        properties: &Value,
    ) -> Option<Result<Created, AwsError>> {
        let updated = self.change(&scope.place, |state, context| {
            match in_place::update(state, context, kind, physical_id, properties) {
                Some(Ok(made)) => {
                    tag(state, scope, properties, &made);
                    Ok(Some(created(kind, made)))
                }
                Some(Err(error)) => Err(error),
                None => Ok(None),
            }
        });
        updated.transpose()
    }

    fn created_before(&self, scope: &Scope, _kind: &str) -> Option<String> {
        let find = |state: &Region, _: &Context| Ok(state.of_stacks.by(scope).cloned());
        Some(self.look(&scope.place, find).ok()??.physical_id)
    }

    fn delete(&self, scope: &Scope, kind: &str, physical_id: &str) -> Result<(), AwsError> {
        let deleted = self.change(&scope.place, |state, context| {
            recipes::delete(state, context, kind, physical_id)?;
            state.of_stacks.forget(physical_id);
            Ok(())
        });
        match deleted {
            Err(error) if is_gone_already(&error) => Ok(()),
            deleted => deleted,
        }
    }

    fn gone(&self, scope: &Scope, kind: &str, physical_id: &str) -> bool {
        let gone = |state: &Region, context: &Context| -> Outcome<bool> {
            let is_nat = kind == "AWS::EC2::NatGateway";
            Ok(!is_nat || nats::is_gone(state, &context.moment, physical_id))
        };
        self.look(&scope.place, gone).unwrap_or(false)
    }
}

fn created(kind: &str, made: Made) -> Created {
    let typical = TYPICAL.iter().find(|(known, _)| *known == kind).map(|(_, typical)| *typical);
    Created {
        physical_id: made.physical_id,
        attributes: made.attributes,
        typical: typical.unwrap_or(OTHERWISE),
    }
}

/// Adds the stack's tags, CloudFormation's and the resource's own; those of CloudFormation may
/// begin with `aws:`.
fn tag(state: &mut Region, scope: &Scope, properties: &Value, made: &Made) {
    if Kind::of(&made.tagged_id).is_none() {
        return;
    }
    let tags = state.tags.entry(made.tagged_id.clone()).or_default();
    tags.extend(scope.tags.clone());
    tags.extend(Params::of_json(properties).tags("Tags"));
}

fn is_gone_already(error: &AwsError) -> bool {
    error.code.ends_with("NotFound") || error.code == "Gateway.NotAttached"
}
