//! Which organization an account is in, and which of its accounts are active.

use crate::aws::{Api, On, Protocol, Service};

const ORGANIZATIONS: Service = Service {
    name: "organizations",
    sdk: "Organizations",
    iam: "organizations",
    cli: "organizations",
};

operations! {
    // It has one endpoint for all regions.
    use signed Api {
        service: &ORGANIZATIONS,
        host: "organizations.us-east-1.amazonaws.com",
        signs: "organizations",
        signs_in: Some("us-east-1"),
        protocol: Protocol::Json { version: "1.1", target: "AWSOrganizationsV20161128" },
    };
    // Not in policies: only classes ask, and do without where they may not.
    DESCRIBE_ORGANIZATION = ORGANIZATIONS.reads("DescribeOrganization").on(On::Free);
    LIST_ACCOUNTS = ORGANIZATIONS.reads("ListAccounts").on(On::Free);
    LIST_ACCOUNTS_FOR_PARENT = ORGANIZATIONS.reads("ListAccountsForParent").on(On::Free);
    LIST_ORGANIZATIONAL_UNITS_FOR_PARENT =
        ORGANIZATIONS.reads("ListOrganizationalUnitsForParent").on(On::Free);
    LIST_ROOTS = ORGANIZATIONS.reads("ListRoots").on(On::Free);
}
