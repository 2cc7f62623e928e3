//! What this service answers to a look at something that is not there, for fault rules.

use crate::absent::{
    Absent,
    Named::{In, InAfter, Nowhere},
    Reply::{self, Empty, Never, Refused},
};

const NO_RESOURCE: &str = "ResourceNotFoundException";
const NO_POOL: Reply = Refused(400, NO_RESOURCE, "User pool {name} does not exist.");
const NO_CLIENT: Reply = Refused(400, NO_RESOURCE, "User pool client {name} does not exist.");

#[rustfmt::skip]
pub(super) const ABSENT: &[Absent] = &[
    (&["DescribeUserPoolClient"], In("ClientId"), NO_CLIENT),
    (&["AdminGetUser", "DescribeUserPool", "ListUserPoolClients", "ListUsers"], In("UserPoolId"), NO_POOL),
    (&["ListTagsForResource"], InAfter("ResourceArn", ":userpool/"), NO_POOL),
    (&["ListUserPools"], Nowhere, Empty(&["UserPools"])),
    (&["AdminInitiateAuth", "AdminRespondToAuthChallenge", "DescribeUserPoolDomain", "GetUser", "InitiateAuth", "RespondToAuthChallenge"], Nowhere, Never),
];
