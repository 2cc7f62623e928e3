//! `DeleteObject` and `DeleteObjects`.

use http::HeaderMap;

use super::{
    Context, access, answers, checksums, conditions,
    element::Element,
    errors::{ACCESS_DENIED, INVALID_REQUEST, MALFORMED_XML, Outcome, S3Error},
    request::Request,
    times,
    versions::{self, Deletion, current_content},
    xml::Xml,
};
use crate::service::{Answer, AwsError};

const MOST_AT_ONCE: usize = 1000;

/// `DeleteObject`
pub(super) fn delete(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    let version = request.filled_query("versionId");
    let deletion = delete_key(at, &request.key, version, &request.headers)?;
    let mut answer = answers::no_content();
    if deletion.is_marker {
        answers::set(&mut answer, "x-amz-delete-marker", "true");
    }
    if let Some(version) = deletion.removed.or(deletion.made) {
        answers::set(&mut answer, "x-amz-version-id", &version);
    }
    Ok(answer)
}

/// Deletes an object, or one version of it, if the conditions in these headers hold.
fn delete_key(
    at: &Context,
    key: &str,
    version: Option<&str>,
    headers: &HeaderMap,
) -> Outcome<Deletion> {
    let versioning = at.bucket.read(|state| state.versioning);
    at.bucket.change_object(key, |versions, unwanted| {
        conditions::check_write(headers, current_content(versions))?;
        Ok(versions::delete(versions, versioning, version, times::now(), unwanted))
    })
}

/// One object of a `DeleteObjects`.
struct Target {
    key: String,
    version: Option<String>,
}

/// `DeleteObjects`. The answer is `200` even when every single object was refused: what happened to
/// each is in its body.
pub(super) fn delete_many(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    if !checksums::is_guarded(&request.headers) {
        let message = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*";
        return Err(S3Error::saying(INVALID_REQUEST, message));
    }
    let root = request.xml("Delete")?;
    let quiet = root.flag("Quiet")?;
    let targets = targets(&root)?;
    let results: Vec<_> = targets.iter().map(|target| delete_one(at, target)).collect();
    Ok(answers::xml(Xml::answer("DeleteResult", |xml| {
        for (target, result) in targets.iter().zip(&results) {
            match result {
                Ok(_) if quiet => {}
                Ok(deletion) => write_deletion(xml, target, deletion),
                Err(error) => write_error(xml, target, &error.error),
            }
        }
    })))
}

/// Returns the objects that a `DeleteObjects` names, each with its version if it names one.
pub(super) fn named(request: &Request) -> Outcome<Vec<(String, Option<String>)>> {
    let targets = targets(&Element::read(&request.body, "Delete")?)?.into_iter();
    Ok(targets.map(|Target { key, version }| (key, version)).collect())
}

fn targets(root: &Element) -> Outcome<Vec<Target>> {
    let targets: Outcome<Vec<_>> = root
        .only(&["Object", "Quiet"])?
        .all("Object")
        .map(|object| {
            object.only(&["Key", "VersionId"])?;
            let version = object.text("VersionId")?.filter(|version| !version.is_empty());
            Ok(Target { key: object.need("Key")?.to_owned(), version: version.map(str::to_owned) })
        })
        .collect();
    let targets = targets?;
    let has_empty_key = targets.iter().any(|target| target.key.is_empty());
    if targets.is_empty() || targets.len() > MOST_AT_ONCE || has_empty_key {
        return Err(MALFORMED_XML.into());
    }
    Ok(targets)
}

fn delete_one(at: &Context, target: &Target) -> Outcome<Deletion> {
    let version = target.version.as_deref();
    let action = access::on_version("s3:DeleteObject", version);
    let caller = &at.request.caller;
    if at.bucket.read(|state| access::may(state, caller, action, &target.key)) {
        delete_key(at, &target.key, version, &HeaderMap::new())
    } else {
        Err(ACCESS_DENIED.into())
    }
}

fn write_deletion(xml: &mut Xml, target: &Target, deletion: &Deletion) {
    xml.group("Deleted", |xml| {
        xml.leaf("Key", &target.key).maybe("VersionId", target.version.as_ref());
        if deletion.is_marker {
            let marker = deletion.made.as_ref().or(deletion.removed.as_ref());
            xml.leaf("DeleteMarker", true).maybe("DeleteMarkerVersionId", marker);
        }
    });
}

fn write_error(xml: &mut Xml, target: &Target, error: &AwsError) {
    xml.group("Error", |xml| {
        xml.leaf("Key", &target.key)
            .maybe("VersionId", target.version.as_ref())
            .leaf("Code", &error.code)
            .leaf("Message", &error.message);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> String {
        let root = Element::read(body.as_bytes(), "Delete").unwrap();
        targets(&root).map_or_else(|error| error.error.code, |targets| targets.len().to_string())
    }

    #[test]
    fn up_to_a_thousand_objects_are_named() {
        let many = |count| "<Object><Key>a</Key></Object>".repeat(count);
        assert_eq!(code(&format!("<Delete><Quiet>true</Quiet>{}</Delete>", many(1000))), "1000");
        assert_eq!(code(&format!("<Delete>{}</Delete>", many(1001))), "MalformedXML");
        assert_eq!(code("<Delete/>"), "MalformedXML");
        assert_eq!(code("<Delete><Object/></Delete>"), "MalformedXML");
        assert_eq!(code("<Delete><Object><Key/></Object></Delete>"), "MalformedXML");
    }
}
