//! STS: who the caller is.

use http::StatusCode;

use crate::{
    place::AccountId,
    protocol::query,
    service::{Answer, Answering, AwsError, Call, Caller, Operation, Service},
};

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
const VERSION: &str = "2011-06-15";

/// The Security Token Service.
#[derive(Debug)]
pub(crate) struct Sts;

impl Service for Sts {
    fn name(&self) -> &'static str {
        "sts"
    }

    fn claims(&self, call: &Call) -> bool {
        call.form().text("Version") == Some(VERSION)
    }

    fn operation(&self, call: &Call) -> Option<Operation> {
        let name = call.form().text("Action")?.to_owned();
        Some(Operation { name, mutating: false })
    }

    fn answer(&self, call: Call) -> Answering<'_> {
        Box::pin(async move { do_action(&call).unwrap_or_else(|error| self.refuse(&error)) })
    }

    fn refuse(&self, error: &AwsError) -> Answer {
        query::refuse(NAMESPACE, error)
    }

    fn throttled(&self) -> AwsError {
        AwsError::new(StatusCode::BAD_REQUEST, "Throttling", "Rate exceeded")
    }
}

fn do_action(call: &Call) -> Result<Answer, AwsError> {
    let Caller::Signed { place, .. } = &call.caller else {
        return Err(query::unsigned());
    };
    let action = call.form().text("Action").unwrap_or_default();
    match action {
        "GetCallerIdentity" => Ok(query::result(NAMESPACE, action, &identity(&place.account))),
        _ => Err(query::unknown_action(action)),
    }
}

/// Every access key of an account is the same user's.
fn identity(account: &AccountId) -> String {
    format!(
        "<Arn>arn:aws:iam::{account}:user/student</Arn><UserId>AIDALOCALCLOUDSTUDENT</UserId>\
         <Account>{account}</Account>"
    )
}
