//! A bucket's other settings: versioning, object ownership, and what S3 answers about its ACL,
//! encryption, CORS and location.

#![expect(
    clippy::unnecessary_wraps,
    reason = "in the table of operations those that cannot fail stand beside those that can"
)]

use super::{
    Context, answers,
    errors::{
        ACL_NOT_SUPPORTED, ILLEGAL_VERSIONING, MALFORMED_XML, NO_SUCH_CORS, NO_SUCH_OWNERSHIP,
        Outcome, S3Error, not_implemented,
    },
    object_headers, owner,
    regions::US_EAST_1,
    request::Request,
    state::Versioning,
    xml::Xml,
};
use crate::service::Answer;

/// The ownership that new buckets have: ACLs are off.
pub(super) const BUCKET_OWNER_ENFORCED: &str = "BucketOwnerEnforced";
const OWNERSHIPS: [&str; 3] = [BUCKET_OWNER_ENFORCED, "BucketOwnerPreferred", "ObjectWriter"];

/// `GetBucketVersioning`
pub(super) fn get_versioning(at: &Context) -> Outcome<Answer> {
    let status = at.bucket.read(|state| state.versioning).map(|versioning| match versioning {
        Versioning::Enabled => "Enabled",
        Versioning::Suspended => "Suspended",
    });
    Ok(answers::xml(Xml::answer("VersioningConfiguration", |xml| {
        xml.maybe("Status", status);
    })))
}

/// `PutBucketVersioning`
pub(super) fn put_versioning(at: &Context) -> Outcome<Answer> {
    let root = at.request.xml("VersioningConfiguration")?;
    root.only(&["Status", "MfaDelete"])?;
    if root.text("MfaDelete")? == Some("Enabled") {
        return Err(not_implemented("MFA delete"));
    }
    let versioning = match root.text("Status")?.ok_or(ILLEGAL_VERSIONING)? {
        "Enabled" => Versioning::Enabled,
        "Suspended" => Versioning::Suspended,
        _ => return Err(MALFORMED_XML.into()),
    };
    at.bucket.change(|state, _| {
        state.versioning = Some(versioning);
        Ok(answers::ok())
    })
}

/// Checks that S3 knows this kind of ownership.
pub(super) fn ownership(name: &str) -> Outcome<String> {
    if OWNERSHIPS.contains(&name) { Ok(name.to_owned()) } else { Err(MALFORMED_XML.into()) }
}

/// `GetBucketOwnershipControls`
pub(super) fn get_ownership(at: &Context) -> Outcome<Answer> {
    let ownership = at
        .bucket
        .read(|state| state.ownership.clone())
        .ok_or_else(|| S3Error::from(NO_SUCH_OWNERSHIP).with("BucketName", &at.request.bucket))?;
    Ok(answers::xml(Xml::answer("OwnershipControls", |xml| {
        xml.group("Rule", |xml| {
            xml.leaf("ObjectOwnership", ownership);
        });
    })))
}

/// `PutBucketOwnershipControls`
pub(super) fn put_ownership(at: &Context) -> Outcome<Answer> {
    let root = at.request.xml("OwnershipControls")?;
    let rule = root.only(&["Rule"])?.one("Rule")?.ok_or(MALFORMED_XML)?;
    let ownership = ownership(rule.only(&["ObjectOwnership"])?.need("ObjectOwnership")?)?;
    at.bucket.change(|state, _| {
        state.ownership = Some(ownership);
        Ok(answers::ok())
    })
}

/// `DeleteBucketOwnershipControls`
pub(super) fn delete_ownership(at: &Context) -> Outcome<Answer> {
    at.bucket.change(|state, _| {
        state.ownership = None;
        Ok(answers::no_content())
    })
}

/// `GetBucketAcl` and `GetObjectAcl`: the owner has everything, nobody else anything.
pub(super) fn get_acl(at: &Context) -> Outcome<Answer> {
    if !at.request.key.is_empty() {
        at.find_object()?;
    }
    let account = at.bucket.read(|state| state.account.clone());
    Ok(answers::xml(Xml::answer("AccessControlPolicy", |xml| {
        owner::write(xml, "Owner", &account);
        xml.group("AccessControlList", |xml| {
            xml.group("Grant", |xml| {
                xml.grantee(&owner::canonical_user(&account));
                xml.leaf("Permission", "FULL_CONTROL");
            });
        });
    })))
}

/// `PutBucketAcl` and `PutObjectAcl`: refused, unless they request what is so anyway.
pub(super) fn put_acl(at: &Context) -> Outcome<Answer> {
    let asks_only_private = at.request.body.is_empty() && object_headers::is_private(at.request);
    if asks_only_private { Ok(answers::ok()) } else { Err(ACL_NOT_SUPPORTED.into()) }
}

/// `GetBucketEncryption`: what every bucket has since January 2023.
pub(super) fn get_encryption(_: &Context) -> Outcome<Answer> {
    Ok(answers::xml(Xml::answer("ServerSideEncryptionConfiguration", |xml| {
        xml.group("Rule", |xml| {
            xml.group("ApplyServerSideEncryptionByDefault", |xml| {
                xml.leaf("SSEAlgorithm", "AES256");
            });
            xml.leaf("BucketKeyEnabled", false);
        });
    })))
}

/// `GetBucketCors`
pub(super) fn get_cors(at: &Context) -> Outcome<Answer> {
    Err(S3Error::from(NO_SUCH_CORS).with("BucketName", &at.request.bucket))
}

/// `GetBucketLocation`: for us-east-1, where buckets have no location constraint, it is empty. The
/// region is the text of the outermost element.
pub(super) fn get_location(at: &Context) -> Outcome<Answer> {
    let region = at.bucket.read(|state| state.region.clone());
    let constraint = if region == US_EAST_1 { "" } else { region.as_str() };
    Ok(answers::xml(Xml::answer("LocationConstraint", |xml| xml.text(constraint))))
}

/// `HeadBucket`
pub(super) fn head(at: &Context) -> Outcome<Answer> {
    let mut answer = answers::ok();
    answers::set(&mut answer, "x-amz-bucket-region", &at.bucket.read(|s| s.region.clone()));
    answers::set(&mut answer, "x-amz-access-point-alias", "false");
    answers::set(&mut answer, "x-amz-bucket-arn", &arn(at.request));
    Ok(answer)
}

fn arn(request: &Request) -> String {
    format!("arn:aws:s3:::{}", request.bucket)
}
