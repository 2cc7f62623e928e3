//! Block Public Access of a whole account: S3 Control's operations, and what they do to buckets. The
//! account's switches and the bucket's own count together.

use std::{collections::BTreeMap, path::Path};

use super::{
    all_buckets::Buckets,
    answers, bucket_policy,
    errors::{ACCESS_DENIED, NO_SUCH_PUBLIC_ACCESS_BLOCK, Outcome, S3Error},
    operation::Operation,
    request::Request,
    state::PublicAccessBlock,
};
use crate::{
    service::Answer,
    store::{Store, StoreError},
};

/// No bucket has such a name.
const FILE: &str = "Accounts.json";
/// The path of the operations. Some clients put the account before it, from the name of the host.
const PATH: &str = "v20180820/configuration/publicAccessBlock";
const ACCOUNT: &str = "x-amz-account-id";

/// The switches of all accounts that have set them.
#[derive(Debug)]
pub(super) struct AccountBlocks(Store<BTreeMap<String, PublicAccessBlock>>);

impl AccountBlocks {
    /// Opens those that are kept beside the buckets.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        Store::open(folder.join(FILE)).map(Self)
    }

    /// Returns the switches of an account, if it has set them.
    pub(super) fn of(&self, account: &str) -> Option<PublicAccessBlock> {
        self.0.read(|blocks| blocks.get(account).copied())
    }

    fn set(&self, account: &str, block: Option<PublicAccessBlock>) -> Outcome<()> {
        self.0.change(|blocks| {
            match block {
                Some(block) => blocks.insert(account.to_owned(), block),
                None => blocks.remove(account),
            };
        })?;
        Ok(())
    }
}

/// Returns whether a request is about an account, and not about a bucket.
pub(super) fn is_asked(request: &Request) -> bool {
    let path = format!("{}/{}", request.bucket, request.key);
    let Some(account) = request.header(ACCOUNT) else { return false };
    path == PATH || path.strip_prefix(account).and_then(|it| it.strip_prefix('/')) == Some(PATH)
}

/// `GetPublicAccessBlock` of S3 Control.
pub(super) fn get(buckets: &Buckets, request: &Request, _: &Operation) -> Outcome<Answer> {
    let account = own_account(request)?;
    let block = buckets
        .accounts
        .of(account)
        .ok_or_else(|| S3Error::from(NO_SUCH_PUBLIC_ACCESS_BLOCK).with("AccountId", account))?;
    Ok(bucket_policy::shown(block))
}

/// `PutPublicAccessBlock` of S3 Control.
pub(super) fn put(buckets: &Buckets, request: &Request, _: &Operation) -> Outcome<Answer> {
    let account = own_account(request)?;
    let block = bucket_policy::read_block(&request.xml("PublicAccessBlockConfiguration")?)?;
    change(buckets, account, Some(block))?;
    Ok(answers::ok())
}

/// `DeletePublicAccessBlock` of S3 Control.
pub(super) fn delete(buckets: &Buckets, request: &Request, _: &Operation) -> Outcome<Answer> {
    change(buckets, own_account(request)?, None)?;
    Ok(answers::no_content())
}

/// Returns the caller's account, if the request is about that.
fn own_account(request: &Request) -> Outcome<&str> {
    let account = request.signer()?.account.as_str();
    if request.header(ACCOUNT) == Some(account) { Ok(account) } else { Err(ACCESS_DENIED.into()) }
}

/// Sets the switches of an account, and tells its buckets. No bucket is created meanwhile.
fn change(buckets: &Buckets, account: &str, block: Option<PublicAccessBlock>) -> Outcome<()> {
    let by_name = buckets.alone();
    buckets.accounts.set(account, block)?;
    for bucket in by_name.values() {
        bucket.belongs_to(account, block);
    }
    Ok(())
}
