//! What this service answers to a look at something that is not there, for fault rules.

use crate::absent::{
    Absent,
    Named::{Nowhere, Part},
    Reply::{self, Empty, Never, Refused},
};

const NO_API: Reply =
    Refused(404, "NotFoundException", "Invalid API identifier specified {account}:{name}");
const NO_STAGE: Reply = Refused(404, "NotFoundException", "Invalid Stage identifier specified");
const NO_LINK: Reply = Refused(404, "NotFoundException", "Invalid Vpc Link identifier specified");

#[rustfmt::skip]
pub(super) const ABSENT: &[Absent] = &[
    (&["GetAuthorizers", "GetDeployments", "GetGatewayResponses", "GetResources", "GetRestApi", "GetStages"], Part(1), NO_API),
    (&["GetRestApis", "GetVpcLinks"], Nowhere, Empty(&["item"])),
    (&["GetStage"], Nowhere, NO_STAGE),
    (&["GetVpcLink"], Nowhere, NO_LINK),
    (&["GetApiKeys", "GetModels", "GetUsagePlans", "GetResource", "GetMethod", "GetIntegration", "GetAuthorizer", "GetGatewayResponse", "GetDeployment", "GetTags"], Nowhere, Never),
];
