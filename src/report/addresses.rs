//! The addresses of a lab, as the result of `deploy`.

use serde_json::{Map, Value, json};

use super::Shown;
use crate::operate::Address;

/// The addresses.
pub(crate) struct Addresses<'a>(pub(crate) &'a [Address]);

impl Shown for Addresses<'_> {
    fn text(&self, _: bool) -> String {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        let line = |(name, address): &Address| {
            let open = if *name == "site" { "  (open this)" } else { "" };
            format!("{name:width$}  {address}{open}")
        };
        self.0.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn json(&self) -> Vec<Value> {
        let addresses: Map<_, _> = self
            .0
            .iter()
            .map(|(name, address)| ((*name).to_owned(), Value::from(address.as_str())))
            .collect();
        vec![json!({"type": "result", "addresses": addresses})]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_label_and_the_site_is_to_be_opened() {
        let addresses =
            [("site", "http://site".to_owned()), ("backend", "http://backend".to_owned())];
        assert_eq!(
            Addresses(&addresses).text(false),
            "site     http://site  (open this)\nbackend  http://backend"
        );
    }
}
