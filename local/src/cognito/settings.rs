//! The settings of a pool: their defaults, and what is refused.

use serde_json::{Value, json};

use super::{
    errors::{Outcome, invalid},
    limits::{Limits, check_choice},
    schema,
    state::{Pool, Settings},
};
use crate::{protocol::input::Input, tags::GivenTags};

/// What every call of `UpdateUserPool` sets: to the given value, or else to the default. A caller
/// that changes one of them must name all that should stay.
const CHANGEABLE: [&str; 17] = [
    "Policies",
    "DeletionProtection",
    "LambdaConfig",
    "AutoVerifiedAttributes",
    "SmsVerificationMessage",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "VerificationMessageTemplate",
    "SmsAuthenticationMessage",
    "UserAttributeUpdateSettings",
    "MfaConfiguration",
    "DeviceConfiguration",
    "EmailConfiguration",
    "SmsConfiguration",
    "AdminCreateUserConfig",
    "UserPoolAddOns",
    "AccountRecoverySetting",
];

/// What is set when the pool is created and never again.
const FIXED: [&str; 4] =
    ["AliasAttributes", "UsernameAttributes", "UsernameConfiguration", "SchemaAttributes"];

/// The only setting that `UpdateUserPool` leaves as it is.
const TIER: &str = "UserPoolTier";

/// Settings of few values: their names, as errors spell them, and their values.
const CHOICES: [(&str, &str, &[&str]); 3] = [
    ("DeletionProtection", "deletionProtection", &["INACTIVE", "ACTIVE"]),
    ("MfaConfiguration", "mfaConfiguration", &["OFF", "ON", "OPTIONAL"]),
    (TIER, "userPoolTier", &["PLUS", "ESSENTIALS", "LITE"]),
];

/// The numbers.
const LIMITS: [Limits; 4] = [
    Limits(&["Policies", "PasswordPolicy", "MinimumLength"], 6, 99),
    Limits(&["Policies", "PasswordPolicy", "TemporaryPasswordValidityDays"], 0, 365),
    Limits(&["Policies", "PasswordPolicy", "PasswordHistorySize"], 0, 24),
    Limits(&["AdminCreateUserConfig", "UnusedAccountValidityDays"], 0, 365),
];

fn defaults() -> Value {
    json!({
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 8,
                "RequireUppercase": true,
                "RequireLowercase": true,
                "RequireNumbers": true,
                "RequireSymbols": true,
                "TemporaryPasswordValidityDays": 7,
            },
            "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] },
        },
        "DeletionProtection": "INACTIVE",
        "LambdaConfig": {},
        "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_CODE" },
        "MfaConfiguration": "OFF",
        "EmailConfiguration": { "EmailSendingAccount": "COGNITO_DEFAULT" },
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": false,
            "UnusedAccountValidityDays": 7,
        },
    })
}

/// Returns the settings of a new pool.
pub(super) fn created(input: Input<'_>) -> Outcome<Settings> {
    let mut settings = changeable(input);
    for name in FIXED {
        set(&mut settings, name, input.value(name).clone());
    }
    set(&mut settings, "SchemaAttributes", schema::of(input)?);
    set(&mut settings, TIER, input.text(TIER).unwrap_or("ESSENTIALS").into());
    check(Input(&settings.clone().into()))?;
    Ok(settings)
}

/// Returns the settings of a pool after an update.
pub(super) fn updated(input: Input<'_>, before: &Settings) -> Outcome<Settings> {
    let mut settings = changeable(input);
    let kept = FIXED.iter().chain([&TIER]);
    for name in kept {
        set(&mut settings, name, before.get(*name).cloned().unwrap_or_default());
    }
    if let Some(tier) = input.text(TIER) {
        set(&mut settings, TIER, tier.into());
    }
    check(Input(&settings.clone().into()))?;
    Ok(settings)
}

fn changeable(input: Input<'_>) -> Settings {
    let mut settings = Settings::new();
    let defaults = defaults();
    for name in CHANGEABLE {
        let default = defaults.get(name).unwrap_or(&Value::Null);
        set(&mut settings, name, completed(default, input.value(name)));
    }
    let policy = input.part("Policies").part("PasswordPolicy");
    if !policy.0.is_null() {
        settings["Policies"]["PasswordPolicy"] = completed(&bare_policy(), policy.0);
    }
    settings
}

/// Returns a policy that requires nothing, the base of a partly specified one.
fn bare_policy() -> Value {
    json!({
        "MinimumLength": 8,
        "RequireUppercase": false,
        "RequireLowercase": false,
        "RequireNumbers": false,
        "RequireSymbols": false,
        "TemporaryPasswordValidityDays": 7,
    })
}

/// Merges the given settings over the defaults.
pub(super) fn completed(default: &Value, said: &Value) -> Value {
    match (default, said) {
        (_, Value::Null) => default.clone(),
        (Value::Object(default), Value::Object(said)) => {
            let mut both = default.clone();
            both.extend(said.clone());
            both.into()
        }
        _ => said.clone(),
    }
}

/// Sets a setting. An empty one is not reported, except where AWS does.
pub(super) fn set(settings: &mut Settings, name: &str, value: Value) {
    let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    if !empty {
        settings.insert(name.to_owned(), value);
    }
}

fn check(settings: Input<'_>) -> Outcome<()> {
    for (name, shown, values) in CHOICES {
        check_choice(settings.text(name).unwrap_or_default(), shown, values)?;
    }
    LIMITS.iter().try_for_each(|limits| limits.check(settings))?;
    if !settings.list("AliasAttributes").is_empty()
        && !settings.list("UsernameAttributes").is_empty()
    {
        return Err(invalid("Only one of the aliasAttributes or usernameAttributes can be set."));
    }
    let verified = settings.texts("AutoVerifiedAttributes");
    let update = settings.part("UserAttributeUpdateSettings");
    let first = update.texts("AttributesRequireVerificationBeforeUpdate");
    if first.iter().any(|name| !verified.contains(name)) {
        return Err(invalid(
            "AttributesRequireVerificationBeforeUpdate must be a subset of AutoVerifiedAttributes.",
        ));
    }
    check_ability(settings, &verified)
}

/// Refuses settings that affect how users sign up and in, but that the local cloud lacks. A pool
/// that only pretended to have them would be worse.
fn check_ability(settings: Input<'_>, verified: &[&str]) -> Outcome<()> {
    let lambdas = settings.value("LambdaConfig").as_object();
    let by_link = settings.part("VerificationMessageTemplate").text("DefaultEmailOption");
    let remembered = settings.part("Policies").part("PasswordPolicy").number("PasswordHistorySize");
    let why = if lambdas.is_some_and(|lambdas| !lambdas.is_empty()) {
        "runs no Lambda functions"
    } else if settings.text("MfaConfiguration") != Some("OFF") {
        "has no multi-factor authentication"
    } else if remembered.unwrap_or_default() > 0 {
        "remembers no old passwords"
    } else if verified.contains(&"phone_number") {
        "sends no text messages"
    } else if by_link == Some("CONFIRM_WITH_LINK") {
        "confirms by codes, not by links"
    } else {
        return Ok(());
    };
    Err(invalid(format!("The local cloud {why}.")))
}

impl Pool {
    fn setting(&self, name: &str) -> Input<'_> {
        Input(self.settings.get(name).unwrap_or(&Value::Null))
    }

    pub(super) fn is_protected(&self) -> bool {
        self.setting("DeletionProtection").0 == "ACTIVE"
    }
}

/// Reads tags from a map in the input.
pub(super) fn tags(map: &Value) -> Outcome<GivenTags> {
    let pairs = map.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let tags = GivenTags::new(pairs.map(|(key, value)| (key.clone(), text(value))));
    tags.map_err(|why| invalid(why.to_string()))
}
