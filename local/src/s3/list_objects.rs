//! `ListObjects` and `ListObjectsV2`.

use std::ops::Bound;

use super::{
    Context, answers,
    errors::{Outcome, invalid_argument},
    listing::{Encoding, Entry, Filter, Page, opened},
    object_headers,
    objects::Keys,
    owner,
    state::Content,
    times,
    versions::{Version, current},
    xml::Xml,
};
use crate::{protocol::tokens::List, service::Answer};

const MOST: u32 = 1000;

/// An object in a listing.
type Object<'a> = (&'a Version, &'a Content);

/// `ListObjects`
pub(super) fn list(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    let encoding = Encoding::asked(request)?;
    let mut filter = filter(at, request.filled_query("marker"))?;
    filter.is_past_prefix = true;
    let account = at.bucket.read(|state| state.account.clone());
    Ok(at.bucket.read_objects(|keys| {
        let page = page(keys, &filter);
        answers::xml(Xml::answer("ListBucketResult", |xml| {
            write_question(xml, &request.bucket, &filter, encoding);
            xml.leaf("Marker", encoding.of(filter.after.unwrap_or_default()));
            // Without a delimiter callers continue after the last key, so S3 omits this.
            let next = page.next().filter(|_| filter.delimiter.is_some());
            xml.maybe("NextMarker", next.map(|entry| encoding.of(entry.marker())));
            write_page(xml, &page, encoding, Some(&account));
        }))
    }))
}

/// `ListObjectsV2`
pub(super) fn list_v2(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    let encoding = Encoding::asked(request)?;
    match request.query("list-type") {
        Some("2") => {}
        Some("1" | "") | None => return list(at),
        Some(other) => {
            let message = "Invalid List Type specified in Request";
            return Err(invalid_argument("list-type", other, message));
        }
    }
    let token = request.query("continuation-token");
    let listing = List(&["s3", "ListObjectsV2", &request.bucket]);
    let resumed = token.map(|token| opened(listing, token)).transpose()?;
    let start_after = request.filled_query("start-after");
    let filter = filter(at, resumed.as_deref().or(start_after))?;
    let with_owner = request.query("fetch-owner") == Some("true");
    let account = at.bucket.read(|state| state.account.clone());
    Ok(at.bucket.read_objects(|keys| {
        let page = page(keys, &filter);
        answers::xml(Xml::answer("ListBucketResult", |xml| {
            write_question(xml, &request.bucket, &filter, encoding);
            xml.maybe("StartAfter", start_after.map(|key| encoding.of(key)))
                .maybe("ContinuationToken", token)
                .maybe("NextContinuationToken", page.next().map(|e| listing.seal(e.marker())))
                .leaf("KeyCount", page.entries.len());
            write_page(xml, &page, encoding, with_owner.then_some(&account));
        }))
    }))
}

fn filter<'a>(at: &Context<'a>, after: Option<&'a str>) -> Outcome<Filter<'a>> {
    Ok(Filter {
        prefix: at.request.query("prefix").unwrap_or_default(),
        delimiter: at.request.filled_query("delimiter"),
        most: at.request.limit("max-keys", MOST)?,
        after,
        is_past_prefix: false,
    })
}

fn page<'a>(keys: &'a Keys, filter: &Filter) -> Page<'a, Object<'a>> {
    let from = filter.after.map_or(Bound::Unbounded, Bound::Excluded);
    let objects = keys.range::<str, _>((from, Bound::Unbounded));
    let present = objects.filter_map(|(key, versions)| {
        let version = current(versions)?;
        Some((key.as_str(), (version, version.content.as_ref()?)))
    });
    Page::fill(present, filter)
}

fn write_question(xml: &mut Xml, bucket: &str, filter: &Filter, encoding: Encoding) {
    xml.leaf("Name", bucket)
        .leaf("Prefix", encoding.of(filter.prefix))
        .leaf("MaxKeys", filter.most)
        .maybe("Delimiter", filter.delimiter.map(|delimiter| encoding.of(delimiter)))
        .maybe("EncodingType", encoding.name());
}

fn write_page(xml: &mut Xml, page: &Page<Object>, encoding: Encoding, owner: Option<&String>) {
    xml.leaf("IsTruncated", page.is_truncated);
    for entry in &page.entries {
        if let Entry::Key(key, (version, content)) = entry {
            xml.group("Contents", |xml| {
                xml.leaf("Key", encoding.of(key));
                write_object(xml, version, content);
                if let Some(account) = owner {
                    owner::write(xml, "Owner", account);
                }
            });
        }
    }
    page.write_prefixes(xml, encoding);
}

/// Writes what a listing contains of an object besides its key.
pub(super) fn write_object(xml: &mut Xml, version: &Version, content: &Content) {
    xml.leaf("LastModified", times::iso(version.modified))
        .leaf("ETag", format!("\"{}\"", content.etag))
        .leaf("ChecksumAlgorithm", content.checksum.algorithm.name())
        .leaf("ChecksumType", content.checksum.kind.name())
        .leaf("Size", content.size)
        .leaf("StorageClass", object_headers::storage_class(&content.headers));
}
