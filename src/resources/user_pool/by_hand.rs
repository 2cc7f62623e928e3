//! The user pool, by hand.

use super::{PAGE, UserPool, settings};
use crate::{
    aws::operations::cognito as op,
    engine::{ByHand, Command, Deed},
    lab::placeholders::USER_POOL_ID,
    resources::hand::mapped_tag,
};

impl UserPool {
    /// Returns the commands that make it, and that delete it.
    pub(super) fn commands(&self) -> ByHand {
        let look = || {
            Command::of(&op::LIST_USER_POOLS)
                .arg("--max-results", PAGE.to_string())
                .noting(USER_POOL_ID, format!("UserPools[?Name=='{}'].Id | [0]", self.name))
        };
        let create = settings::by_hand(Command::of(&op::CREATE_USER_POOL))
            .arg("--pool-name", &self.name)
            .arg("--user-pool-tags", mapped_tag(&self.lab))
            .noting(USER_POOL_ID, "UserPool.Id");
        let delete = Command::of(&op::DELETE_USER_POOL).arg("--user-pool-id", USER_POOL_ID.name());
        ByHand {
            up: vec![
                Deed::Say("An AWS CLI older than 2.22 does not know the tiers."),
                Deed::shell(&[
                    "TIER=",
                    "if aws cognito-idp create-user-pool --generate-cli-skeleton |",
                    "  grep UserPoolTier >/dev/null; then TIER=LITE; fi",
                ]),
                Deed::Unless(look(), vec![Deed::Run(create)]),
            ],
            down: vec![Deed::If(look(), vec![Deed::Run(delete)])],
            files: Vec::new(),
        }
    }
}
