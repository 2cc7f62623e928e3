//! The client of the user pool, by hand.

use super::{FLOWS, PAGE, UserPoolClient};
use crate::{
    aws::operations::cognito as op,
    engine::{ByHand, Command, Deed},
    lab::placeholders::{COGNITO_URL, USER_POOL_CLIENT_ID, USER_POOL_ID, USER_POOL_ISSUER},
    resources::hand::goes_along,
};

impl UserPoolClient {
    /// Returns the commands that make it.
    pub(super) fn commands(&self) -> ByHand {
        let of = |operation| Command::of(operation).arg("--user-pool-id", USER_POOL_ID.name());
        let query = format!("UserPoolClients[?ClientName=='{}'].ClientId | [0]", self.name);
        let look = of(&op::LIST_USER_POOL_CLIENTS)
            .arg("--max-results", PAGE.to_string())
            .noting(USER_POOL_CLIENT_ID, query);
        let mut create = of(&op::CREATE_USER_POOL_CLIENT)
            .arg("--client-name", &self.name)
            .word("--no-generate-secret")
            .word("--explicit-auth-flows");
        for flow in &FLOWS {
            create = create.word(flow.as_str());
        }
        let create = create
            .arg("--prevent-user-existence-errors", "ENABLED")
            .word("--enable-token-revocation")
            .noting(USER_POOL_CLIENT_ID, "UserPoolClient.ClientId");
        let up = vec![
            Deed::Unless(look, vec![Deed::Run(create)]),
            Deed::Set(COGNITO_URL, self.destination.cognito_url()),
            Deed::Set(USER_POOL_ISSUER, self.destination.issuer(USER_POOL_ID.name())),
        ];
        goes_along(up, "It goes with its pool.")
    }
}
