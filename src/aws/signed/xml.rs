//! Reads XML into a tree.

use quick_xml::{Reader, events::Event};

use super::Node;

/// No answer nests deeper. What reads a tree, or only drops it, recurses.
const DEEPEST: usize = 32;

/// Reads a body; the tree is what is in its outermost element.
pub(super) fn read(body: &[u8]) -> Option<Node> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
    // The document itself is open too.
    let mut open = vec![(String::new(), Node::default())];
    loop {
        match reader.read_event().ok()? {
            Event::Start(_) if open.len() > DEEPEST => return None,
            Event::Start(start) => {
                open.push((start.local_name().into_inner().to_owned(), Node::default()));
            }
            Event::Empty(start) => {
                let name = start.local_name().into_inner().to_owned();
                open.last_mut()?.1.children.push((name, Node::default()));
            }
            Event::End(_) => {
                let closed = open.pop()?;
                open.last_mut()?.1.children.push(closed);
            }
            Event::Text(part) => open.last_mut()?.1.text.push_str(&part.xml10_content()),
            Event::CData(part) => open.last_mut()?.1.text.push_str(&part),
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref().ok()? {
                    Some(character) => character,
                    None => predefined(&reference)?,
                };
                open.last_mut()?.1.text.push(character);
            }
            // It can define entities that grow without end.
            Event::DocType(_) => return None,
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    let (_, mut document) = open.pop().filter(|_| open.is_empty())?;
    let (_, root) = document.children.pop()?;
    document.children.is_empty().then_some(root)
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
    use super::*;

    #[test]
    fn elements_have_names_and_lists_have_items() {
        let answer = "<?xml version=\"1.0\"?><R xmlns=\"http://a/\">\n  <vpcSet>\
                      <item><vpcId>vpc-1</vpcId><name>a &amp; &#66;</name></item><item/></vpcSet></R>";
        let node = read(answer.as_bytes()).unwrap();
        let vpcs: Vec<_> = node.list("vpcSet").collect();
        assert_eq!(vpcs.len(), 2);
        assert_eq!((vpcs[0].text("vpcId"), vpcs[0].text("name")), (Some("vpc-1"), Some("a & B")));
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let deep = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        for text in ["", "text", "<a>", "<a></b>", "<a/><b/>", "<a>&x;</a>", "<!DOCTYPE a []><a/>"]
        {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(read(&[b'<', 0xFF]), None);
        assert!(read(deep(DEEPEST).as_bytes()).is_some());
        assert_eq!(read(deep(DEEPEST + 1).as_bytes()), None);
    }
}
