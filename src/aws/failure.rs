//! AWS's errors, read once and the same way for every service.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{Operation, Retry, guard::Stopped};
use crate::error::{AwsWords, Code, Error};

/// A call that did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The operation.
    pub(crate) operation: &'static Operation,
    /// AWS's code; none when there was no answer, or one without a body (HEAD).
    pub(crate) code: Option<String>,
    /// AWS's message, or what went wrong on the way.
    pub(crate) message: String,
    /// The HTTP status, when there was an answer.
    pub(crate) status: Option<u16>,
    /// The region that S3 names when a bucket is in another one. HEAD answers have no body to say
    /// it in, so S3 uses a header.
    pub(crate) bucket_region: Option<String>,
    timed_out: bool,
    /// Whether this program itself stopped the call.
    stopped: bool,
}

impl Failure {
    /// Reads what the SDK gives.
    pub(super) fn read<E>(operation: &'static Operation, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let service = error.as_service_error();
        let answer = error.raw_response();
        let code = service.and_then(ProvideErrorMetadata::code).map(str::to_owned);
        let message = match service {
            // An answer to HEAD has no body, so there is no message in it.
            Some(service) => service.message().unwrap_or("AWS gave no reason").to_owned(),
            None => innermost(error),
        };
        Self {
            operation,
            code,
            message,
            status: answer.map(|answer| answer.status().as_u16()),
            bucket_region: answer
                .and_then(|answer| answer.headers().get("x-amz-bucket-region"))
                .map(str::to_owned),
            timed_out: matches!(error, SdkError::TimeoutError(_)),
            stopped: causes(error).any(|cause| cause.downcast_ref::<Stopped>().is_some()),
        }
    }

    /// What AWS says of one item in an answer that is otherwise good.
    pub(crate) fn of_item(operation: &'static Operation, code: &str, message: &str) -> Self {
        Self {
            operation,
            code: Some(code.to_owned()),
            message: message.to_owned(),
            status: None,
            bucket_region: None,
            timed_out: false,
            stopped: false,
        }
    }

    /// Whether AWS said this code.
    pub(crate) fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// Whether AWS said one of these codes.
    pub(crate) fn is_any(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }

    /// How long this failure may last; `None` when it does not pass by itself.
    pub(crate) fn passes(&self) -> Option<std::time::Duration> {
        let fits = |it: &&Retry| self.is(it.code) && self.message.contains(it.message);
        self.operation.retries.iter().find(fits).map(|retry| retry.longest)
    }

    /// The kind of error that a person meets, unless the resource knows better.
    fn kind(&self) -> Code {
        match self.code.as_deref() {
            Some("ExpiredToken" | "ExpiredTokenException" | "RequestExpired") => {
                Code::ExpiredCredentials
            }
            Some(
                "InvalidClientTokenId"
                | "UnrecognizedClientException"
                | "InvalidAccessKeyId"
                | "SignatureDoesNotMatch"
                | "IncompleteSignature"
                | "AuthFailure"
                | "InvalidSignatureException"
                | "RequestTimeTooSkewed",
            ) => Code::RefusedCredentials,
            Some(
                "AccessDenied"
                | "AccessDeniedException"
                | "UnauthorizedOperation"
                | "AllAccessDisabled",
            ) => Code::AccessDenied,
            Some(_) => Code::Refused,
            None if self.stopped => Code::Lab,
            None if self.timed_out => Code::Deadline,
            None if self.status == Some(403) => Code::AccessDenied,
            None if self.status.is_some() => Code::Refused,
            None => Code::Unreachable,
        }
    }

    /// The error a person sees, with AWS's own words.
    pub(crate) fn into_error(self, code: Code, message: impl Into<String>) -> Error {
        Error::new(code, message).said(self.words())
    }

    fn words(self) -> AwsWords {
        let code = match (self.code, self.status) {
            (Some(code), _) => code,
            (None, Some(status)) => format!("HTTP {status}"),
            (None, None) => "no answer".to_owned(),
        };
        AwsWords { operation: self.operation.to_string(), code, message: self.message }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let code = failure.kind();
        failure.into_error(code, code.entry().title)
    }
}

/// The SDK wraps the reason several times; the innermost error is the one that says something.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// An error and its causes, the innermost last.
fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::operations::{all, s3::HEAD_BUCKET};

    #[test]
    fn only_what_an_operation_declares_passes_by_itself() {
        for operation in all() {
            let passes =
                |code: &str, message: &str| Failure::of_item(operation, code, message).passes();
            assert_eq!(passes("AccessDeniedException", "no"), None, "{operation}");
            for Retry { code, message, longest } in operation.retries {
                let sentence = format!("AWS says: {message}, and more.");
                assert_eq!(passes(code, &sentence), Some(*longest), "{operation} {code}");
                let elsewhere = Failure::of_item(&HEAD_BUCKET, code, &sentence);
                assert_eq!(elsewhere.passes(), None, "{code}");
                if !operation.retries.iter().any(|it| it.code == *code && it.message.is_empty()) {
                    assert_eq!(passes(code, "for good"), None, "{operation} {code}");
                }
            }
        }
    }
}
