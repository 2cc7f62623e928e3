//! Names, ARNs and addresses of repositories.

use crate::{
    place::Place,
    protocol::input::{Input, invalid},
    service::AwsError,
};

/// Returns a repository's ARN.
pub(super) fn arn(place: &Place, name: &str) -> String {
    format!("arn:aws:ecr:{}:{}:repository/{name}", place.region, place.account)
}

/// Returns the repository in an ARN.
pub(super) fn in_arn(input: Input<'_>) -> Result<&str, AwsError> {
    let arn = input.needed("resourceArn")?;
    let name = arn.strip_prefix("arn:aws:ecr:").and_then(|rest| rest.split_once(":repository/"));
    name.map(|(_, name)| name).ok_or_else(|| {
        invalid(&format!("Invalid parameter at 'resourceArn': '{arn}' is no repository's ARN"))
    })
}

/// Refuses what cannot be a repository's name.
pub(super) fn check(name: &str) -> Result<(), AwsError> {
    if (2..=256).contains(&name.len()) && name.split('/').all(is_part) {
        return Ok(());
    }
    Err(invalid(&format!(
        "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy \
         regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''. \
         The name was '{name}'"
    )))
}

/// Returns whether this is words of lower-case letters and digits with single marks between them.
fn is_part(part: &str) -> bool {
    part.split(['.', '_', '-']).all(|word| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

/// Returns whether this can be an image's tag.
pub(super) fn is_tag(tag: &str) -> bool {
    let mut bytes = tag.bytes();
    (1..=300).contains(&tag.len())
        && bytes.next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

/// Returns whether this is a digest: the name of a file, so nothing else may pass.
pub(super) fn is_digest(digest: &str) -> bool {
    digest.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_single_marks() {
        for name in ["mythicalmysfits/service", "a1", "a-b_c.d/e"] {
            assert!(check(name).is_ok(), "{name}");
        }
        for name in ["", "a", "A/b", "a//b", "/a", "a/", "-a", "a--b", "a b", "../x"] {
            assert!(check(name).is_err(), "{name}");
        }
    }

    #[test]
    fn digests_name_no_other_files() {
        assert!(is_digest(&format!("sha256:{}", "0a".repeat(32))));
        for digest in ["sha256:..", "sha512:00", &format!("sha256:{}", "0A".repeat(32))] {
            assert!(!is_digest(digest), "{digest}");
        }
        assert!(is_tag("latest") && is_tag("v1.0-rc_1") && !is_tag(".x") && !is_tag("a/b"));
    }
}
