//! The portal of IAM Identity Center: what somebody who has logged in there may use.

use crate::aws::{Api, On, Protocol, Service};

const SSO: Service = Service { name: "sso", sdk: "SSO", iam: "sso", cli: "sso" };

/// Where the operations are.
pub(crate) const ACCOUNTS: &str = "/assignment/accounts";
pub(crate) const ROLES: &str = "/assignment/roles";
pub(crate) const CREDENTIALS: &str = "/federation/credentials";

operations! {
    use signed Api {
        service: &SSO,
        host: "portal.sso.REGION.amazonaws.com",
        signs: "awsssoportal",
        signs_in: None,
        protocol: Protocol::Bearer { header: "x-amz-sso_bearer_token" },
    };
    // No policy is asked: the token says who it is.
    LIST_ACCOUNTS = SSO.reads("ListAccounts").on(On::Free);
    LIST_ACCOUNT_ROLES = SSO.reads("ListAccountRoles").on(On::Free);
    GET_ROLE_CREDENTIALS = SSO.reads("GetRoleCredentials").on(On::Free);
}
