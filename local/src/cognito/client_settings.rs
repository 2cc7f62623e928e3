//! The settings of a client: their defaults, and what is refused.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    errors::{Outcome, invalid},
    limits::{Limits, check_choice, not_among},
    redirects,
    settings::{completed, set},
    state::{Client, Settings},
};
use crate::protocol::input::Input;

/// All settings; an update sets what it does not name to the default.
const NAMES: [&str; 20] = [
    "RefreshTokenValidity",
    "AccessTokenValidity",
    "IdTokenValidity",
    "TokenValidityUnits",
    "ReadAttributes",
    "WriteAttributes",
    "ExplicitAuthFlows",
    "SupportedIdentityProviders",
    "CallbackURLs",
    "LogoutURLs",
    "DefaultRedirectURI",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "AllowedOAuthFlowsUserPoolClient",
    "AnalyticsConfiguration",
    "PreventUserExistenceErrors",
    "EnableTokenRevocation",
    "EnablePropagateAdditionalUserContextData",
    "AuthSessionValidity",
    "RefreshTokenRotation",
];

/// The flows by their present names.
const FLOWS: [&str; 6] = [
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
];

/// Their names from before 2019. With these, and by default, SRP and refreshing are on.
const OLD_FLOWS: [&str; 3] = ["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"];

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A kind of token: its name among the units, the field of its lifetime, the default lifetime and
/// its unit, the shortest and the longest lifetime.
struct Lifetime {
    token: &'static str,
    field: &'static str,
    default: u64,
    unit: &'static str,
    shortest: u64,
    longest: u64,
}

pub(super) const ID: usize = 0;
pub(super) const ACCESS: usize = 1;
pub(super) const REFRESH: usize = 2;

const LIFETIMES: [Lifetime; 3] = [
    Lifetime {
        token: "IdToken",
        field: "IdTokenValidity",
        default: 1,
        unit: "hours",
        shortest: 5 * MINUTE,
        longest: DAY,
    },
    Lifetime {
        token: "AccessToken",
        field: "AccessTokenValidity",
        default: 1,
        unit: "hours",
        shortest: 5 * MINUTE,
        longest: DAY,
    },
    Lifetime {
        token: "RefreshToken",
        field: "RefreshTokenValidity",
        default: 30,
        unit: "days",
        shortest: HOUR,
        longest: 3650 * DAY,
    },
];

/// The numbers, in the units that they are given in.
const LIMITS: [Limits; 4] = [
    Limits(&["RefreshTokenValidity"], 0, 315_360_000),
    Limits(&["AccessTokenValidity"], 1, 86_400),
    Limits(&["IdTokenValidity"], 1, 86_400),
    Limits(&["AuthSessionValidity"], 3, 15),
];

fn defaults() -> Value {
    json!({
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {},
        "ExplicitAuthFlows":
            ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        "AllowedOAuthFlowsUserPoolClient": false,
        "EnableTokenRevocation": true,
        "EnablePropagateAdditionalUserContextData": false,
        "AuthSessionValidity": 3,
    })
}

/// Reads the settings from the input.
pub(super) fn of(input: Input<'_>) -> Outcome<Settings> {
    LIMITS.iter().try_for_each(|limits| limits.check(input))?;
    redirects::check(input)?;
    let mut settings = Settings::new();
    let defaults = defaults();
    for name in NAMES {
        let default = defaults.get(name).unwrap_or(&Value::Null);
        let said = input.value(name);
        // No flow at all, and refreshing for no time at all, mean the default.
        let said = if *said == json!([]) || *said == json!(0) { &Value::Null } else { said };
        set(&mut settings, name, completed(default, said));
    }
    check_flows(&input.texts("ExplicitAuthFlows"))?;
    for lifetime in &LIFETIMES {
        let seconds = lifetime.seconds(&settings)?;
        if !(lifetime.shortest..=lifetime.longest).contains(&seconds) {
            return Err(invalid("Invalid range for token validity."));
        }
    }
    let existence = input.text("PreventUserExistenceErrors").unwrap_or("LEGACY");
    check_choice(existence, "preventUserExistenceErrors", &["LEGACY", "ENABLED"])?;
    Ok(settings)
}

fn check_flows(flows: &[&str]) -> Outcome<()> {
    let known = |flow: &&&str| FLOWS.contains(*flow) || OLD_FLOWS.contains(*flow);
    if let Some(unknown) = flows.iter().find(|flow| !known(flow)) {
        check_choice(unknown, "explicitAuthFlows", &[&FLOWS[..], &OLD_FLOWS].concat())?;
    }
    let old = flows.iter().filter(|flow| OLD_FLOWS.contains(*flow)).count();
    if old != 0 && old != flows.len() {
        return Err(invalid(
            "ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY and USER_PASSWORD_AUTH cannot be used \
             together with values that start with ALLOW_.",
        ));
    }
    Ok(())
}

impl Lifetime {
    fn seconds(&self, settings: &Settings) -> Outcome<u64> {
        let number = settings.get(self.field).and_then(Value::as_u64).unwrap_or(self.default);
        let units = settings.get("TokenValidityUnits").unwrap_or(&Value::Null);
        let unit = match units[self.token].as_str().unwrap_or(self.unit) {
            "seconds" => 1,
            "minutes" => MINUTE,
            "hours" => HOUR,
            "days" => DAY,
            other => {
                let units = ["seconds", "minutes", "hours", "days"];
                return Err(not_among(other, "tokenValidityUnits", &units));
            }
        };
        Ok(number.saturating_mul(unit))
    }
}

impl Client {
    /// Returns how long its tokens of this kind are valid.
    pub(super) fn lifetime(&self, kind: usize) -> Duration {
        // Stored settings were checked.
        Duration::from_secs(LIFETIMES[kind].seconds(&self.settings).unwrap_or(HOUR))
    }

    /// Returns whether it allows this flow, named as in `InitiateAuth`.
    pub(super) fn allows(&self, flow: &str) -> bool {
        let flows = Input(self.settings.get("ExplicitAuthFlows").unwrap_or(&Value::Null));
        let flows: Vec<_> =
            flows.0.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let has = |flow: &str| flows.contains(&flow);
        if flows.iter().any(|flow| FLOWS.contains(flow)) {
            return has(&format!("ALLOW_{flow}"));
        }
        match flow {
            "USER_SRP_AUTH" => !has("CUSTOM_AUTH_FLOW_ONLY"),
            "ADMIN_USER_PASSWORD_AUTH" => has("ADMIN_NO_SRP_AUTH"),
            "REFRESH_TOKEN_AUTH" => true,
            flow => has(flow),
        }
    }

    /// Returns whether it hides who has an account.
    pub(super) fn hides_users(&self) -> bool {
        self.settings.get("PreventUserExistenceErrors").is_some_and(|value| value == "ENABLED")
    }

    /// Returns whether its tokens can be revoked one by one.
    pub(super) fn revokes(&self) -> bool {
        self.settings.get("EnableTokenRevocation").is_none_or(|value| value != false)
    }
}
