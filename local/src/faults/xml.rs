//! Edits of answers in XML.

/// Replaces every element of this name. Elements of the same name are not nested.
pub(super) fn replaced(xml: &str, name: &str, instead: &str) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut parts = xml.split(&open);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        result.push_str(instead);
        result.push_str(part.split_once(&close).map_or("", |(_, rest)| rest));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_of_the_name_is_replaced() {
        let xml = "<R><Id>1</Id><Name>a</Name><Id></Id></R>";
        assert_eq!(replaced(xml, "Id", ""), "<R><Name>a</Name></R>");
        assert_eq!(replaced(xml, "Id", "<Id>2</Id>"), "<R><Id>2</Id><Name>a</Name><Id>2</Id></R>");
        assert_eq!(replaced(xml, "Key", ""), xml);
    }
}
