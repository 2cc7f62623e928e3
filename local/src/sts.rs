//! STS: who the caller is.

use serde_json::{Value, json};

use crate::{
    absent::{Absent, Named::Nowhere, Reply::Never},
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

/// An operation whose answer depends on where its caller is, and on nothing else.
#[derive(Debug)]
pub(crate) struct OfCaller(fn(&Place) -> Value);

impl Handler<Sts> for OfCaller {
    fn run(&self, _: &Sts, call: &Call) -> Output {
        signer::<Sts>(call).map(self.0)
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

fn identity(place: &Place) -> Value {
    json!({
        "Arn": user(place),
        "UserId": "AIDALOCALCLOUDSTUDENT",
        "Account": place.account,
    })
}
