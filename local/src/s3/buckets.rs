//! Creating, deleting and listing buckets.

use super::{
    all_buckets::Buckets,
    answers,
    bucket::Bucket,
    config::{self, BUCKET_OWNER_ENFORCED},
    element::Element,
    errors::{
        BUCKET_ACL_WITH_OWNERSHIP, BUCKET_EXISTS, BUCKET_NOT_EMPTY, BUCKET_NOT_EMPTY_OF_VERSIONS,
        BUCKET_OWNED_BY_YOU, ILLEGAL_LOCATION, INVALID_BUCKET_NAME, INVALID_LOCATION,
        MISSING_NAMESPACE_HEADER, Outcome, S3Error, invalid_argument, no_such_bucket,
        not_implemented,
    },
    listing::opened,
    names, object_headers,
    operation::Operation,
    owner,
    regions::{self, US_EAST_1},
    request::Request,
    state::{BucketState, PublicAccessBlock, Tags},
    tags, times,
    xml::Xml,
};
use crate::{place::Place, protocol::tokens::List, service::Answer};

const MOST_LISTED: usize = 10_000;

/// `CreateBucket`
pub(super) fn create(buckets: &Buckets, request: &Request, _: &Operation) -> Outcome<Answer> {
    let state = asked_bucket(request)?;
    let mut by_name = buckets.alone();
    match by_name.get(&request.bucket) {
        None => buckets.make(&mut by_name, state)?,
        Some(existing) => existing.read(|existing| refuse_existing(existing, &state))?,
    }
    let mut answer = answers::ok();
    answers::set(&mut answer, "location", &format!("/{}", request.bucket));
    answers::set(&mut answer, "x-amz-bucket-arn", &format!("arn:aws:s3:::{}", request.bucket));
    Ok(answer)
}

/// Returns the bucket that a request describes.
fn asked_bucket(request: &Request) -> Outcome<BucketState> {
    let place = request.signer()?;
    check_name(request, place)?;
    let (region, tags) = configuration(request, &place.region)?;
    if !object_headers::is_private(request) {
        return Err(BUCKET_ACL_WITH_OWNERSHIP.into());
    }
    if request.header("x-amz-bucket-object-lock-enabled") == Some("true") {
        return Err(not_implemented("Object Lock"));
    }
    let ownership = request.header("x-amz-object-ownership").unwrap_or(BUCKET_OWNER_ENFORCED);
    Ok(BucketState {
        name: request.bucket.clone(),
        account: place.account.to_string(),
        region,
        created: times::now(),
        tags,
        public_access_block: Some(PublicAccessBlock::ALL),
        ownership: Some(config::ownership(ownership)?),
        ..BucketState::default()
    })
}

/// Names that end like those of the account-regional namespace need its header, and the header
/// needs such a name.
fn check_name(request: &Request, place: &Place) -> Outcome<()> {
    let invalid = || S3Error::from(INVALID_BUCKET_NAME).with("BucketName", &request.bucket);
    if !names::is_bucket_name(&request.bucket) {
        return Err(invalid());
    }
    let suffix = names::account_regional_suffix(place);
    let is_regional = request.bucket.ends_with(&suffix) && request.bucket.len() > suffix.len();
    match request.header("x-amz-bucket-namespace") {
        Some("account-regional") if is_regional => Ok(()),
        Some("account-regional") => Err(invalid()),
        Some("global") | None if is_regional => Err(MISSING_NAMESPACE_HEADER.into()),
        Some("global") | None => Ok(()),
        Some(other) => {
            let message = "The bucket namespace is not valid";
            Err(invalid_argument("x-amz-bucket-namespace", other, message))
        }
    }
}

/// Checks the location constraint against the region of the endpoint (here: of the signature) and
/// returns the bucket's region and its tags.
fn configuration(request: &Request, region: &str) -> Outcome<(String, Tags)> {
    if request.body.is_empty() {
        return Ok((location(None, region)?, Tags::new()));
    }
    let root = request.xml("CreateBucketConfiguration")?;
    root.only(&["LocationConstraint", "Tags"])?;
    let region = location(root.text("LocationConstraint")?, region)?;
    let read = |set: &Element| tags::read(set, tags::MOST_OF_BUCKET);
    Ok((region, root.one("Tags")?.map_or_else(|| Ok(Tags::new()), read)?))
}

/// Returns the region of a new bucket.
fn location(constraint: Option<&str>, region: &str) -> Outcome<String> {
    // The name that eu-west-1 had when it was the only region in Europe.
    let named = if constraint == Some("EU") { Some("eu-west-1") } else { constraint };
    match named {
        None if region == US_EAST_1 => Ok(region.to_owned()),
        None => Err(ILLEGAL_LOCATION.into()),
        // The endpoint of us-east-1 was once the only one, and still makes buckets everywhere.
        Some(other)
            if region == US_EAST_1 && (other == US_EAST_1 || !regions::is_region(other)) =>
        {
            Err(S3Error::from(INVALID_LOCATION).with("LocationConstraint", other))
        }
        Some(other) if other == region || region == US_EAST_1 => Ok(other.to_owned()),
        Some(other) => Err(S3Error::saying(
            ILLEGAL_LOCATION,
            format!(
                "The {other} location constraint is incompatible for the region specific \
                 endpoint this request was sent to."
            ),
        )),
    }
}

/// A second create succeeds only for one's own bucket in us-east-1, where S3 keeps its oldest
/// habit.
fn refuse_existing(existing: &BucketState, asked: &BucketState) -> Outcome<()> {
    let refused = if existing.account != asked.account {
        BUCKET_EXISTS
    } else if existing.region == US_EAST_1 && asked.region == US_EAST_1 {
        return Ok(());
    } else {
        BUCKET_OWNED_BY_YOU
    };
    Err(S3Error::from(refused).with("BucketName", &asked.name))
}

/// `DeleteBucket`. Unfinished uploads do not keep a bucket; versions and delete markers do.
pub(super) fn delete(
    buckets: &Buckets,
    request: &Request,
    operation: &Operation,
) -> Outcome<Answer> {
    let mut by_name = buckets.alone();
    let bucket = by_name.get(&request.bucket).ok_or_else(|| no_such_bucket(&request.bucket))?;
    super::admit(bucket, request, operation)?;
    if !bucket.read_objects(std::collections::BTreeMap::is_empty) {
        let is_versioned = bucket.read(|state| state.versioning.is_some());
        let why = if is_versioned { BUCKET_NOT_EMPTY_OF_VERSIONS } else { BUCKET_NOT_EMPTY };
        return Err(S3Error::from(why).with("BucketName", &request.bucket));
    }
    buckets.unmake(&mut by_name, &request.bucket)?;
    Ok(answers::no_content())
}

/// `ListBuckets`: those of the account, of all regions.
pub(super) fn list(buckets: &Buckets, request: &Request, _: &Operation) -> Outcome<Answer> {
    let account = request.signer()?.account.as_str();
    let most = most_listed(request)?;
    let prefix = request.query("prefix").unwrap_or_default();
    let listing = List(&["s3", "ListBuckets", account]);
    let token = request.filled_query("continuation-token");
    let after = token.map_or(Ok(String::new()), |token| opened(listing, token))?;
    let region = request.filled_query("bucket-region");
    let by_name = buckets.shared();
    let is_asked = |bucket: &Bucket| {
        bucket.read(|state| {
            state.account == account
                && state.name.starts_with(prefix)
                && state.name > after
                && region.is_none_or(|region| region == state.region)
        })
    };
    let mut found: Vec<_> = by_name.iter().filter(|(_, bucket)| is_asked(bucket)).collect();
    let is_truncated = found.len() > most;
    found.truncate(most);
    Ok(answers::xml(Xml::answer("ListAllMyBucketsResult", |xml| {
        owner::write(xml, "Owner", account);
        xml.group("Buckets", |xml| {
            for (_, bucket) in &found {
                bucket.read(|state| write_bucket(xml, state));
            }
        });
        let next = found.last().filter(|_| is_truncated).map(|(name, _)| listing.seal(name));
        xml.maybe("ContinuationToken", next)
            .maybe("Prefix", Some(prefix).filter(|prefix| !prefix.is_empty()));
    })))
}

/// Returns how many buckets a page has. Unlike other lists, this one takes no number beyond its own.
fn most_listed(request: &Request) -> Outcome<usize> {
    let Some(text) = request.filled_query("max-buckets") else { return Ok(MOST_LISTED) };
    let number = text.parse().ok().filter(|number| (1..=MOST_LISTED).contains(number));
    number.ok_or_else(|| {
        let message = "Argument max-buckets must be an integer between 1 and 10000.";
        invalid_argument("max-buckets", text, message)
    })
}

fn write_bucket(xml: &mut Xml, state: &BucketState) {
    xml.group("Bucket", |xml| {
        xml.leaf("Name", &state.name)
            .leaf("CreationDate", times::iso(state.created))
            .leaf("BucketRegion", &state.region)
            .leaf("BucketArn", format!("arn:aws:s3:::{}", state.name));
    });
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Method};

    use super::super::request::tests::{call, signed};
    use super::*;

    fn made(constraint: Option<&str>, region: &str) -> String {
        location(constraint, region).unwrap_or_else(|error| error.error.code)
    }

    #[test]
    fn the_location_constraint_is_the_region_except_in_us_east_1() {
        assert_eq!(made(None, "us-east-1"), "us-east-1");
        assert_eq!(made(Some("eu-west-1"), "eu-west-1"), "eu-west-1");
        assert_eq!(made(Some("EU"), "eu-west-1"), "eu-west-1");
        for wrong in [None, Some("us-west-2"), Some("us-east-1"), Some("mars-1")] {
            assert_eq!(made(wrong, "eu-west-1"), "IllegalLocationConstraintException");
        }
        assert_eq!(made(Some("EU"), "us-east-1"), "eu-west-1");
        assert_eq!(made(Some("us-west-2"), "us-east-1"), "us-west-2");
        assert_eq!(made(Some("us-east-1"), "us-east-1"), "InvalidLocationConstraint");
        assert_eq!(made(Some("mars-1"), "us-east-1"), "InvalidLocationConstraint");
    }

    fn existing(account: &str, region: &str) -> String {
        let bucket = |account: &str, region: &str| BucketState {
            account: account.into(),
            region: region.into(),
            ..BucketState::default()
        };
        refuse_existing(&bucket("1", region), &bucket(account, region))
            .map_or_else(|error| error.error.code, |()| "ok".into())
    }

    #[test]
    fn a_name_can_be_had_once() {
        assert_eq!(existing("1", "eu-west-1"), "BucketAlreadyOwnedByYou");
        assert_eq!(existing("1", "us-east-1"), "ok");
        assert_eq!(existing("2", "us-east-1"), "BucketAlreadyExists");
    }

    #[test]
    fn the_namespace_of_an_account_needs_name_and_header() {
        let check = |name: &str, header: Option<&'static str>| {
            let mut call = call(Method::PUT, &format!("/{name}"), "");
            call.caller = signed("111111111111", "eu-west-1");
            if let Some(value) = header {
                let value = HeaderValue::from_static(value);
                call.headers.insert("x-amz-bucket-namespace", value);
            }
            let request = Request::parse(call).unwrap();
            check_name(&request, &Place::named("111111111111", "eu-west-1"))
                .map_or_else(|error| error.error.code, |()| "ok".into())
        };
        let mine = "mysfits-111111111111-eu-west-1-an";
        assert_eq!(check(mine, Some("account-regional")), "ok");
        assert_eq!(check(mine, None), "MissingNamespaceHeader");
        assert_eq!(check("mysfits", Some("account-regional")), "InvalidBucketName");
        assert_eq!(check("mysfits", None), "ok");
        assert_eq!(check("Mysfits", None), "InvalidBucketName");
    }
}
