//! The addresses of a lab, as the result of `deploy`.

use serde_json::{Map, Value, json};

use super::Shown;
use crate::operate::Address;

/// The addresses.
pub(crate) struct Addresses<'a>(pub(crate) &'a [Address]);

impl Shown for Addresses<'_> {
    fn text(&self, _: bool) -> String {
        let addresses: Vec<_> = self.0.iter().map(|(_, address)| address.as_str()).collect();
        addresses.join("\n")
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
