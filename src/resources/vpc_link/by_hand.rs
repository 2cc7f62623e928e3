//! The VPC link, by hand.

use super::{OVER_THE_INTERNET, VpcLink};
use crate::{
    aws::operations::apigateway as op,
    engine::{ByHand, Command, Deed},
    lab::{
        Integration,
        placeholders::{NLB_ARN, VPC_LINK_ID},
    },
    resources::hand::mapped_tag,
};

impl VpcLink {
    /// Returns the commands that make it, and that delete it.
    pub(super) fn commands(&self) -> ByHand {
        let look = || {
            Command::of(&op::GET_VPC_LINKS)
                .noting(VPC_LINK_ID, format!("items[?name=='{}'].id | [0]", self.name))
        };
        let of = |operation| Command::of(operation).arg("--vpc-link-id", VPC_LINK_ID.name());
        let create = Command::of(&op::CREATE_VPC_LINK)
            .arg("--name", &self.name)
            .arg("--target-arns", NLB_ARN.name())
            .arg("--tags", mapped_tag(&self.lab.name))
            .noting(VPC_LINK_ID, "id");
        let status = || of(&op::GET_VPC_LINK).query("status");
        let up = match self.integration.known() {
            Integration::VpcLink => vec![
                Deed::Unless(look(), vec![Deed::Run(create)]),
                Deed::Until(status(), "AVAILABLE"),
            ],
            Integration::Internet => {
                vec![Deed::Say(OVER_THE_INTERNET), Deed::Set(VPC_LINK_ID, String::new())]
            }
        };
        ByHand {
            up,
            down: vec![Deed::If(
                look(),
                vec![Deed::Run(of(&op::DELETE_VPC_LINK)), Deed::UntilGone(status())],
            )],
            files: Vec::new(),
        }
    }
}
