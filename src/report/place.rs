//! Where a command works, and as whom.

use serde_json::{Value, json};

use super::Shown;
use crate::destination::Destination;

/// The account, the region and the identity.
pub(crate) struct Place<'a>(pub(crate) &'a Destination);

impl Shown for Place<'_> {
    fn text(&self, _: bool) -> String {
        format!("{}, as `{}`", self.0, self.0.identity)
    }

    fn json(&self) -> Vec<Value> {
        let Destination { account, region, identity, .. } = self.0;
        vec![json!({
            "type": "place",
            "account": account.as_str(),
            "region": region.as_str(),
            "identity": identity.arn(),
        })]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_region_and_identity() {
        let destination = Destination::never_asked("123456789012", "eu-west-1");
        let place = Place(&destination);
        assert_eq!(place.text(false), "AWS account 123456789012 in eu-west-1, as `user/test`");
        assert_eq!(place.json()[0]["identity"], "arn:aws:iam::123456789012:user/test");
    }
}
