//! S3: buckets, objects and their versions, multipart uploads, bucket policies, and the website
//! endpoint. This file admits a request to a bucket and hands it to the operation it requests; each
//! of the other files contains one part of S3.

mod absent;
mod access;
mod account_block;
mod all_buckets;
mod answers;
mod bodies;
mod bucket;
mod bucket_policy;
mod buckets;
mod checksums;
mod complete;
mod conditions;
mod config;
mod copy;
mod defaults;
mod delete;
mod element;
mod errors;
mod ids;
mod list_objects;
mod list_uploads;
mod list_versions;
mod listing;
mod multipart;
mod names;
mod needs;
mod object_headers;
mod objects;
mod operation;
mod operations;
mod owner;
mod payload;
mod policy;
mod presigned;
mod read_object;
mod regions;
mod request;
mod state;
mod tags;
mod times;
mod versions;
mod website;
mod website_config;
mod write_object;
mod xml;

#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use http::{Method, StatusCode};

use self::{
    all_buckets::{Buckets, ByName},
    bucket::Bucket,
    errors::{
        ACCESS_DENIED, CORS_FORBIDDEN, INTERNAL_ERROR, MALFORMED_AUTHORIZATION, Outcome,
        PERMANENT_REDIRECT, S3Error, SLOW_DOWN, no_such_bucket, not_implemented,
    },
    operation::{ASKS_ITSELF, Operation, Run},
    regions::US_EAST_1,
    request::Request,
};
use crate::{
    absent::Absent,
    authorize::Needed,
    pace::Pace,
    place::Place,
    service::{self, Answer, Answering, AwsError, Call, Caller, Service, Summary, Tagged},
    store::StoreError,
    work,
};

/// S3 with everything it keeps in one folder.
#[derive(Debug)]
pub(crate) struct S3 {
    buckets: Arc<Buckets>,
}

impl S3 {
    /// Opens the folder, or starts without buckets where there is none. S3 settles at once, at any
    /// pace.
    ///
    /// # Errors
    /// When the folder cannot be used, or the state of a bucket is damaged.
    pub(crate) fn open(folder: &Path, _pace: Pace) -> Result<Self, StoreError> {
        Ok(Self { buckets: Arc::new(Buckets::open(folder)?) })
    }

    /// Answers a request to the website endpoint of a bucket; `call.uri` is the path inside it.
    /// Requests to this endpoint are unsigned.
    pub(crate) async fn website(&self, bucket: &str, call: Call) -> Answer {
        let bucket = bucket.to_owned();
        self.with_files(move |buckets| website::visit(buckets.shared().get(&bucket), &call)).await
    }

    /// Runs work that reads and writes files where nothing else waits for it.
    async fn with_files(&self, work: impl FnOnce(&Buckets) -> Answer + Send + 'static) -> Answer {
        let buckets = Arc::clone(&self.buckets);
        let done = work::run(move || work(&buckets)).await;
        done.unwrap_or_else(|_| S3Error::from(INTERNAL_ERROR).answer())
    }
}

impl Service for S3 {
    fn name(&self) -> &'static str {
        "s3"
    }

    fn summary(&self) -> Summary {
        operations::SUMMARY
    }

    fn operations(&self) -> Vec<service::Operation> {
        operations::all()
    }

    fn absent(&self) -> &'static [Absent] {
        absent::ABSENT
    }

    fn operation(&self, call: &Call) -> Option<service::Operation> {
        let request = Request::parse(call.clone()).ok()?;
        operations::find(&request).map(operation::Operation::outline)
    }

    fn needs(&self, call: &Call, _: &str) -> Option<Vec<Needed>> {
        let request = Request::parse(call.clone()).ok()?;
        operations::find(&request).map(|operation| needs::of(operation, &request))
    }

    fn answer(&self, call: Call) -> Answering<'_> {
        Box::pin(self.with_files(move |buckets| answer(buckets, call)))
    }

    fn refuse(&self, error: &AwsError) -> Answer {
        S3Error::from(error.clone()).answer()
    }

    fn throttled(&self) -> AwsError {
        SLOW_DOWN.into()
    }

    fn denied(&self, message: String) -> AwsError {
        AwsError { message, ..ACCESS_DENIED.into() }
    }

    fn expired(&self) -> AwsError {
        AwsError::new(StatusCode::BAD_REQUEST, "ExpiredToken", "The provided token has expired.")
    }

    fn tagged(&self, place: &Place) -> Vec<Tagged> {
        let by_name = self.buckets.shared();
        let tagged = by_name.values().filter_map(|bucket| {
            bucket.read(|state| {
                let here = state.account == place.account.as_str() && state.region == place.region;
                (here && !state.tags.is_empty()).then(|| Tagged {
                    arn: format!("arn:aws:s3:::{}", state.name),
                    tags: state.tags.clone(),
                })
            })
        });
        tagged.collect()
    }
}

/// What an operation inside a bucket works with.
struct Context<'a> {
    buckets: &'a ByName,
    bucket: &'a Bucket,
    request: &'a Request,
}

fn answer(buckets: &Buckets, call: Call) -> Answer {
    let is_head = call.method == Method::HEAD;
    let outcome = Request::parse(call).and_then(|request| run(buckets, &request));
    let mut answer = outcome.unwrap_or_else(|error| error.answer());
    if !answer.headers().contains_key("x-amz-request-id") {
        answers::set(&mut answer, "x-amz-request-id", &ids::request_id());
        answers::set(&mut answer, "x-amz-id-2", &ids::host_id());
    }
    if is_head {
        answer.body_mut().clear();
    }
    answer
}

fn run(buckets: &Buckets, request: &Request) -> Outcome<Answer> {
    presigned::check(request, times::now())?;
    if request.method == Method::OPTIONS {
        return Err(CORS_FORBIDDEN.into());
    }
    let operation =
        operations::find(request).ok_or_else(|| not_implemented(&operations::describe(request)))?;
    payload::check(request, operation)?;
    match operation.run {
        Run::OnAll(run) => run(buckets, request, operation),
        Run::InOne(run) => {
            let by_name = buckets.shared();
            let bucket =
                by_name.get(&request.bucket).ok_or_else(|| no_such_bucket(&request.bucket))?;
            admit(bucket, request, operation)?;
            run(&Context { buckets: &by_name, bucket, request })
        }
    }
}

/// Admits a request to a bucket: from the right region, to the bucket of the account it expects,
/// and with the right to do what it requests.
fn admit(bucket: &Bucket, request: &Request, operation: &Operation) -> Outcome<()> {
    bucket.read(|state| {
        check_region(&state.region, request, operation)?;
        let expected = request.header("x-amz-expected-bucket-owner");
        let is_expected = expected.is_none_or(|expected| expected == state.account);
        let version = request.filled_query("versionId");
        let action = access::on_version(operation.action, version);
        let may =
            action == ASKS_ITSELF || access::may(state, &request.caller, action, &request.key);
        if is_expected && may {
            return Ok(());
        }
        Err(S3Error::from(ACCESS_DENIED).header("x-amz-bucket-region", &state.region))
    })
}

/// Refuses a signature for another region, naming the right one, with which SDKs continue.
fn check_region(region: &str, request: &Request, operation: &Operation) -> Outcome<()> {
    let Caller::Signed { place, .. } = &request.caller else { return Ok(()) };
    let signed = place.region.as_str();
    // The endpoint of us-east-1 returns the location of every bucket.
    let asks_where = operation.name == "GetBucketLocation" && signed == US_EAST_1;
    if signed == region || asks_where {
        return Ok(());
    }
    let error = if operation.name == "HeadBucket" {
        S3Error::from(PERMANENT_REDIRECT).with("Bucket", &request.bucket)
    } else {
        let message = format!(
            "The authorization header is malformed; the region '{signed}' is wrong; expecting '{region}'"
        );
        S3Error::saying(MALFORMED_AUTHORIZATION, message).with("Region", region)
    };
    Err(error.header("x-amz-bucket-region", region))
}
