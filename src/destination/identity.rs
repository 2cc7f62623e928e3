//! Who the credentials belong to, as AWS names them.

use std::fmt;

/// The ARN that `GetCallerIdentity` returns, such as
/// `arn:aws:sts::123456789012:assumed-role/Student/ana`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    arn: String,
}

impl Identity {
    /// Creates it from its ARN.
    pub(crate) fn new(arn: impl Into<String>) -> Self {
        Self { arn: arn.into() }
    }

    /// Returns the whole ARN.
    pub(crate) fn arn(&self) -> &str {
        &self.arn
    }
}

/// Without what the account says already: `user/ana`, `assumed-role/Student/ana`, `root`.
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.arn.splitn(6, ':').nth(5).unwrap_or(&self.arn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_shown_without_its_account() {
        for (arn, shown) in [
            ("arn:aws:iam::123456789012:root", "root"),
            ("arn:aws:iam::123456789012:user/class/ana", "user/class/ana"),
            ("arn:aws:sts::123456789012:assumed-role/A/b:c", "assumed-role/A/b:c"),
            ("no ARN", "no ARN"),
        ] {
            assert_eq!(Identity::new(arn).to_string(), shown);
            assert_eq!(Identity::new(arn).arn(), arn);
        }
    }
}
