//! `DeleteObject` and `DeleteObjects`.

use super::{
    Context, access, answers, checksums,
    errors::{ACCESS_DENIED, INVALID_REQUEST, MALFORMED_XML, Outcome, S3Error},
    state::BucketState,
    times,
    versions::{self, Deletion},
    write_object,
    xml::{Element, Xml},
};
use crate::service::{Answer, AwsError};

const MOST_AT_ONCE: usize = 1000;

/// `DeleteObject`
pub(super) fn delete(at: &Context) -> Outcome<Answer> {
    let request = at.request;
    let version = request.filled_query("versionId");
    let deletion = at.bucket.change(|state, unwanted| {
        write_object::check_conditions(state, request)?;
        Ok(delete_key(state, &request.key, version, unwanted))
    })?;
    let mut answer = answers::no_content();
    if deletion.is_marker {
        answers::set(&mut answer, "x-amz-delete-marker", "true");
    }
    if let Some(version) = deletion.removed.or(deletion.made) {
        answers::set(&mut answer, "x-amz-version-id", &version);
    }
    Ok(answer)
}

fn delete_key(
    state: &mut BucketState,
    key: &str,
    version: Option<&str>,
    unwanted: &mut Vec<String>,
) -> Deletion {
    let versions = state.objects.entry(key.to_owned()).or_default();
    let deletion = versions::delete(versions, state.versioning, version, times::now(), unwanted);
    if versions.is_empty() {
        state.objects.remove(key);
    }
    deletion
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
    let results: Vec<_> = at.bucket.change(|state, unwanted| {
        Ok(targets.iter().map(|target| delete_one(at, state, target, unwanted)).collect())
    })?;
    Ok(answers::xml(Xml::answer("DeleteResult", |xml| {
        for (target, result) in targets.iter().zip(&results) {
            match result {
                Ok(_) if quiet => {}
                Ok(deletion) => write_deletion(xml, target, deletion),
                Err(error) => write_error(xml, target, error),
            }
        }
    })))
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

fn delete_one(
    at: &Context,
    state: &mut BucketState,
    target: &Target,
    unwanted: &mut Vec<String>,
) -> Result<Deletion, AwsError> {
    let version = target.version.as_deref();
    let action = access::on_version("s3:DeleteObject", version);
    if access::may(state, &at.request.caller, action, &target.key) {
        Ok(delete_key(state, &target.key, version, unwanted))
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
