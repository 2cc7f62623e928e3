//! `ListMultipartUploads` and `ListParts`.

use super::{
    Context, answers,
    errors::Outcome,
    listing::{Encoding, Entry, Filter, Page},
    multipart, object_headers, owner,
    state::{BucketState, Part, Upload},
    times,
    xml::Xml,
};
use crate::service::Answer;

const MOST: u32 = 1000;

/// An upload with its id.
type Item<'a> = (&'a str, &'a Upload);

/// `ListMultipartUploads`
pub(super) fn list(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    let encoding = Encoding::asked(request)?;
    let key_marker = request.filled_query("key-marker");
    // Without a key the marker of an upload means nothing, and S3 ignores it.
    let id_marker = request.filled_query("upload-id-marker").filter(|_| key_marker.is_some());
    let filter = Filter {
        prefix: request.query("prefix").unwrap_or_default(),
        delimiter: request.filled_query("delimiter"),
        most: request.limit("max-uploads", MOST)?,
        after: key_marker,
        is_past_prefix: true,
    };
    Ok(at.bucket.read(|state| {
        let page = Page::fill(behind(state, key_marker, id_marker).into_iter(), &filter);
        answers::xml(Xml::answer("ListMultipartUploadsResult", |xml| {
            xml.leaf("Bucket", &state.name)
                .leaf("Prefix", encoding.of(filter.prefix))
                .leaf("KeyMarker", encoding.of(key_marker.unwrap_or_default()))
                .leaf("UploadIdMarker", id_marker.unwrap_or_default())
                .leaf("MaxUploads", filter.most)
                .maybe("Delimiter", filter.delimiter.map(|delimiter| encoding.of(delimiter)))
                .maybe("EncodingType", encoding.name());
            write_page(xml, state, &page, encoding);
        }))
    }))
}

/// Returns all uploads behind the markers, by key and then by id.
fn behind<'a>(
    state: &'a BucketState,
    key_marker: Option<&str>,
    id_marker: Option<&str>,
) -> Vec<(&'a str, Item<'a>)> {
    let mut uploads: Vec<_> = state
        .uploads
        .iter()
        .map(|(id, upload)| (upload.key.as_str(), (id.as_str(), upload)))
        .filter(|(key, (id, _))| {
            key_marker.is_none_or(|marker| {
                *key > marker || *key == marker && id_marker.is_some_and(|marker| *id > marker)
            })
        })
        .collect();
    uploads.sort_by_key(|(key, (id, _))| (*key, *id));
    uploads
}

fn write_page(xml: &mut Xml, state: &BucketState, page: &Page<Item>, encoding: Encoding) {
    xml.leaf("IsTruncated", page.is_truncated);
    if let Some(next) = page.next() {
        xml.leaf("NextKeyMarker", encoding.of(next.marker()));
        if let Entry::Key(_, (id, _)) = next {
            xml.leaf("NextUploadIdMarker", id);
        }
    }
    for entry in &page.entries {
        if let Entry::Key(key, (id, upload)) = entry {
            xml.group("Upload", |xml| {
                xml.leaf("Key", encoding.of(key)).leaf("UploadId", id);
                write_upload(xml, state, upload);
                xml.leaf("Initiated", times::iso(upload.started));
            });
        }
    }
    page.write_prefixes(xml, encoding);
}

fn write_upload(xml: &mut Xml, state: &BucketState, upload: &Upload) {
    owner::write(xml, "Initiator", &state.account);
    owner::write(xml, "Owner", &state.account);
    xml.leaf("StorageClass", object_headers::storage_class(&upload.headers))
        .leaf("ChecksumAlgorithm", upload.checksum.algorithm.name())
        .leaf("ChecksumType", upload.checksum.kind.name());
}

/// `ListParts`
pub(super) fn list_parts(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    let most = request.limit("max-parts", MOST)?;
    let marker = request.number("part-number-marker", 0, multipart::LAST_PART_NUMBER)?;
    at.bucket.read(|state| {
        let upload = multipart::upload(state, request)?;
        let parts: Vec<_> = upload.parts.range(marker + 1..).take(most + 1).collect();
        let is_truncated = parts.len() > most && most > 0;
        let parts = &parts[..parts.len().min(most)];
        Ok(answers::xml(Xml::answer("ListPartsResult", |xml| {
            xml.leaf("Bucket", &state.name)
                .leaf("Key", &request.key)
                .leaf("UploadId", multipart::upload_id(request))
                .leaf("PartNumberMarker", marker)
                .maybe("NextPartNumberMarker", parts.last().map(|(number, _)| number))
                .leaf("MaxParts", most)
                .leaf("IsTruncated", is_truncated);
            for (number, part) in parts {
                write_part(xml, **number, part);
            }
            write_upload(xml, state, upload);
        })))
    })
}

fn write_part(xml: &mut Xml, number: u32, part: &Part) {
    xml.group("Part", |xml| {
        xml.leaf("PartNumber", number)
            .leaf("LastModified", times::iso(part.modified))
            .leaf("ETag", format!("\"{}\"", part.etag))
            .leaf("Size", part.size)
            .leaf(part.checksum.algorithm.element(), &part.checksum.value);
    });
}

#[cfg(test)]
mod tests {
    use super::super::{
        checksums::{Algorithm, Kind},
        state::ChecksumPlan,
    };
    use super::*;

    fn bucket() -> BucketState {
        let upload = |key: &str| Upload {
            key: key.to_owned(),
            started: 0,
            headers: std::collections::BTreeMap::new(),
            tags: std::collections::BTreeMap::new(),
            checksum: ChecksumPlan { algorithm: Algorithm::Crc32, kind: Kind::Composite },
            parts: std::collections::BTreeMap::new(),
        };
        let uploads = [("3", "a"), ("1", "b"), ("2", "b")];
        BucketState {
            uploads: uploads.map(|(id, key)| (id.to_owned(), upload(key))).into(),
            ..BucketState::default()
        }
    }

    #[test]
    fn uploads_are_listed_by_key_and_id_behind_the_markers() {
        let state = bucket();
        let ids =
            |key, id| behind(&state, key, id).iter().map(|(_, (id, _))| *id).collect::<Vec<_>>();
        assert_eq!(ids(None, None), ["3", "1", "2"]);
        assert_eq!(ids(Some("a"), None), ["1", "2"]);
        assert_eq!(ids(Some("b"), Some("1")), ["2"]);
        assert!(ids(Some("b"), None).is_empty());
    }
}
