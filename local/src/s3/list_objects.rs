//! `ListObjects` and `ListObjectsV2`.

use std::ops::Bound;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as TOKEN};

use super::{
    Context, answers, checksums,
    errors::{Outcome, invalid_argument},
    listing::{Encoding, Entry, Filter, Page},
    object_headers,
    state::{BucketState, Content},
    times,
    versions::{Version, current},
    xml::Xml,
};
use crate::service::Answer;

const MOST: u32 = 1000;

/// An object in a listing.
type Object<'a> = (&'a Version, &'a Content);

/// `ListObjects`
pub(super) fn list(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    let encoding = Encoding::asked(request)?;
    let filter = filter(at, request.filled_query("marker"))?;
    Ok(at.bucket.read(|state| {
        let page = page(state, &filter);
        answers::xml(Xml::answer("ListBucketResult", |xml| {
            write_question(xml, state, &filter, encoding);
            xml.leaf("Marker", encoding.of(filter.after.unwrap_or_default()));
            // Without a delimiter callers go on after the last key; S3 leaves this out then.
            let next = page.next().filter(|_| filter.delimiter.is_some());
            xml.maybe("NextMarker", next.map(|entry| encoding.of(entry.marker())));
            write_page(xml, state, &page, encoding, true);
        }))
    }))
}

/// `ListObjectsV2`
pub(super) fn list_v2(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    let encoding = Encoding::asked(request)?;
    let token = request.query("continuation-token");
    let resumed = token.map(read_token).transpose()?;
    let start_after = request.filled_query("start-after");
    let filter = filter(at, resumed.as_deref().or(start_after))?;
    let with_owner = request.query("fetch-owner") == Some("true");
    Ok(at.bucket.read(|state| {
        let page = page(state, &filter);
        answers::xml(Xml::answer("ListBucketResult", |xml| {
            write_question(xml, state, &filter, encoding);
            xml.maybe("StartAfter", start_after.map(|key| encoding.of(key)))
                .maybe("ContinuationToken", token)
                .maybe("NextContinuationToken", page.next().map(|e| TOKEN.encode(e.marker())))
                .leaf("KeyCount", page.entries.len());
            write_page(xml, state, &page, encoding, with_owner);
        }))
    }))
}

fn read_token(token: &str) -> Outcome<String> {
    let bytes = TOKEN.decode(token).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
        let message = "The continuation token provided is incorrect";
        invalid_argument("continuation-token", token, message)
    })
}

fn filter<'a>(at: &Context<'a>, after: Option<&'a str>) -> Outcome<Filter<'a>> {
    Ok(Filter {
        prefix: at.request.query("prefix").unwrap_or_default(),
        delimiter: at.request.filled_query("delimiter"),
        most: at.request.limit("max-keys", MOST)?,
        after,
    })
}

fn page<'a>(state: &'a BucketState, filter: &Filter) -> Page<'a, Object<'a>> {
    let from = filter.after.map_or(Bound::Unbounded, Bound::Excluded);
    let objects = state.objects.range::<str, _>((from, Bound::Unbounded));
    let present = objects.filter_map(|(key, versions)| {
        let version = current(versions)?;
        Some((key.as_str(), (version, version.content.as_ref()?)))
    });
    Page::fill(present, filter)
}

fn write_question(xml: &mut Xml, state: &BucketState, filter: &Filter, encoding: Encoding) {
    xml.leaf("Name", &state.name)
        .leaf("Prefix", encoding.of(filter.prefix))
        .leaf("MaxKeys", filter.most)
        .maybe("Delimiter", filter.delimiter.map(|delimiter| encoding.of(delimiter)))
        .maybe("EncodingType", encoding.name());
}

fn write_page(
    xml: &mut Xml,
    state: &BucketState,
    page: &Page<Object>,
    encoding: Encoding,
    with_owner: bool,
) {
    xml.leaf("IsTruncated", page.is_truncated);
    for entry in &page.entries {
        if let Entry::Key(key, (version, content)) = entry {
            xml.group("Contents", |xml| {
                xml.leaf("Key", encoding.of(key));
                write_object(xml, version, content);
                if with_owner {
                    write_owner(xml, "Owner", &state.account);
                }
            });
        }
    }
    page.write_prefixes(xml, encoding);
}

/// What a listing says of an object beside its key.
pub(super) fn write_object(xml: &mut Xml, version: &Version, content: &Content) {
    xml.leaf("LastModified", times::iso(version.modified))
        .leaf("ETag", format!("\"{}\"", content.etag))
        .leaf("ChecksumAlgorithm", content.checksum.algorithm.name())
        .leaf("ChecksumType", content.checksum.kind.name())
        .leaf("Size", content.size)
        .leaf("StorageClass", object_headers::storage_class(&content.headers));
}

/// The owner (or initiator) of what an account has.
pub(super) fn write_owner(xml: &mut Xml, element: &str, account: &str) {
    xml.group(element, |xml| {
        xml.leaf("ID", checksums::canonical_user(account));
    });
}
