//! An answer as a tree, whichever protocol it came in.

/// An element of XML, or a value of JSON: its text, and what is in it, by name. The entries of a JSON
/// list have no name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub(super) text: String,
    pub(super) children: Vec<(String, Self)>,
}

impl Node {
    /// Creates one without anything in it.
    pub(super) fn leaf(text: impl Into<String>) -> Self {
        Self { text: text.into(), children: Vec::new() }
    }

    /// Creates the answer that is this JSON.
    #[cfg(test)]
    pub(crate) fn of(json: &serde_json::Value) -> Self {
        super::json::read(json.to_string().as_bytes()).unwrap()
    }

    /// Returns its own text.
    pub(crate) fn own_text(&self) -> &str {
        &self.text
    }

    /// Returns what has this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|(child, _)| child == name).map(|(_, node)| node)
    }

    /// Returns the text of what has this name.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(|node| node.text.as_str())
    }

    /// Returns the number that has this name; `None` also if it is none.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.text(name)?.parse().ok()
    }

    /// Returns the entries of the list that has this name. One that is not there has none.
    pub(crate) fn list(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.get(name).into_iter().flat_map(|list| list.children.iter().map(|(_, node)| node))
    }

    /// Returns the first node of this name, in depth.
    pub(super) fn find(&self, name: &str) -> Option<&Self> {
        self.get(name).or_else(|| self.children.iter().find_map(|(_, node)| node.find(name)))
    }
}
