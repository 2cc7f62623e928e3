//! The service-linked role, by hand.

use super::{NAME, ServiceLinkedRole};
use crate::{
    aws::operations::iam as op,
    engine::{ByHand, Command, Deed},
    resources::hand::goes_along,
};

impl ServiceLinkedRole {
    /// Returns the commands that make it.
    #[expect(clippy::unused_self, reason = "it is the same for every resource")]
    pub(super) fn commands(&self) -> ByHand {
        let look = Command::of(&op::GET_ROLE).arg("--role-name", NAME).query("Role.RoleName");
        let create = Command::of(&op::CREATE_SERVICE_LINKED_ROLE)
            .arg("--aws-service-name", "ecs.amazonaws.com");
        goes_along(
            vec![Deed::Unless(look, vec![Deed::Run(create)])],
            "It belongs to the account, and others may need it: it stays.",
        )
    }
}
