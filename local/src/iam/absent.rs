//! What this service answers to a look at something that is not there, for fault rules.

use crate::absent::{
    Absent,
    Named::{In, Nowhere},
    Reply::{self, Never, Refused},
};

const NO_ROLE: Reply = Refused(404, "NoSuchEntity", "The role with name {name} cannot be found.");

#[rustfmt::skip]
pub(super) const ABSENT: &[Absent] = &[
    (&["GetRole", "ListAttachedRolePolicies", "ListRolePolicies", "ListRoleTags"], In("RoleName"), NO_ROLE),
    (&["GetPolicy", "GetPolicyVersion", "GetRolePolicy", "GetServiceLinkedRoleDeletionStatus", "GetUser", "ListAccountAliases", "ListInstanceProfilesForRole", "ListPolicies", "ListRoles", "SimulatePrincipalPolicy"], Nowhere, Never),
];
