//! What is checked of the core stack.

use crate::engine::{Check, LAB};

/// In the order in which they are shown.
pub(super) static CHECKS: [Check; 1] = [Check {
    id: "core-stack",
    title: "The stack of the network and the roles exists.",
    points: 2,
    why: "CloudFormation makes the VPC, its subnets, NAT gateways and the roles in one step, and removes them in one.",
    hint: "`mysfits core-stack deploy` creates it; `mysfits status` shows why it is not usable",
    ..LAB
}];
