//! The operations, as a table. Owners of pools sign their calls; visitors and their browsers do
//! not.

use http::request::Parts;
use serde_json::Value;

use super::{
    Cognito, DIALECT, account, admin, auth, clients, domains, pools, reset, sign_up, tags,
};
use crate::{
    protocol::{
        json,
        operations::{self, Handler, OnJson, Operation, Output, change, look},
    },
    service::Call,
};

/// The handler of an operation.
pub(crate) enum Run {
    /// For the owner of a pool, who signs.
    Owner(OnJson<Cognito>),
    /// For anybody.
    Visitor(fn(&Cognito, &Value) -> Output),
}
use Run::{Owner, Visitor};

impl Handler<Cognito> for Run {
    fn run(&self, cognito: &Cognito, call: &Call) -> Output {
        match self {
            Owner(run) => run.run(cognito, call),
            Visitor(run) => run(cognito, &json::input(call)?),
        }
    }
}

pub(super) const OPERATIONS: &[Operation<Run>] = &[
    change("CreateUserPool", Owner(pools::create)),
    look("DescribeUserPool", Owner(pools::describe)),
    look("ListUserPools", Owner(pools::list)),
    change("UpdateUserPool", Owner(pools::update)),
    change("DeleteUserPool", Owner(pools::delete)),
    change("CreateUserPoolDomain", Owner(domains::create)),
    look("DescribeUserPoolDomain", Owner(domains::describe)),
    change("DeleteUserPoolDomain", Owner(domains::delete)),
    change("CreateUserPoolClient", Owner(clients::create)),
    look("DescribeUserPoolClient", Owner(clients::describe)),
    look("ListUserPoolClients", Owner(clients::list)),
    change("UpdateUserPoolClient", Owner(clients::update)),
    change("DeleteUserPoolClient", Owner(clients::delete)),
    change("TagResource", Owner(tags::tag)),
    change("UntagResource", Owner(tags::untag)),
    look("ListTagsForResource", Owner(tags::list)),
    look("AdminGetUser", Owner(admin::get)),
    look("ListUsers", Owner(admin::list)),
    change("AdminCreateUser", Owner(admin::create)),
    change("AdminConfirmSignUp", Owner(admin::confirm)),
    change("AdminSetUserPassword", Owner(admin::set_password)),
    change("AdminUpdateUserAttributes", Owner(admin::update)),
    change("AdminDisableUser", Owner(admin::disable)),
    change("AdminEnableUser", Owner(admin::enable)),
    change("AdminUserGlobalSignOut", Owner(admin::sign_out)),
    change("AdminDeleteUser", Owner(admin::delete)),
    look("AdminInitiateAuth", Owner(auth::initiate_as_owner)),
    look("AdminRespondToAuthChallenge", Owner(auth::respond_as_owner)),
    // A sign-in changes nothing that visitors have.
    change("SignUp", Visitor(sign_up::sign_up)),
    change("ConfirmSignUp", Visitor(sign_up::confirm)),
    change("ResendConfirmationCode", Visitor(sign_up::resend)),
    change("ForgotPassword", Visitor(reset::forgot)),
    change("ConfirmForgotPassword", Visitor(reset::confirm_forgot)),
    change("ChangePassword", Visitor(reset::change)),
    look("InitiateAuth", Visitor(auth::initiate)),
    look("RespondToAuthChallenge", Visitor(auth::respond)),
    look("GetUser", Visitor(account::get_user)),
    change("GlobalSignOut", Visitor(account::sign_out)),
    change("RevokeToken", Visitor(account::revoke)),
    change("DeleteUser", Visitor(account::delete)),
    change("UpdateUserAttributes", Visitor(account::update)),
    change("GetUserAttributeVerificationCode", Visitor(account::send_code)),
    change("VerifyUserAttribute", Visitor(account::verify)),
];

/// Returns whether a request is for an operation that needs no signature.
pub(crate) fn is_public(parts: &Parts) -> bool {
    let named = DIALECT.named_in(&parts.headers);
    let operation = named.and_then(|name| operations::named(OPERATIONS, name));
    operation.is_some_and(|operation| matches!(operation.handler, Visitor(_)))
}
