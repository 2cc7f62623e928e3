//! The listener, by hand.

use super::{Listener, PORT};
use crate::{
    aws::operations::elb as op,
    engine::{ByHand, Command, Deed},
    lab::placeholders::{NLB_ARN, NLB_TARGET_GROUP_ARN},
    resources::hand::tag,
};

/// The variable in which its ARN is noted.
const ARN: &str = "LISTENER_ARN";

impl Listener {
    /// Returns the commands that make it, and that delete it.
    pub(super) fn commands(&self) -> ByHand {
        let look = || {
            Command::of(&op::DESCRIBE_LISTENERS)
                .arg("--load-balancer-arn", NLB_ARN.name())
                .noting_as(ARN, format!("Listeners[?Port==`{PORT}`].ListenerArn | [0]"))
        };
        let create = Command::of(&op::CREATE_LISTENER)
            .arg("--load-balancer-arn", NLB_ARN.name())
            .arg("--protocol", "TCP")
            .arg("--port", PORT.to_string())
            .arg("--default-actions", format!("Type=forward,TargetGroupArn={NLB_TARGET_GROUP_ARN}"))
            .arg("--tags", tag(&self.lab))
            .noting_as(ARN, "Listeners[0].ListenerArn");
        let delete = Command::of(&op::DELETE_LISTENER).arg("--listener-arn", format!("${ARN}"));
        ByHand {
            up: vec![Deed::Unless(look(), vec![Deed::Run(create)])],
            down: vec![Deed::If(look(), vec![Deed::Run(delete)])],
            files: Vec::new(),
        }
    }
}
