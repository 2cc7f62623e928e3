//! Names, ids and ARNs of user pools.

use super::errors::{Outcome, invalid, unfit};
use crate::{place::Place, protocol::input::Input};

const LONGEST: usize = 128;

/// Returns the ARN of a pool.
pub(super) fn arn(place: &Place, pool: &str) -> String {
    format!("arn:aws:cognito-idp:{}:{}:userpool/{pool}", place.region, place.account)
}

/// Returns the pool that an ARN names.
pub(super) fn in_arn(arn: &str) -> Option<(Place, &str)> {
    let mut parts = arn.strip_prefix("arn:aws:cognito-idp:")?.splitn(3, ':');
    let (region, account, pool) = (parts.next()?, parts.next()?, parts.next()?);
    let pool = pool.strip_prefix("userpool/")?;
    Some((Place::named(account, region), pool))
}

/// Returns the name of a pool or a client in the input.
pub(super) fn named<'a>(input: Input<'a>, field: &str, shown: &str) -> Outcome<&'a str> {
    let name = input.needed(field)?;
    check(name, shown)?;
    Ok(name)
}

/// Refuses what cannot be the name of a pool or a client.
pub(super) fn check(name: &str, shown: &str) -> Outcome<()> {
    let fits = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_+=,.@-".contains(c);
    if name.chars().count() > LONGEST {
        return Err(unfit(name, shown, "have length less than or equal to 128"));
    }
    if !name.chars().all(fits) {
        return Err(unfit(name, shown, r"satisfy regular expression pattern: [\w\s+=,.@-]+"));
    }
    Ok(())
}

/// Refuses what cannot be a domain's first label.
pub(super) fn check_domain(domain: &str) -> Outcome<()> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let pattern = r"satisfy regular expression pattern: ^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$";
    if domain.len() > 63 || !domain.chars().all(fits) || domain.trim_matches('-') != domain {
        return Err(unfit(domain, "domain", pattern));
    }
    // AWS reserves these words.
    if ["aws", "amazon", "cognito"].iter().any(|word| domain.contains(word)) {
        return Err(invalid("Domain cannot contain reserved word: aws, amazon, or cognito"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_read_as_it_is_written() {
        let place = Place::named("111111111111", "eu-west-1");
        let arn = arn(&place, "eu-west-1_AbCdEfGhI");
        assert_eq!(in_arn(&arn), Some((place, "eu-west-1_AbCdEfGhI")));
        assert_eq!(in_arn("arn:aws:s3:::bucket"), None);
        assert_eq!(in_arn("arn:aws:cognito-idp:eu-west-1:111111111111:pool/x"), None);
    }

    #[test]
    fn names_have_rules() {
        assert_eq!(check("Mysfits User-Pool", "poolName"), Ok(()));
        for bad in ["a/b", "a*", &"a".repeat(129)] {
            assert!(check(bad, "poolName").is_err(), "{bad}");
        }
        assert_eq!(check_domain("mysfits-1"), Ok(()));
        for bad in ["-mysfits", "mysfits-", "Mysfits", "my.sfits", "my-cognito"] {
            assert!(check_domain(bad).is_err(), "{bad}");
        }
    }
}
