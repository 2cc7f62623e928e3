//! Whether the account allows public websites.

use super::Finding;
use crate::{
    aws::{Input, operations::s3control},
    destination::Destination,
    error::Code,
};

const CHECK: &str = "public websites";
const PATH: &str = "/v20180820/configuration/publicAccessBlock";
/// The switches that forbid what makes the bucket a website.
const FORBIDDING: [&str; 2] = ["BlockPublicPolicy", "RestrictPublicBuckets"];

/// Looks at the Block Public Access settings of the account.
pub(super) async fn finding(destination: &Destination) -> Finding {
    let client = destination.client::<s3control::Client>();
    let input = Input::at(PATH, destination.account.as_str());
    let answer = client.0.send(&s3control::GET_ACCOUNT_PUBLIC_ACCESS_BLOCK, input).await;
    let on: Vec<_> = match &answer {
        Ok(block) => {
            FORBIDDING.into_iter().filter(|name| block.text(name) == Some("true")).collect()
        }
        Err(failure) if failure.is("NoSuchPublicAccessBlockConfiguration") => Vec::new(),
        Err(failure) => return Finding::unseen(CHECK, failure.clone()),
    };
    if on.is_empty() {
        return Finding::ok(CHECK, "the account does not block them");
    }
    Finding::fail(CHECK, format!("blocked for the whole account by {}", on.join(" and ")))
        .expected("both off in the account's S3 Block Public Access")
        .hint(Code::PublicAccessBlocked.entry().hint)
        .stops(Code::PublicAccessBlocked)
}
