//! `CompleteMultipartUpload`: the chosen parts become one object.

use std::collections::BTreeMap;

use super::{
    Context, answers,
    bucket::Bucket,
    checksums::{self, Algorithm, Checksum, Kind},
    element::Element,
    errors::{
        BAD_DIGEST, ENTITY_TOO_SMALL, INVALID_PART, INVALID_PART_ORDER, INVALID_REQUEST,
        MALFORMED_XML, Outcome, S3Error,
    },
    multipart,
    request::Request,
    state::{BucketState, ChecksumPlan, Completed, Content, Part},
    write_object,
    xml::Xml,
};
use crate::service::Answer;

/// The least that every part but the last must have.
const SMALLEST_PART: u64 = 5 * 1024 * 1024;

/// A part as the completion names it.
struct Named {
    number: u32,
    etag: String,
    /// Its checksums by XML element.
    checksums: BTreeMap<&'static str, String>,
}

/// `CompleteMultipartUpload`. Its checksum header is of the object, not of the request's body.
pub(super) fn complete(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    let named = named_parts(&Element::read(&request.body, "CompleteMultipartUpload")?)?;
    let before = at.bucket.read(|state| completed_before(state, request, &named).cloned());
    if let Some(done) = before {
        return Ok(answer(request, &done));
    }
    let (upload, parts) = at.bucket.read(|state| {
        let upload = multipart::upload(state, request)?;
        Ok::<_, S3Error>((upload.clone(), chosen(&upload.parts, &named)?))
    })?;
    let bytes = join(at.bucket, &parts)?;
    check_size(request, bytes.len())?;
    let content = Content {
        body: String::new(),
        size: bytes.len() as u64,
        etag: checksums::etag_of_parts(parts.iter().map(|part| part.etag.as_str())),
        headers: upload.headers,
        checksum: whole_checksum(request, upload.checksum, &parts, &bytes)?,
        tags: upload.tags,
    };
    let written = write_object::write(at, &bytes, content)?;
    // If killed before this, the upload still exists next to its object, and can be completed
    // again.
    let done = Completed {
        id: multipart::upload_id(request).to_owned(),
        key: request.key.clone(),
        parts: named.into_iter().map(|part| (part.number, part.etag)).collect(),
        etag: written.content.etag,
        checksum: written.content.checksum,
        version: written.version,
    };
    at.bucket.change(|state, unwanted| {
        multipart::drop_upload(state, &done.id, unwanted);
        multipart::note_completed(state, done.clone());
        Ok(())
    })?;
    Ok(answer(request, &done))
}

/// Returns how this upload was completed before, of the same parts.
fn completed_before<'a>(
    state: &'a BucketState,
    request: &Request,
    named: &[Named],
) -> Option<&'a Completed> {
    let id = multipart::upload_id(request);
    let parts = || named.iter().map(|part| (part.number, part.etag.as_str()));
    state.completed.iter().find(|done| {
        let its_parts = done.parts.iter().map(|(number, etag)| (*number, etag.as_str()));
        done.id == id && done.key == request.key && its_parts.eq(parts())
    })
}

/// Refuses a size other than that of the object, if the request says one.
fn check_size(request: &Request, size: usize) -> Outcome<()> {
    let said = request.header("x-amz-mp-object-size");
    if said.is_none_or(|said| said.parse() == Ok(size)) {
        return Ok(());
    }
    let message = format!(
        "The provided 'x-amz-mp-object-size' header value {} does not match what was computed: \
         {size}",
        said.unwrap_or_default()
    );
    Err(S3Error::saying(INVALID_REQUEST, message))
}

fn answer(request: &Request, done: &Completed) -> Answer {
    let host = request.header("host").unwrap_or("localhost");
    let mut answer = answers::xml(Xml::answer("CompleteMultipartUploadResult", |xml| {
        xml.leaf("Location", format!("http://{host}/{}/{}", request.bucket, request.key))
            .leaf("Bucket", &request.bucket)
            .leaf("Key", &request.key)
            .leaf("ETag", format!("\"{}\"", done.etag));
        done.checksum.write(xml);
    }));
    write_object::put_version(&mut answer, done.version.as_deref());
    answer
}

fn named_parts(root: &Element) -> Outcome<Vec<Named>> {
    let parts: Outcome<Vec<_>> = root.only(&["Part"])?.all("Part").map(named_part).collect();
    let parts = parts?;
    if parts.is_empty() {
        return Err(MALFORMED_XML.into());
    }
    let ordered = parts.windows(2).all(|pair| pair[0].number < pair[1].number);
    if ordered { Ok(parts) } else { Err(INVALID_PART_ORDER.into()) }
}

fn named_part(part: &Element) -> Outcome<Named> {
    part.only(&[&["ETag", "PartNumber"][..], &Algorithm::elements()].concat())?;
    let mut checksums = BTreeMap::new();
    for element in Algorithm::elements() {
        if let Some(value) = part.text(element)? {
            checksums.insert(element, value.to_owned());
        }
    }
    Ok(Named {
        number: part.need("PartNumber")?.trim().parse().map_err(|_| MALFORMED_XML)?,
        etag: part.need("ETag")?.trim().trim_matches('"').to_owned(),
        checksums,
    })
}

/// Returns the uploaded parts that a completion names.
fn chosen(uploaded: &BTreeMap<u32, Part>, named: &[Named]) -> Outcome<Vec<Part>> {
    let parts: Option<Vec<&Part>> = named
        .iter()
        .map(|named| uploaded.get(&named.number).filter(|part| is_meant(named, part)))
        .collect();
    let parts = parts.ok_or(INVALID_PART)?;
    let before_last = parts.iter().zip(named).take(parts.len().saturating_sub(1));
    for (part, named) in before_last {
        if part.size < SMALLEST_PART {
            return Err(S3Error::from(ENTITY_TOO_SMALL)
                .with("ProposedSize", part.size.to_string())
                .with("MinSizeAllowed", SMALLEST_PART.to_string())
                .with("PartNumber", named.number.to_string())
                .with("ETag", &part.etag));
        }
    }
    Ok(parts.into_iter().cloned().collect())
}

fn is_meant(named: &Named, part: &Part) -> bool {
    let checksum = named.checksums.get(part.checksum.algorithm.element());
    named.etag == part.etag && checksum.is_none_or(|value| *value == part.checksum.value)
}

fn join(bucket: &Bucket, parts: &[Part]) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&bucket.bodies.read(&part.body)?);
    }
    Ok(bytes)
}

fn whole_checksum(
    request: &Request,
    plan: ChecksumPlan,
    parts: &[Part],
    bytes: &[u8],
) -> Outcome<Checksum> {
    let checksum = match plan.kind {
        Kind::FullObject => Checksum::of(plan.algorithm, bytes),
        Kind::Composite => {
            Checksum::of_parts(plan.algorithm, parts.iter().map(|part| &part.checksum))
        }
    };
    let sent = request.header(plan.algorithm.header());
    if sent.is_none_or(|sent| sent == checksum.value) {
        return Ok(checksum);
    }
    let message = format!(
        "The {} you specified did not match the calculated checksum.",
        plan.algorithm.name()
    );
    Err(S3Error::saying(BAD_DIGEST, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uploaded(sizes: &[u64]) -> BTreeMap<u32, Part> {
        let part = |size: u64| Part {
            body: String::new(),
            size,
            etag: format!("etag-{size}"),
            checksum: Checksum::of(Algorithm::Crc32, b""),
            modified: 0,
        };
        (1..).zip(sizes.iter().map(|size| part(*size))).collect()
    }

    fn code(sizes: &[u64], named: &[(u32, &str)]) -> String {
        let part = |(number, etag): &(u32, &str)| {
            format!("<Part><PartNumber>{number}</PartNumber><ETag>\"{etag}\"</ETag></Part>")
        };
        let parts = named.iter().map(part).collect::<Vec<_>>().concat();
        let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
        let root = Element::read(body.as_bytes(), "CompleteMultipartUpload").unwrap();
        let outcome = named_parts(&root).and_then(|named| chosen(&uploaded(sizes), &named));
        outcome.map_or_else(|error| error.error.code, |parts| parts.len().to_string())
    }

    #[test]
    fn parts_are_chosen_in_order() {
        let sizes = [SMALLEST_PART, SMALLEST_PART, 1];
        let (first, last) = ((1, "etag-5242880"), (3, "etag-1"));
        assert_eq!(code(&sizes, &[first, last]), "2");
        assert_eq!(code(&sizes, &[last, first]), "InvalidPartOrder");
        assert_eq!(code(&sizes, &[first, first]), "InvalidPartOrder");
        assert_eq!(code(&sizes, &[]), "MalformedXML");
    }

    #[test]
    fn a_part_must_be_there_with_its_etag() {
        assert_eq!(code(&[1], &[(2, "etag-1")]), "InvalidPart");
        assert_eq!(code(&[1], &[(1, "other")]), "InvalidPart");
        assert_eq!(code(&[1], &[(1, "etag-1")]), "1");
    }

    #[test]
    fn only_the_last_part_may_be_small() {
        assert_eq!(code(&[1, 2], &[(1, "etag-1"), (2, "etag-2")]), "EntityTooSmall");
    }
}
