//! The calls of the services and how they ended, for tests: the last 10 000.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::Serialize;

use crate::service::{Answer, Caller, Subject};

const KEPT: usize = 10_000;

/// The header in which AWS's REST JSON protocol names an error.
const ERROR_TYPE: &str = "x-amzn-errortype";

/// One call and its outcome.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Entry {
    /// Counts up, even across a `DELETE /_local/requests`.
    id: u64,
    account: Option<String>,
    region: Option<String>,
    service: String,
    operation: String,
    mutating: bool,
    /// The HTTP status; 0 when the call was not executed and not answered.
    status: u16,
    /// AWS's error code.
    code: Option<String>,
    /// The kind of the fault that struck the call.
    fault: Option<&'static str>,
}

/// How a call ended. The default is that of a call that was neither executed nor answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    status: u16,
    code: Option<String>,
}

impl Outcome {
    /// Reads the outcome from an answer.
    pub(super) fn of(answer: &Answer) -> Self {
        let status = answer.status();
        let is_error = status.is_client_error() || status.is_server_error();
        let in_header = || answer.headers().get(ERROR_TYPE)?.to_str().ok().map(str::to_owned);
        let code = || in_header().or_else(|| error_code(answer.body()));
        let code = if is_error { code() } else { None };
        Self { status: status.as_u16(), code }
    }
}

/// Returns AWS's code in an error's body: after `__type` in JSON, in `<Code>` in XML.
fn error_code(body: &[u8]) -> Option<String> {
    if let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) {
        let kind = json.get("__type")?.as_str()?;
        return kind.rsplit('#').next().map(str::to_owned);
    }
    let xml = std::str::from_utf8(body).ok()?;
    let (_, from_code) = xml.split_once("<Code>")?;
    let (code, _) = from_code.split_once("</Code>")?;
    Some(code.to_owned())
}

/// The log.
#[derive(Debug, Default)]
pub(super) struct RequestLog {
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    last_id: u64,
    kept: VecDeque<Entry>,
}

impl RequestLog {
    /// Records a call and its outcome, and the kind of the fault that struck it.
    pub(super) fn write(
        &self,
        subject: &Subject,
        caller: &Caller,
        outcome: Outcome,
        fault: Option<&'static str>,
    ) {
        let (account, region) = match caller {
            Caller::Signed { place, .. } => {
                (Some(place.account.to_string()), Some(place.region.clone()))
            }
            Caller::Anonymous => (None, None),
        };
        let mut entries = self.lock();
        entries.last_id += 1;
        let entry = Entry {
            id: entries.last_id,
            account,
            region,
            service: subject.service.to_owned(),
            operation: subject.operation.name.clone(),
            mutating: subject.operation.mutating,
            status: outcome.status,
            code: outcome.code,
            fault,
        };
        entries.kept.push_back(entry);
        if entries.kept.len() > KEPT {
            entries.kept.pop_front();
        }
    }

    /// Returns the entries after the one with this id, oldest first.
    pub(super) fn since(&self, id: u64) -> Vec<Entry> {
        self.lock().kept.iter().filter(|entry| entry.id > id).cloned().collect()
    }

    pub(super) fn clear(&self) {
        self.lock().kept.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Operation;

    fn answer(status: u16, body: &'static str) -> Answer {
        http::Response::builder().status(status).body(body.into()).unwrap()
    }

    #[test]
    fn the_code_is_read_from_all_protocols() {
        let code = |status, body| Outcome::of(&answer(status, body)).code;
        let json = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceInUseException"}"#;
        assert_eq!(code(400, json).as_deref(), Some("ResourceInUseException"));
        assert_eq!(
            code(404, "<Error><Code>NoSuchKey</Code></Error>").as_deref(),
            Some("NoSuchKey")
        );
        assert_eq!(code(404, ""), None);
        assert_eq!(code(200, "<Code>fine</Code>"), None);
        let mut rest = answer(404, r#"{"message":"gone"}"#);
        rest.headers_mut().insert(ERROR_TYPE, http::HeaderValue::from_static("NotFoundException"));
        assert_eq!(Outcome::of(&rest).code.as_deref(), Some("NotFoundException"));
    }

    #[test]
    fn ids_go_on_and_the_oldest_entries_go() {
        let log = RequestLog::default();
        let operation = Operation { name: "PutObject".to_owned(), mutating: true };
        let subject = Subject { service: "s3", operation, absent: &[] };
        for _ in 0..=KEPT {
            log.write(&subject, &Caller::Anonymous, Outcome::default(), None);
        }
        let entries = log.since(0);
        assert_eq!((entries.len(), entries[0].id), (KEPT, 2));
        assert_eq!(log.since(10_000).len(), 1);
        log.clear();
        log.write(&subject, &Caller::Anonymous, Outcome::default(), Some("hang"));
        assert_eq!(log.since(0)[0].id, 10_002);
    }
}
