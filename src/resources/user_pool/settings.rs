//! The settings of the user pool: as a request, and compared with an existing one.

use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::{
    operation::{
        create_user_pool::builders::CreateUserPoolFluentBuilder,
        update_user_pool::builders::UpdateUserPoolFluentBuilder,
    },
    types::{
        AccountRecoverySettingType, AdminCreateUserConfigType, PasswordPolicyType,
        RecoveryOptionNameType, RecoveryOptionType, UserPoolPolicyType, UserPoolTierType,
        UserPoolType, UsernameAttributeType, UsernameConfigurationType, VerifiedAttributeType,
    },
};

use crate::{
    aws::unbuildable,
    engine::{Command, Setting},
    error::Result,
};

/// Sufficient for a lab, and the cheapest. The default for a new pool is `ESSENTIALS`.
const TIER: UserPoolTierType = UserPoolTierType::Lite;
/// The minimum length of a password; the other rules are those of Cognito's console.
const PASSWORD_LENGTH: i32 = 8;

/// Returns the request that creates it. Settings that cannot be changed later are only here.
pub(super) fn create(
    request: CreateUserPoolFluentBuilder,
    tags: HashMap<String, String>,
) -> Result<CreateUserPoolFluentBuilder> {
    let any_case =
        UsernameConfigurationType::builder().case_sensitive(false).build().map_err(unbuildable)?;
    Ok(request
        .username_attributes(UsernameAttributeType::Email)
        .username_configuration(any_case)
        .auto_verified_attributes(VerifiedAttributeType::Email)
        .policies(policies())
        .admin_create_user_config(self_sign_up())
        .account_recovery_setting(recovery()?)
        .user_pool_tier(TIER)
        .set_user_pool_tags(Some(tags)))
}

/// Returns the command that creates it, with the same settings.
pub(super) fn by_hand(command: Command) -> Command {
    let length = PASSWORD_LENGTH;
    let password = format!(
        "PasswordPolicy={{MinimumLength={length},RequireUppercase=true,RequireLowercase=true,RequireNumbers=true,RequireSymbols=true,TemporaryPasswordValidityDays=7}}"
    );
    command
        .arg("--username-attributes", "email")
        .arg("--username-configuration", "CaseSensitive=false")
        .arg("--auto-verified-attributes", "email")
        .arg("--policies", password)
        .arg("--admin-create-user-config", "AllowAdminCreateUserOnly=false")
        .arg("--account-recovery-setting", "RecoveryMechanisms=[{Priority=1,Name=verified_email}]")
        .if_set("--user-pool-tier", "TIER", TIER.as_str())
}

/// Returns the request that updates it. Cognito resets omitted settings to their defaults, so all
/// of them are included.
pub(super) fn update(
    request: UpdateUserPoolFluentBuilder,
    tags: HashMap<String, String>,
) -> Result<UpdateUserPoolFluentBuilder> {
    Ok(request
        .auto_verified_attributes(VerifiedAttributeType::Email)
        .policies(policies())
        .admin_create_user_config(self_sign_up())
        .account_recovery_setting(recovery()?)
        .user_pool_tier(TIER)
        .set_user_pool_tags(Some(tags)))
}

/// Returns the settings of an existing pool.
pub(super) fn of(pool: &UserPoolType) -> Vec<Setting> {
    let verified = pool.auto_verified_attributes().iter().map(VerifiedAttributeType::as_str);
    // Without the field anyone may sign up.
    let invited_only =
        pool.admin_create_user_config().is_some_and(|it| it.allow_admin_create_user_only);
    let length =
        pool.policies().and_then(|it| it.password_policy()).and_then(|it| it.minimum_length);
    let recovery =
        pool.account_recovery_setting().map(AccountRecoverySettingType::recovery_mechanisms);
    let recovery = recovery.unwrap_or_default().iter().map(|it| it.name().as_str());
    let mut settings = vec![
        Setting::maybe("AutoVerifiedAttributes", VerifiedAttributeType::Email, joined(verified)),
        Setting::new("AdminCreateUserConfig.AllowAdminCreateUserOnly", false, invited_only),
        Setting::maybe("PasswordPolicy.MinimumLength", PASSWORD_LENGTH, length),
        Setting::maybe(
            "AccountRecoverySetting.RecoveryMechanisms",
            RecoveryOptionNameType::VerifiedEmail,
            joined(recovery),
        ),
    ];
    // An emulator without tiers returns none, so there is nothing to compare.
    settings.extend(pool.user_pool_tier().map(|tier| Setting::new("UserPoolTier", TIER, tier)));
    settings
}

/// Joins the names into one text; `None` if there are none.
fn joined<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    (!names.is_empty()).then(|| names.join(", "))
}

fn policies() -> UserPoolPolicyType {
    let password = PasswordPolicyType::builder()
        .minimum_length(PASSWORD_LENGTH)
        .require_lowercase(true)
        .require_uppercase(true)
        .require_numbers(true)
        .require_symbols(true)
        .temporary_password_validity_days(7)
        .build();
    UserPoolPolicyType::builder().password_policy(password).build()
}

fn self_sign_up() -> AdminCreateUserConfigType {
    AdminCreateUserConfigType::builder().allow_admin_create_user_only(false).build()
}

fn recovery() -> Result<AccountRecoverySettingType> {
    let by_mail = RecoveryOptionType::builder()
        .priority(1)
        .name(RecoveryOptionNameType::VerifiedEmail)
        .build()
        .map_err(unbuildable)?;
    Ok(AccountRecoverySettingType::builder().recovery_mechanisms(by_mail).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> UserPoolType {
        UserPoolType::builder()
            .auto_verified_attributes(VerifiedAttributeType::Email)
            .policies(policies())
            .admin_create_user_config(self_sign_up())
            .account_recovery_setting(recovery().unwrap())
            .user_pool_tier(TIER)
            .build()
    }

    fn differences(pool: &UserPoolType) -> Vec<String> {
        of(pool).iter().filter(|it| it.differs()).map(Setting::in_words).collect()
    }

    #[test]
    fn the_labs_own_does_not_differ() {
        assert_eq!(differences(&pool()), Vec::<String>::new());
    }

    #[test]
    fn each_difference_is_named() {
        let mut other = pool();
        other.auto_verified_attributes = None;
        other.user_pool_tier = Some(UserPoolTierType::Plus);
        assert_eq!(
            differences(&other),
            [
                "AutoVerifiedAttributes is not set, expected email",
                "UserPoolTier is PLUS, expected LITE"
            ]
        );
    }

    #[test]
    fn who_may_sign_up_and_how_a_password_is_recovered() {
        let mut other = pool();
        let invited = AdminCreateUserConfigType::builder().allow_admin_create_user_only(true);
        other.admin_create_user_config = Some(invited.build());
        let by_phone = RecoveryOptionType::builder()
            .priority(2)
            .name(RecoveryOptionNameType::VerifiedPhoneNumber)
            .build()
            .unwrap();
        let recovery = other.account_recovery_setting.as_mut().unwrap();
        recovery.recovery_mechanisms.as_mut().unwrap().insert(0, by_phone);
        assert_eq!(
            differences(&other),
            [
                "AdminCreateUserConfig.AllowAdminCreateUserOnly is true, expected false",
                "AccountRecoverySetting.RecoveryMechanisms is verified_email, \
                 verified_phone_number, expected verified_email",
            ]
        );
    }
}
