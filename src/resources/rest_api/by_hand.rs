//! The REST API, by hand.

use super::{RestApi, definition};
use crate::{
    aws::operations::apigateway as op,
    engine::{ByHand, Command, Deed},
    lab::{LabFile, files::API, placeholders::API_ID},
    resources::hand::mapped_tag,
};

impl RestApi {
    /// Returns the commands that make it, and that delete it.
    pub(super) fn commands(&self) -> ByHand {
        let name = &self.names.api;
        let look = || {
            Command::of(&op::GET_REST_APIS)
                .noting(API_ID, format!("items[?name=='{name}'].id | [0]"))
        };
        let of = |operation| Command::of(operation).arg("--rest-api-id", API_ID.name());
        let create = Command::of(&op::CREATE_REST_API)
            .arg("--name", name)
            .arg("--endpoint-configuration", "types=REGIONAL")
            .arg("--tags", mapped_tag(&self.names.lab.name))
            .noting(API_ID, "id");
        let put = of(&op::PUT_REST_API)
            .arg("--mode", "overwrite")
            .word("--fail-on-warnings")
            .bytes("--body", &API);
        let text = definition::text(&self.names, self.integration.known());
        ByHand {
            up: vec![Deed::Unless(look(), vec![Deed::Run(create)]), Deed::Run(put)],
            down: vec![Deed::If(
                look(),
                vec![
                    Deed::Say("AWS deletes one API every 30 seconds in an account."),
                    Deed::Run(of(&op::DELETE_REST_API)),
                ],
            )],
            files: vec![LabFile::with(&API, text)],
        }
    }
}
