//! A bucket's policy and its Block Public Access: the operations on both, which guard each other.

use http::{HeaderValue, header};

use super::{
    Context, access, answers,
    element::Element,
    errors::{
        ACCESS_DENIED, MALFORMED_POLICY, NO_SUCH_POLICY, NO_SUCH_PUBLIC_ACCESS_BLOCK, Outcome,
        S3Error,
    },
    policy::Policy,
    request::Request,
    state::{BucketState, PublicAccessBlock},
    xml::Xml,
};
use crate::service::{Answer, Caller};

/// `GetBucketPolicy`
pub(super) fn get(at: &Context) -> Outcome<Answer> {
    let policy = at.bucket.read(|state| state.policy.clone());
    let mut answer = Answer::new(policy.ok_or_else(|| no_such_policy(at))?.into());
    let json = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(answer)
}

fn no_such_policy(at: &Context) -> S3Error {
    S3Error::from(NO_SUCH_POLICY).with("BucketName", &at.request.bucket)
}

/// `PutBucketPolicy`
pub(super) fn put(at: &Context) -> Outcome<Answer> {
    super::checksums::verify(&at.request.headers, &at.request.body)?;
    let text = std::str::from_utf8(&at.request.body).map_err(|_| MALFORMED_POLICY)?;
    let policy = Policy::read(text, &at.request.bucket)?;
    at.bucket.change(|state, _| {
        let blocks = state.blocks().any(|block| block.block_public_policy);
        if blocks && access::is_public(&policy) {
            return Err(blocked(at.request, state));
        }
        state.policy = Some(text.to_owned());
        Ok(answers::no_content())
    })
}

/// Returns AWS's answer to everyone who follows a tutorial from before April 2023.
fn blocked(request: &Request, state: &BucketState) -> S3Error {
    let caller = match &request.caller {
        Caller::Signed { place, .. } => format!("arn:aws:iam::{}:root", place.account),
        Caller::Anonymous => "anonymous".to_owned(),
    };
    let message = format!(
        "User: {caller} is not authorized to perform: s3:PutBucketPolicy on resource: \
         \"arn:aws:s3:::{}\" because public policies are prevented by the BlockPublicPolicy \
         setting in S3 Block Public Access.",
        state.name
    );
    S3Error::saying(ACCESS_DENIED, message)
}

/// `DeleteBucketPolicy`
pub(super) fn delete(at: &Context) -> Outcome<Answer> {
    at.bucket.change(|state, _| {
        state.policy = None;
        Ok(answers::no_content())
    })
}

/// `GetBucketPolicyStatus`
pub(super) fn status(at: &Context) -> Outcome<Answer> {
    let policy = at.bucket.read(access::policy_of).ok_or_else(|| no_such_policy(at))?;
    Ok(answers::xml(Xml::answer("PolicyStatus", |xml| {
        xml.leaf("IsPublic", access::is_public(&policy));
    })))
}

/// `GetPublicAccessBlock`
pub(super) fn get_block(at: &Context) -> Outcome<Answer> {
    let block = at.bucket.read(|state| state.public_access_block).ok_or_else(|| {
        S3Error::from(NO_SUCH_PUBLIC_ACCESS_BLOCK).with("BucketName", &at.request.bucket)
    })?;
    Ok(shown(block))
}

/// Returns the four switches as an answer.
pub(super) fn shown(block: PublicAccessBlock) -> Answer {
    answers::xml(Xml::answer("PublicAccessBlockConfiguration", |xml| {
        xml.leaf("BlockPublicAcls", block.block_public_acls)
            .leaf("IgnorePublicAcls", block.ignore_public_acls)
            .leaf("BlockPublicPolicy", block.block_public_policy)
            .leaf("RestrictPublicBuckets", block.restrict_public_buckets);
    }))
}

/// `PutPublicAccessBlock`
pub(super) fn put_block(at: &Context) -> Outcome<Answer> {
    let block = read_block(&at.request.xml("PublicAccessBlockConfiguration")?)?;
    at.bucket.change(|state, _| {
        state.public_access_block = Some(block);
        Ok(answers::ok())
    })
}

/// `DeletePublicAccessBlock`
pub(super) fn delete_block(at: &Context) -> Outcome<Answer> {
    at.bucket.change(|state, _| {
        state.public_access_block = None;
        Ok(answers::no_content())
    })
}

/// Reads the four switches. One that is not named is off.
pub(super) fn read_block(root: &Element) -> Outcome<PublicAccessBlock> {
    root.only(&[
        "BlockPublicAcls",
        "IgnorePublicAcls",
        "BlockPublicPolicy",
        "RestrictPublicBuckets",
    ])?;
    Ok(PublicAccessBlock {
        block_public_acls: root.flag("BlockPublicAcls")?,
        ignore_public_acls: root.flag("IgnorePublicAcls")?,
        block_public_policy: root.flag("BlockPublicPolicy")?,
        restrict_public_buckets: root.flag("RestrictPublicBuckets")?,
    })
}
