//! The permissions that Cognito's operations need. Those of visitors need none: their tokens and
//! passwords admit them.

use crate::authorize::{
    Access,
    Need::{If, Own},
};

pub(super) const ACCESS: &[Access] = &[
    (&["CreateUserPool"], &[Own("*"), If("UserPoolTags", "cognito-idp:TagResource", "userpool/*")]),
    (&["ListUserPools", "DescribeUserPoolDomain"], &[Own("*")]),
    (
        &[
            "DescribeUserPool",
            "UpdateUserPool",
            "DeleteUserPool",
            "CreateUserPoolDomain",
            "DeleteUserPoolDomain",
            "CreateUserPoolClient",
            "DescribeUserPoolClient",
            "ListUserPoolClients",
            "UpdateUserPoolClient",
            "DeleteUserPoolClient",
            "AdminGetUser",
            "ListUsers",
            "AdminCreateUser",
            "AdminConfirmSignUp",
            "AdminSetUserPassword",
            "AdminUpdateUserAttributes",
            "AdminDisableUser",
            "AdminEnableUser",
            "AdminUserGlobalSignOut",
            "AdminDeleteUser",
            "AdminInitiateAuth",
            "AdminRespondToAuthChallenge",
        ],
        &[Own("userpool/{UserPoolId}")],
    ),
    (&["TagResource", "UntagResource", "ListTagsForResource"], &[Own("{ResourceArn}")]),
    (
        &[
            "SignUp",
            "ConfirmSignUp",
            "ResendConfirmationCode",
            "ForgotPassword",
            "ConfirmForgotPassword",
            "ChangePassword",
            "InitiateAuth",
            "RespondToAuthChallenge",
            "GetUser",
            "GlobalSignOut",
            "RevokeToken",
            "DeleteUser",
            "UpdateUserAttributes",
            "GetUserAttributeVerificationCode",
            "VerifyUserAttribute",
        ],
        &[],
    ),
];
