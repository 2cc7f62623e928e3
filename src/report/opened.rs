//! An address, as the result of `open`.

use serde_json::{Value, json};

use super::Shown;

/// An address to be opened.
pub(crate) struct OpenedAddress<'a> {
    /// Whose it is, as on the command line.
    pub(crate) name: &'a str,
    /// The address.
    pub(crate) url: &'a str,
}

impl Shown for OpenedAddress<'_> {
    fn text(&self, _: bool) -> String {
        self.url.to_owned()
    }

    fn json(&self) -> Vec<Value> {
        vec![json!({ "type": "address", "name": self.name, "url": self.url })]
    }
}
