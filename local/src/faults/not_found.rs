//! The answer of the fault `not-found` to a call.

use http::StatusCode;

use super::stale::Stale;
use crate::{
    absent::{Absent, Reply},
    clock::fits,
    service::{AwsError, Call, Caller, Subject},
};

/// Returns whether a rule for this operation can strike any call of a service that declares this.
pub(super) fn knows(absent: &[Absent], operation: &str) -> bool {
    let struck = absent.iter().filter(|(.., reply)| *reply != Reply::Never);
    struck.flat_map(|(operations, ..)| *operations).any(|one| fits(operation, one))
}

/// Returns the not-found answer to a call; `None` for operations that have none.
pub(super) fn answer(subject: &Subject, call: &Call) -> Option<Stale> {
    let name = subject.operation.name.as_str();
    let mut rows = subject.absent.iter().filter(|(operations, ..)| operations.contains(&name));
    let (name, reply) = rows.find_map(|(_, named, reply)| Some((named.name(call)?, *reply)))?;
    match reply {
        Reply::Refused(status, code, message) => {
            let account = match &call.caller {
                Caller::Signed { place, .. } => place.account.as_str(),
                Caller::Anonymous => "",
            };
            let message = message.replace("{account}", account).replace("{name}", &name);
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND);
            Some(Stale::Refused(AwsError::new(status, code, message)))
        }
        Reply::Empty(fields) => Some(Stale::Empty(fields)),
        Reply::Missing(list, arn) => Some(Stale::Missing(list, arn)),
        Reply::Never => None,
    }
}
