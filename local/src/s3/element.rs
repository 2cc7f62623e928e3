//! Request bodies in XML, read into a tree whose elements the handlers turn into typed values,
//! refusing what S3's schema does not have.

use quick_xml::{Reader, events::Event};

use super::errors::{MALFORMED_XML, Outcome};

/// No request of S3 nests more than 6 elements. What reads a tree, or only drops it, recurses.
const DEEPEST: usize = 16;

/// An element of a request body.
#[derive(Debug, Default)]
pub(super) struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// Reads a body whose outermost element has this name.
    pub(super) fn read(body: &[u8], root: &str) -> Outcome<Self> {
        let text = std::str::from_utf8(body).map_err(|_| MALFORMED_XML)?;
        let element = read_tree(text).ok_or(MALFORMED_XML)?;
        if element.name == root { Ok(element) } else { Err(MALFORMED_XML.into()) }
    }

    /// Refuses elements other than these inside this one.
    pub(super) fn only(&self, names: &[&str]) -> Outcome<&Self> {
        let known = |child: &Self| names.contains(&child.name.as_str());
        if self.children.iter().all(known) { Ok(self) } else { Err(MALFORMED_XML.into()) }
    }

    /// Returns all elements of this name inside this one.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Returns the element of this name; two of them are refused.
    pub(super) fn one(&self, name: &str) -> Outcome<Option<&Self>> {
        let mut found = self.all(name);
        let first = found.next();
        if found.next().is_some() { Err(MALFORMED_XML.into()) } else { Ok(first) }
    }

    /// Returns the text of the element of this name.
    pub(super) fn text(&self, name: &str) -> Outcome<Option<&str>> {
        Ok(self.one(name)?.map(|child| child.text.as_str()))
    }

    /// Returns the text of the element of this name, which must be there.
    pub(super) fn need(&self, name: &str) -> Outcome<&str> {
        Ok(self.text(name)?.ok_or(MALFORMED_XML)?)
    }

    /// Returns the element of this name as `true` or `false`; absent is `false`.
    pub(super) fn flag(&self, name: &str) -> Outcome<bool> {
        match self.text(name)?.map(|text| text.trim().to_ascii_lowercase()).as_deref() {
            Some("true") => Ok(true),
            Some("false") | None => Ok(false),
            Some(_) => Err(MALFORMED_XML.into()),
        }
    }
}

/// Reads one document. White space in a text is kept: it may be part of an object's key.
fn read_tree(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            // One more than the elements is open: the document.
            Event::Start(_) if open.len() > DEEPEST => return None,
            Event::Start(start) => open.push(named(start.local_name().into_inner())),
            Event::Empty(start) => {
                open.last_mut()?.children.push(named(start.local_name().into_inner()));
            }
            Event::End(_) => {
                let closed = open.pop()?;
                open.last_mut()?.children.push(closed);
            }
            Event::Text(part) => open.last_mut()?.text.push_str(&part.xml10_content()),
            Event::CData(part) => open.last_mut()?.text.push_str(&part),
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref().ok()? {
                    Some(character) => character,
                    None => predefined(&reference)?,
                };
                open.last_mut()?.text.push(character);
            }
            Event::DocType(_) => return None,
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    let mut document = open.pop().filter(|_| open.is_empty())?;
    let root = document.children.pop()?;
    document.children.is_empty().then_some(root)
}

fn named(name: &str) -> Element {
    Element { name: name.to_owned(), ..Element::default() }
}

fn predefined(entity: &str) -> Option<char> {
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::xml::Xml;
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let key = " a&b<\"c\">\r\n ";
        let text = Xml::answer("Delete", |xml| {
            xml.group("Object", |xml| {
                xml.leaf("Key", key);
            });
        });
        let root = Element::read(text.as_bytes(), "Delete").unwrap();
        assert_eq!(root.one("Object").unwrap().unwrap().need("Key").unwrap(), key);
    }

    #[test]
    fn malformed_documents_are_refused() {
        for body in ["", "<a>", "<a></b>", "<a/><a/>", "text", "<!DOCTYPE a []><a/>", "<a>&x;</a>"]
        {
            assert!(Element::read(body.as_bytes(), "a").is_err(), "{body}");
        }
        assert!(Element::read(b"<other/>", "a").is_err());
    }

    #[test]
    fn elements_nest_16_levels() {
        let nested = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(Element::read(nested(DEEPEST).as_bytes(), "a").is_ok());
        assert!(Element::read(nested(DEEPEST + 1).as_bytes(), "a").is_err());
    }

    #[test]
    fn unknown_and_doubled_elements_are_refused() {
        let root = Element::read(b"<a><b>1</b><b>2</b></a>", "a").unwrap();
        assert!(root.only(&["c"]).is_err());
        assert!(root.only(&["b"]).unwrap().one("b").is_err());
        assert_eq!(root.all("b").count(), 2);
    }

    #[test]
    fn a_flag_is_true_or_false() {
        let root = Element::read(b"<a><b>TRUE</b><c>maybe</c></a>", "a").unwrap();
        assert!(root.flag("b").unwrap());
        assert!(!root.flag("absent").unwrap());
        assert!(root.flag("c").is_err());
    }
}
