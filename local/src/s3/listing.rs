//! The rule that every listing of S3 follows: keys in order, those with a common prefix up to the
//! delimiter rolled into one entry, a limited number of entries per page.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    errors::{Outcome, invalid_argument},
    request::Request,
    xml::Xml,
};
use crate::protocol::tokens::List;

/// What a page should contain.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Filter<'a> {
    pub(super) prefix: &'a str,
    pub(super) delimiter: Option<&'a str>,
    /// The most entries on the page.
    pub(super) most: usize,
    /// Where the previous page ended. If that was a common prefix, its keys are not listed again.
    pub(super) after: Option<&'a str>,
    /// Whether a place within a common prefix, too, stands for all of its keys.
    pub(super) is_past_prefix: bool,
}

/// One entry of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry<'a, T> {
    Key(&'a str, T),
    Prefix(&'a str),
}

impl<'a, T> Entry<'a, T> {
    /// Returns where the page after this entry begins.
    pub(super) fn marker(&self) -> &'a str {
        match self {
            Self::Key(key, _) => key,
            Self::Prefix(prefix) => prefix,
        }
    }
}

/// A page of a listing.
#[derive(Debug)]
pub(super) struct Page<'a, T> {
    pub(super) entries: Vec<Entry<'a, T>>,
    pub(super) is_truncated: bool,
}

impl<'a, T> Page<'a, T> {
    /// Fills a page from keys in order, all of them behind the place where the previous page ended.
    pub(super) fn fill(keys: impl Iterator<Item = (&'a str, T)>, filter: &Filter) -> Self {
        let mut entries: Vec<Entry<'a, T>> = Vec::new();
        let mut is_truncated = false;
        for (key, item) in keys.filter(|(key, _)| key.starts_with(filter.prefix)) {
            let rolled = common_prefix(key, filter);
            if rolled.is_some_and(|prefix| is_listed(prefix, &entries, filter)) {
                continue;
            }
            if entries.len() == filter.most {
                is_truncated = filter.most > 0;
                break;
            }
            entries.push(rolled.map_or(Entry::Key(key, item), Entry::Prefix));
        }
        Self { entries, is_truncated }
    }

    /// Returns the last entry, if there are more behind it.
    pub(super) fn next(&self) -> Option<&Entry<'a, T>> {
        self.entries.last().filter(|_| self.is_truncated)
    }

    /// Writes the elements `CommonPrefixes`.
    pub(super) fn write_prefixes(&self, xml: &mut Xml, encoding: Encoding) {
        for entry in &self.entries {
            if let Entry::Prefix(prefix) = entry {
                xml.group("CommonPrefixes", |xml| {
                    xml.leaf("Prefix", encoding.of(prefix));
                });
            }
        }
    }
}

/// Returns the part of a key up to and including the first delimiter behind the prefix.
fn common_prefix<'a>(key: &'a str, filter: &Filter) -> Option<&'a str> {
    let delimiter = filter.delimiter?;
    let start = filter.prefix.len();
    let place = key.get(start..)?.find(delimiter)?;
    key.get(..start + place + delimiter.len())
}

fn is_listed<T>(prefix: &str, entries: &[Entry<T>], filter: &Filter) -> bool {
    let is_past = |after: &str| filter.is_past_prefix && after.starts_with(prefix);
    filter.after.is_some_and(|after| after == prefix || is_past(after))
        || matches!(entries.last(), Some(Entry::Prefix(last)) if *last == prefix)
}

/// Returns where the page before ended, from a continuation token of this list.
pub(super) fn opened(list: List<'_>, token: &str) -> Outcome<String> {
    list.open(token).ok_or_else(|| {
        let message = "The continuation token provided is incorrect";
        invalid_argument("continuation-token", token, message)
    })
}

/// What S3 leaves as it is with `encoding-type=url`.
const URL: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b'/');

/// How keys are written in a listing: XML cannot hold every character that a key can.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encoding(bool);

impl Encoding {
    /// Reads the encoding that the request names.
    pub(super) fn asked(request: &Request) -> Outcome<Self> {
        match request.filled_query("encoding-type") {
            None => Ok(Self(false)),
            Some("url") => Ok(Self(true)),
            Some(other) => {
                let message = "Invalid Encoding Method specified in Request";
                Err(invalid_argument("encoding-type", other, message))
            }
        }
    }

    /// Returns its name in the answer.
    pub(super) fn name(self) -> Option<&'static str> {
        self.0.then_some("url")
    }

    /// Returns a key or prefix in this encoding.
    pub(super) fn of(self, text: &str) -> String {
        if self.0 { utf8_percent_encode(text, URL).to_string() } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 6] = ["a", "docs/1", "docs/2", "docs/sub/3", "img/x", "z"];

    fn page(filter: &Filter) -> (Vec<&'static str>, bool) {
        let keys = KEYS.iter().filter(|key| filter.after.is_none_or(|after| **key > after));
        let page = Page::fill(keys.map(|key| (*key, ())), filter);
        (page.entries.iter().map(Entry::marker).collect(), page.is_truncated)
    }

    const ALL: Filter =
        Filter { prefix: "", delimiter: None, most: 1000, after: None, is_past_prefix: false };

    #[test]
    fn a_delimiter_rolls_keys_up() {
        let filter = Filter { delimiter: Some("/"), ..ALL };
        assert_eq!(page(&filter), (vec!["a", "docs/", "img/", "z"], false));
        let filter = Filter { prefix: "docs/", ..filter };
        assert_eq!(page(&filter), (vec!["docs/1", "docs/2", "docs/sub/"], false));
    }

    #[test]
    fn pages_together_are_the_whole_listing() {
        for delimiter in [None, Some("/")] {
            let whole = page(&Filter { delimiter, ..ALL }).0;
            for most in 1..=whole.len() {
                let (mut seen, mut after) = (Vec::new(), None);
                loop {
                    let (entries, more) = page(&Filter { delimiter, most, after, ..ALL });
                    seen.extend(entries);
                    if !more {
                        break;
                    }
                    after = seen.last().copied();
                }
                assert_eq!(seen, whole, "{most} a page");
            }
        }
    }

    #[test]
    fn a_page_of_nothing_is_not_truncated() {
        assert_eq!(page(&Filter { most: 0, ..ALL }), (vec![], false));
    }

    #[test]
    fn a_full_last_page_is_not_truncated() {
        assert!(!page(&Filter { most: KEYS.len(), ..ALL }).1);
    }

    #[test]
    fn url_encoding() {
        assert_eq!(Encoding(true).of("a b/ä+"), "a%20b/%C3%A4%2B");
        assert_eq!(Encoding(false).of("a b"), "a b");
    }
}
