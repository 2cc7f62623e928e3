//! Answers in XML, written with a small writer. Request bodies are read by `element`.

use std::fmt::{Display, Write as _};

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// An XML document being written.
pub(super) struct Xml(String);

impl Xml {
    /// Writes a document in S3's namespace.
    pub(super) fn answer(root: &str, fill: impl FnOnce(&mut Self)) -> String {
        Self::document(root, &format!(" xmlns=\"{NAMESPACE}\""), fill)
    }

    /// Writes a document without a namespace, as S3's errors are.
    pub(super) fn plain(root: &str, fill: impl FnOnce(&mut Self)) -> String {
        Self::document(root, "", fill)
    }

    fn document(root: &str, attributes: &str, fill: impl FnOnce(&mut Self)) -> String {
        let mut xml = Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned());
        xml.element(root, attributes, fill);
        xml.0
    }

    fn element(&mut self, name: &str, attributes: &str, fill: impl FnOnce(&mut Self)) {
        self.0.extend(["<", name, attributes, ">"]);
        fill(self);
        self.0.extend(["</", name, ">"]);
    }

    /// Writes an element with text.
    pub(super) fn leaf(&mut self, name: &str, text: impl Display) -> &mut Self {
        self.element(name, "", |xml| xml.text(&text.to_string()));
        self
    }

    /// Writes an element with text, if there is any.
    pub(super) fn maybe(&mut self, name: &str, text: Option<impl Display>) -> &mut Self {
        if let Some(text) = text {
            self.leaf(name, text);
        }
        self
    }

    /// Writes an element with elements.
    pub(super) fn group(&mut self, name: &str, fill: impl FnOnce(&mut Self)) -> &mut Self {
        self.element(name, "", fill);
        self
    }

    /// Writes an owner or grantee of the type `CanonicalUser`.
    pub(super) fn grantee(&mut self, id: &str) -> &mut Self {
        let attributes = concat!(
            " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
            " xsi:type=\"CanonicalUser\""
        );
        self.element("Grantee", attributes, |xml| {
            xml.leaf("ID", id);
        });
        self
    }

    /// Writes text inside the open element.
    pub(super) fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                // Object keys may hold control characters; S3 writes them as references too.
                c if c.is_control() => {
                    // Writing into a `String` cannot fail.
                    let _ = write!(self.0, "&#x{:x};", u32::from(c));
                }
                c => self.0.push(c),
            }
        }
    }
}
