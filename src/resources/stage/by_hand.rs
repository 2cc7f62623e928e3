//! The stage, by hand.

use super::{BURST, LINK_VARIABLE, RATE, STAGE, Stage};
use crate::{
    aws::operations::apigateway as op,
    engine::{ByHand, Command, Deed},
    lab::{
        ArnPattern, Integration,
        placeholders::{API_ID, API_URL, VPC_LINK_ID},
    },
    resources::hand::mapped_tag,
};

impl Stage {
    /// Returns the commands that publish the API, and that take its stage away.
    pub(super) fn commands(&self) -> ByHand {
        let of = |operation| Command::of(operation).arg("--rest-api-id", API_ID.name());
        let staged = |operation| of(operation).arg("--stage-name", STAGE);
        let is_linked = self.integration.known() == Integration::VpcLink;
        let deployed =
            of(&op::GET_DEPLOYMENTS).query("items[?description=='$DEFINITION'].id | [0]");
        let mut deploy = staged(&op::CREATE_DEPLOYMENT).arg("--description", "$DEFINITION");
        let replace = |path: &str, value: &str| format!("op=replace,path={path},value={value}");
        let mut update = staged(&op::UPDATE_STAGE).word("--patch-operations");
        if is_linked {
            let link = VPC_LINK_ID.name();
            deploy = deploy.arg("--variables", format!("{LINK_VARIABLE}={link}"));
            update = update.word(replace(&format!("/variables/{LINK_VARIABLE}"), link));
        }
        let update = update
            .word(replace("/*/*/throttling/rateLimit", &RATE.to_string()))
            .word(replace("/*/*/throttling/burstLimit", &BURST.to_string()));
        let (lab, path) = (&self.names.lab, format!("/restapis/{API_ID}/stages/{STAGE}"));
        let tag = Command::of(&op::TAG_RESOURCE)
            .arg("--resource-arn", ArnPattern::api_gateway(lab, &path).own())
            .arg("--tags", mapped_tag(&lab.name));
        let look = Command::of(&op::GET_STAGE).arg("--rest-api-id", API_ID.name());
        let look = look.arg("--stage-name", STAGE).query("stageName");
        ByHand {
            up: vec![
                Deed::Say(
                    "What was deployed is told from later changes by the fingerprint of its file.",
                ),
                Deed::shell(&[
                    "DEFINITION=\"definition $(sha256sum <templates/api-swagger.json | cut -c 1-16)\"",
                ]),
                Deed::Unless(deployed, vec![Deed::Run(deploy)]),
                Deed::Run(update),
                Deed::Run(tag),
                Deed::Set(API_URL, self.destination.api_url(API_ID.name(), STAGE)),
            ],
            down: vec![Deed::If(look, vec![Deed::Run(staged(&op::DELETE_STAGE))])],
            files: Vec::new(),
        }
    }
}
