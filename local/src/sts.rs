//! STS: who the caller is.

use serde_json::json;

use crate::{
    absent::{Absent, Named::Nowhere, Reply::Never},
    authorize::Access,
    place::Place,
    protocol::{
        Protocol,
        operations::{Handler, Operation, Output, Tabled, look, signer},
        query::Dialect,
    },
    service::{Call, Summary, Tagged},
};

/// The Security Token Service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sts;

/// An operation whose answer depends on its call, and on nothing else.
#[derive(Debug)]
pub(crate) struct OfCaller(fn(&Call) -> Output);

impl Handler<Sts> for OfCaller {
    fn run(&self, _: &Sts, call: &Call) -> Output {
        (self.0)(call)
    }
}

impl Tabled for Sts {
    const NAME: &'static str = "sts";
    const PROTOCOL: Protocol = Protocol::AwsQuery(Dialect {
        namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
        version: "2011-06-15",
    });
    const OPERATIONS: &'static [Operation<OfCaller>] =
        &[look("GetCallerIdentity", OfCaller(identity))];
    const ABSENT: &'static [Absent] = &[(&["GetCallerIdentity"], Nowhere, Never)];
    /// AWS tells everyone who they are, even who may do nothing.
    const ACCESS: &'static [Access] = &[(&["GetCallerIdentity"], &[])];
    const SUMMARY: Summary = Summary {
        title: "STS",
        real: "The account of the access key. Everybody in it is the user `student`.",
        refused: "Roles and sessions, such as `AssumeRole`.",
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

fn identity(call: &Call) -> Output {
    let place = signer::<Sts>(call)?;
    let (arn, user_id) = match &call.identity {
        Some(identity) => (identity.arn(), identity.user_id()),
        None => (user(place), "AIDALOCALCLOUDSTUDENT".to_owned()),
    };
    Ok(json!({ "Arn": arn, "UserId": user_id, "Account": place.account }))
}
