//! STS: who the caller is, and sessions of roles.

mod assume_role;
mod sessions;

use std::{path::Path, sync::Arc};

use serde_json::json;

use crate::{
    absent::{Absent, Named::Nowhere, Reply::Never},
    authorize::Access,
    iam::Iam,
    open::OpenError,
    place::Place,
    protocol::{
        Protocol,
        operations::{Handler, Operation, Output, Tabled, change, look, signer},
        query::Dialect,
    },
    service::{Call, Summary, Tagged},
    times,
};
use sessions::Sessions;
pub(crate) use sessions::{KEYS, Known};

/// The Security Token Service. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Sts {
    iam: Iam,
    sessions: Arc<Sessions>,
}

impl Sts {
    /// Opens the service on its folder.
    pub(crate) fn open(folder: &Path, iam: Iam) -> Result<Self, OpenError> {
        Ok(Self { iam, sessions: Arc::new(Sessions::open(folder)?) })
    }

    /// Returns what is known of an access key.
    pub(crate) fn known(&self, key: &str) -> Option<Known> {
        self.sessions.of(key, times::now())
    }
}

/// An operation, with who calls it.
#[derive(Debug)]
pub(crate) struct OfCaller(fn(&Sts, &Place, &Call) -> Output);

impl Handler<Sts> for OfCaller {
    fn run(&self, sts: &Sts, call: &Call) -> Output {
        (self.0)(sts, signer::<Sts>(call)?, call)
    }
}

impl Tabled for Sts {
    const NAME: &'static str = "sts";
    const PROTOCOL: Protocol = Protocol::AwsQuery(Dialect {
        namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
        version: "2011-06-15",
    });
    const OPERATIONS: &'static [Operation<OfCaller>] = &[
        change("AssumeRole", OfCaller(assume_role::assume)),
        look("GetCallerIdentity", OfCaller(identity)),
    ];
    const ABSENT: &'static [Absent] = &[(&["GetCallerIdentity"], Nowhere, Never)];
    /// AWS tells everyone who they are, even who may do nothing. Whether somebody may assume a role,
    /// the role has to say too.
    const ACCESS: &'static [Access] = &[(&["AssumeRole", "GetCallerIdentity"], &[])];
    const SUMMARY: Summary = Summary {
        title: "STS",
        real: "Who calls: the user `student` of the account that the access key is, or the session \
               of a role. `AssumeRole` asks the role's trust, and gives keys that expire.",
        refused: "Tags of sessions, and sessions by SAML, web identity, MFA or federation.",
    };

    type Handler = OfCaller;

    /// It has no resources.
    fn tagged_in(&self, _: &Place) -> Vec<Tagged> {
        Vec::new()
    }
}

/// Returns the ARN of the user who calls. Every access key of an account is the same user's.
pub(crate) fn user(place: &Place) -> String {
    format!("arn:aws:iam::{}:user/student", place.account)
}

#[expect(clippy::unnecessary_wraps, reason = "one of the operations, of which others can fail")]
fn identity(_: &Sts, place: &Place, call: &Call) -> Output {
    let (arn, user_id) = match &call.identity {
        Some(identity) => (identity.arn(), identity.user_id()),
        None => (user(place), "AIDALOCALCLOUDSTUDENT".to_owned()),
    };
    Ok(json!({ "Arn": arn, "UserId": user_id, "Account": place.account }))
}
