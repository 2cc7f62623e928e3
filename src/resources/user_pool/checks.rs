//! What is checked of the user pool.

use crate::{
    aws::operations::cognito as op,
    engine::{Check, HARDENING, LAB, Subject},
};

/// In the order in which they are shown.
pub(super) static CHECKS: [Check; 5] = [
    Check {
        id: "user-pool",
        title: "The user pool exists.",
        why: "Cognito keeps who registered, and issues the tokens that show it.",
        hint: "`mysfits auth deploy` creates it",
        ..LAB
    },
    Check {
        id: "user-pool-email",
        title: "E-mail addresses are verified.",
        depends_on: &["user-pool"],
        on: Subject::Setting(&op::DESCRIBE_USER_POOL, "AutoVerifiedAttributes"),
        why: "Cognito sends a code to the address only if it is to be verified.",
        hint: "verify `email` automatically; `mysfits auth deploy` does it",
        ..LAB
    },
    Check {
        id: "user-pool-open",
        title: "Visitors may register by themselves.",
        depends_on: &["user-pool"],
        on: Subject::Setting(
            &op::DESCRIBE_USER_POOL,
            "AdminCreateUserConfig.AllowAdminCreateUserOnly",
        ),
        why: "A pool can be closed, so that only an administrator adds users.",
        hint: "turn self-registration on; `mysfits auth deploy` does it",
        ..LAB
    },
    Check {
        id: "user-pool-passwords",
        title: "Passwords have eight characters at least.",
        depends_on: &["user-pool"],
        on: Subject::Setting(&op::DESCRIBE_USER_POOL, "PasswordPolicy.MinimumLength"),
        why: "Short passwords are guessed.",
        hint: "set the minimum length to 8; `mysfits auth deploy` does it",
        ..HARDENING
    },
    Check {
        id: "user-pool-recovery",
        title: "A forgotten password is recovered by e-mail.",
        depends_on: &["user-pool"],
        on: Subject::Setting(&op::DESCRIBE_USER_POOL, "AccountRecoverySetting.RecoveryMechanisms"),
        why: "A telephone number can be taken over, and text messages cost money.",
        hint: "let users recover by `verified_email` only; `mysfits auth deploy` does it",
        ..HARDENING
    },
];
