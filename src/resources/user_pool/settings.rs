//! How the user pool is set up, as a request, and compared with one that stands.

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

use crate::{aws::unbuildable, error::Result};

/// Enough for a lab, and the cheapest. Without it a new pool is of the tier `ESSENTIALS`.
const TIER: UserPoolTierType = UserPoolTierType::Lite;
/// What a password needs at least; the other rules are those of Cognito's console.
const PASSWORD_LENGTH: i32 = 8;

/// The request that creates it. What cannot be changed later is only here.
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

/// The request that mends it. Cognito sets what is not named back to its default, so everything is.
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

/// What of a pool that stands differs, each in a few words.
pub(super) fn differences(pool: &UserPoolType) -> Vec<String> {
    let verifies = pool.auto_verified_attributes().contains(&VerifiedAttributeType::Email);
    let invited_only =
        pool.admin_create_user_config().is_some_and(|it| it.allow_admin_create_user_only);
    let length =
        pool.policies().and_then(|it| it.password_policy()).and_then(|it| it.minimum_length);
    let recovery = pool.account_recovery_setting().is_some_and(|it| {
        let by = it.recovery_mechanisms().iter().map(RecoveryOptionType::name);
        by.eq([&RecoveryOptionNameType::VerifiedEmail])
    });
    [
        ("it does not verify e-mail addresses", verifies),
        ("visitors cannot sign up by themselves", !invited_only),
        ("its password rules are not the lab's", length == Some(PASSWORD_LENGTH)),
        ("forgotten passwords are not reset by e-mail", recovery),
        ("its tier is not the lab's", pool.user_pool_tier().is_none_or(|tier| *tier == TIER)),
    ]
    .into_iter()
    .filter(|(_, same)| !same)
    .map(|(words, _)| words.to_owned())
    .collect()
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
            ["it does not verify e-mail addresses", "its tier is not the lab's"]
        );
    }
}
