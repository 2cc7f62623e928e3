//! The target group, by hand.

use super::{COUNT, DELAY, INTERVAL, PATH, PORT, TargetGroup};
use crate::{
    aws::operations::elb as op,
    engine::{ByHand, Command, Deed},
    lab::placeholders::{NLB_TARGET_GROUP_ARN, VPC_ID},
    resources::hand::tag,
};

impl TargetGroup {
    /// Returns the commands that make it, and that delete it.
    pub(super) fn commands(&self) -> ByHand {
        let arn = NLB_TARGET_GROUP_ARN;
        let look = || {
            Command::of(&op::DESCRIBE_TARGET_GROUPS)
                .arg("--names", &self.name)
                .noting(arn, "TargetGroups[0].TargetGroupArn")
        };
        let of = |operation| Command::of(operation).arg("--target-group-arn", arn.name());
        let create = Command::of(&op::CREATE_TARGET_GROUP)
            .arg("--name", &self.name)
            .arg("--protocol", "TCP")
            .arg("--port", PORT.to_string())
            .arg("--target-type", "ip")
            .arg("--vpc-id", VPC_ID.name())
            .arg("--health-check-protocol", "HTTP")
            .arg("--health-check-path", PATH)
            .arg("--health-check-interval-seconds", INTERVAL.to_string())
            .arg("--healthy-threshold-count", COUNT.to_string())
            .arg("--unhealthy-threshold-count", COUNT.to_string())
            .arg("--tags", tag(&self.lab))
            .noting(arn, "TargetGroups[0].TargetGroupArn");
        let (key, value) = DELAY;
        let modify = of(&op::MODIFY_TARGET_GROUP_ATTRIBUTES)
            .arg("--attributes", format!("Key={key},Value={value}"));
        ByHand {
            up: vec![Deed::Unless(look(), vec![Deed::Run(create)]), Deed::Run(modify)],
            down: vec![Deed::If(look(), vec![Deed::Run(of(&op::DELETE_TARGET_GROUP))])],
            files: Vec::new(),
        }
    }
}
