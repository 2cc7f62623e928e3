//! `ListObjectVersions`.

use std::ops::Bound;

use super::{
    Context, answers,
    errors::{Outcome, invalid_argument},
    list_objects::write_object,
    listing::{Encoding, Entry, Filter, Page},
    objects::Keys,
    owner, times,
    versions::Version,
    xml::Xml,
};
use crate::service::Answer;

const MOST: u32 = 1000;

/// A version, and whether it is the newest of its key.
type Item<'a> = (&'a Version, bool);

/// `ListObjectVersions`
pub(super) fn list(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    let encoding = Encoding::asked(request)?;
    let key_marker = request.filled_query("key-marker");
    let version_marker = request.filled_query("version-id-marker");
    if let (None, Some(version)) = (key_marker, version_marker) {
        let message = "A version-id marker cannot be specified without a key marker.";
        return Err(invalid_argument("version-id-marker", version, message));
    }
    let filter = Filter {
        prefix: request.query("prefix").unwrap_or_default(),
        delimiter: request.filled_query("delimiter"),
        most: request.limit("max-keys", MOST)?,
        after: key_marker,
        is_past_prefix: true,
    };
    let account = at.bucket.read(|state| state.account.clone());
    Ok(at.bucket.read_objects(|keys| {
        let page = Page::fill(behind(keys, key_marker, version_marker), &filter);
        answers::xml(Xml::answer("ListVersionsResult", |xml| {
            xml.leaf("Name", &request.bucket)
                .leaf("Prefix", encoding.of(filter.prefix))
                .leaf("KeyMarker", encoding.of(key_marker.unwrap_or_default()))
                .leaf("VersionIdMarker", version_marker.unwrap_or_default())
                .leaf("MaxKeys", filter.most)
                .maybe("Delimiter", filter.delimiter.map(|delimiter| encoding.of(delimiter)))
                .maybe("EncodingType", encoding.name());
            write_page(xml, &account, &page, encoding);
        }))
    }))
}

/// Returns all versions behind the markers: keys in order, of each key the newest first.
fn behind<'a>(
    keys: &'a Keys,
    key_marker: Option<&'a str>,
    version_marker: Option<&'a str>,
) -> impl Iterator<Item = (&'a str, Item<'a>)> {
    let from = key_marker.unwrap_or_default();
    let all = keys.range::<str, _>((Bound::Included(from), Bound::Unbounded));
    all.flat_map(move |(key, versions)| {
        let rest = match (key_marker, version_marker) {
            (Some(marker), Some(version)) if marker == key => older(versions, version),
            (Some(marker), None) if marker == key => &[],
            _ => versions.as_slice(),
        };
        let newest = versions.last().map(|version| version.id.as_str());
        rest.iter()
            .rev()
            .map(move |version| (key.as_str(), (version, newest == Some(version.id.as_str()))))
    })
}

/// Returns the versions that are older than this one. If it is gone meanwhile, all that are left.
fn older<'a>(versions: &'a [Version], id: &str) -> &'a [Version] {
    let place = versions.iter().position(|version| version.id == id);
    &versions[..place.unwrap_or(versions.len())]
}

fn write_page(xml: &mut Xml, account: &str, page: &Page<Item>, encoding: Encoding) {
    xml.leaf("IsTruncated", page.is_truncated);
    if let Some(next) = page.next() {
        xml.leaf("NextKeyMarker", encoding.of(next.marker()));
        if let Entry::Key(_, (version, _)) = next {
            xml.leaf("NextVersionIdMarker", &version.id);
        }
    }
    for entry in &page.entries {
        if let Entry::Key(key, (version, is_latest)) = entry {
            write_version(xml, account, &encoding.of(key), version, *is_latest);
        }
    }
    page.write_prefixes(xml, encoding);
}

fn write_version(xml: &mut Xml, account: &str, key: &str, version: &Version, is_latest: bool) {
    let element = if version.content.is_some() { "Version" } else { "DeleteMarker" };
    xml.group(element, |xml| {
        xml.leaf("Key", key).leaf("VersionId", &version.id).leaf("IsLatest", is_latest);
        match &version.content {
            Some(content) => write_object(xml, version, content),
            None => {
                xml.leaf("LastModified", times::iso(version.modified));
            }
        }
        owner::write(xml, "Owner", account);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        let marker = |id: &str| Version { id: id.to_owned(), modified: 0, content: None };
        let a = vec![marker("1"), marker("2"), marker("3")];
        Keys::from([("a".into(), a), ("b".into(), vec![marker("4")])])
    }

    fn ids(key: Option<&str>, version: Option<&str>) -> Vec<String> {
        behind(&keys(), key, version).map(|(_, (version, _))| version.id.clone()).collect()
    }

    #[test]
    fn the_newest_version_of_a_key_comes_first() {
        assert_eq!(ids(None, None), ["3", "2", "1", "4"]);
        let keys = keys();
        let latest: Vec<_> = behind(&keys, None, None).map(|(_, (_, latest))| latest).collect();
        assert_eq!(latest, [true, false, false, true]);
    }

    #[test]
    fn a_page_goes_on_behind_key_and_version() {
        assert_eq!(ids(Some("a"), Some("2")), ["1", "4"]);
        assert_eq!(ids(Some("a"), None), ["4"]);
        assert_eq!(ids(Some("aa"), None), ["4"]);
    }

    #[test]
    fn a_version_that_is_gone_loses_nobody_else() {
        assert_eq!(ids(Some("a"), Some("gone")), ["3", "2", "1", "4"]);
    }
}
