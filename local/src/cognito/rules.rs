//! What a pool's settings mean for its users.

use serde_json::{Map, Value};

use super::passwords::Policy;
use crate::protocol::input::Input;

/// The settings of a pool that affect its users.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub(super) struct Rules {
    /// Users sign up with their e-mail address, and their name is their `sub`.
    pub(super) by_email: bool,
    /// Users may sign in with their e-mail address, once it is verified.
    pub(super) email_alias: bool,
    /// Codes are sent to the e-mail address of users who sign up.
    pub(super) verifies_email: bool,
    /// A changed e-mail address counts only when it is verified.
    pub(super) verifies_before_change: bool,
    pub(super) only_admins_sign_up: bool,
    /// Users cannot reset their password themselves.
    pub(super) only_admins_recover: bool,
    pub(super) temporary_days: u64,
    pub(super) policy: Policy,
    pub(super) schema: Vec<Value>,
    /// The subject and text of mails with codes, where the pool has its own.
    pub(super) subject: Option<String>,
    pub(super) text: Option<String>,
    pub(super) invite_subject: Option<String>,
    pub(super) invite_text: Option<String>,
    case_sensitive: bool,
}

impl Rules {
    pub(super) fn of(settings: &Map<String, Value>) -> Self {
        let setting = |name: &str| Input(settings.get(name).unwrap_or(&Value::Null));
        let lists = |name: &str, value: &str| {
            let list = setting(name).0.as_array();
            list.is_some_and(|list| list.iter().any(|one| one == value))
        };
        let admin = setting("AdminCreateUserConfig");
        let invite = admin.part("InviteMessageTemplate");
        let template = setting("VerificationMessageTemplate");
        let password = setting("Policies").part("PasswordPolicy");
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let own = |part: &str, name: &str| {
            owned(template.text(part).or_else(|| setting(name).0.as_str()))
        };
        let recovery = setting("AccountRecoverySetting");
        let recovers_by = |name: &str| {
            recovery.parts("RecoveryMechanisms").any(|way| way.text("Name") == Some(name))
        };
        Self {
            by_email: lists("UsernameAttributes", "email"),
            email_alias: lists("AliasAttributes", "email"),
            verifies_email: lists("AutoVerifiedAttributes", "email"),
            verifies_before_change: setting("UserAttributeUpdateSettings")
                .texts("AttributesRequireVerificationBeforeUpdate")
                .contains(&"email"),
            only_admins_sign_up: admin.flag("AllowAdminCreateUserOnly"),
            only_admins_recover: recovers_by("admin_only"),
            temporary_days: password.number("TemporaryPasswordValidityDays").unwrap_or(7),
            policy: Policy::of(password),
            schema: setting("SchemaAttributes").0.as_array().cloned().unwrap_or_default(),
            subject: own("EmailSubject", "EmailVerificationSubject"),
            text: own("EmailMessage", "EmailVerificationMessage"),
            invite_subject: owned(invite.text("EmailSubject")),
            invite_text: owned(invite.text("EmailMessage")),
            // Pools created with the API are case-sensitive unless they say otherwise.
            case_sensitive: setting("UsernameConfiguration").value("CaseSensitive") != false,
        }
    }

    /// Returns a name as it is compared with others.
    pub(super) fn compared(&self, name: &str) -> String {
        if self.case_sensitive { name.to_owned() } else { name.to_lowercase() }
    }
}
