//! AWS's errors, parsed in one place and the same way for every service.

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{Operation, Retry, Unanswered, academy, guard::Stopped};
use crate::error::{AwsWords, Code, Error};

/// A failed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The operation.
    pub(crate) operation: &'static Operation,
    /// AWS's code; `None` without a response, or with one without a body (HEAD).
    pub(crate) code: Option<String>,
    /// AWS's message, or the cause of a failed transfer.
    pub(crate) message: String,
    /// The HTTP status, if there was a response.
    pub(crate) status: Option<u16>,
    /// The region of a bucket that is in another one. S3 returns it in a header, because HEAD
    /// responses have no body.
    pub(crate) bucket_region: Option<String>,
    /// Whether an attempt got no response, so that AWS may have carried it out although a later one
    /// failed.
    pub(crate) may_have_worked: bool,
    timed_out: bool,
    /// Whether this program itself stopped the call.
    stopped: bool,
    /// Why this program gave up on the answer, if it did.
    unanswered: Option<Unanswered>,
    /// What is wrong with the credentials, if nothing was sent because of them.
    unsigned: Option<Code>,
}

impl Failure {
    /// Parses an error of the SDK.
    pub(super) fn read<E>(
        operation: &'static Operation,
        error: &SdkError<E, HttpResponse>,
        lost: bool,
    ) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let service = error.as_service_error();
        let answer = error.raw_response();
        let code = service.and_then(ProvideErrorMetadata::code).map(str::to_owned);
        let message = match service {
            // A response to HEAD has no body, and so no message.
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
            may_have_worked: lost,
            timed_out: matches!(error, SdkError::TimeoutError(_)),
            stopped: causes(error).any(|cause| cause.downcast_ref::<Stopped>().is_some()),
            unanswered: causes(error).find_map(|cause| cause.downcast_ref()).copied(),
            unsigned: unsigned(error),
        }
    }

    /// Creates the failure of one item in an otherwise successful response.
    pub(crate) fn of_item(operation: &'static Operation, code: &str, message: &str) -> Self {
        Self {
            operation,
            code: Some(code.to_owned()),
            message: message.to_owned(),
            status: None,
            bucket_region: None,
            may_have_worked: false,
            timed_out: false,
            stopped: false,
            unanswered: None,
            unsigned: None,
        }
    }

    /// Returns whether AWS returned this code.
    pub(crate) fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// Returns whether AWS returned one of these codes.
    pub(crate) fn is_any(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }

    /// Returns how long this failure may last; `None` if it is permanent.
    pub(crate) fn passes(&self) -> Option<std::time::Duration> {
        let fits = |it: &&Retry| self.is(it.code) && self.message.contains(it.message);
        self.operation.retries.iter().find(fits).map(|retry| retry.longest)
    }

    /// Returns the kind of error to show, unless the resource has a better one.
    fn kind(&self) -> Code {
        if let Some(denial) = academy::denial(&self.message) {
            return denial;
        }
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
            // Services have codes of their own for it, such as SNS `AuthorizationError`.
            Some(_) if self.status == Some(403) => Code::AccessDenied,
            Some(_) => Code::Refused,
            None if self.stopped => Code::Lab,
            None if self.timed_out => Code::Deadline,
            None if self.status == Some(403) => Code::AccessDenied,
            None if self.status.is_some() => Code::Refused,
            None => {
                let unanswered = self.unanswered.map(Unanswered::code);
                self.unsigned.or(unanswered).unwrap_or(Code::Unreachable)
            }
        }
    }

    /// Returns the error to show, with AWS's own words.
    pub(crate) fn into_error(self, code: Code, message: impl Into<String>) -> Error {
        Error::new(code, message).said(self.words())
    }

    fn words(self) -> AwsWords {
        let code = match (self.code, self.status) {
            (Some(code), _) => code,
            (None, Some(status)) => format!("HTTP {status}"),
            (None, None) => "no answer".to_owned(),
        };
        AwsWords {
            operation: self.operation.to_string(),
            action: self.operation.iam_action(),
            code,
            message: self.message,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let code = failure.kind();
        if code == Code::Unreachable && failure.message.contains("certificate") {
            let message = "the certificate of what answers is not trusted";
            return failure.into_error(code, message).hint(
                "if a proxy looks into the connections of this network, or the endpoint has a \
                 private authority: name its certificate with `AWS_CA_BUNDLE`",
            );
        }
        let advice = academy::advice(&failure.message);
        let error = failure.into_error(code, code.entry().title);
        match advice {
            Some(advice) => error.hint(advice),
            None => error,
        }
    }
}

/// Returns what is wrong with the credentials: they have to be had again in the middle of a command
/// when they end, and then a login may have ended, too.
fn unsigned(error: &(dyn std::error::Error + 'static)) -> Option<Code> {
    if let Some(own) = causes(error).find_map(|cause| cause.downcast_ref::<Error>()) {
        return Some(own.code);
    }
    let error = causes(error).find_map(|cause| cause.downcast_ref::<CredentialsError>())?;
    let is_expired = causes(error).any(|cause| cause.to_string().contains("expired"));
    Some(if is_expired { Code::ExpiredCredentials } else { Code::RefusedCredentials })
}

/// Returns the innermost error. The SDK wraps it several times, with no further information.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// Returns an error and its causes, the innermost last.
fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::{
        operation::{Operation, Service},
        operations::s3::HEAD_BUCKET,
    };

    #[test]
    fn a_code_of_aws_has_a_kind() {
        for (code, kind) in [
            ("ExpiredToken", Code::ExpiredCredentials),
            ("ExpiredTokenException", Code::ExpiredCredentials),
            ("RequestExpired", Code::ExpiredCredentials),
            ("InvalidClientTokenId", Code::RefusedCredentials),
            ("UnrecognizedClientException", Code::RefusedCredentials),
            ("SignatureDoesNotMatch", Code::RefusedCredentials),
            ("RequestTimeTooSkewed", Code::RefusedCredentials),
            ("AccessDenied", Code::AccessDenied),
            ("AccessDeniedException", Code::AccessDenied),
            ("UnauthorizedOperation", Code::AccessDenied),
            ("ThrottlingException", Code::Refused),
            ("ResourceNotFoundException", Code::Refused),
        ] {
            let failure = Failure::of_item(&HEAD_BUCKET, code, "no");
            assert_eq!(failure.kind(), kind, "{code}");
        }
        let denied = Failure {
            status: Some(403),
            ..Failure::of_item(&HEAD_BUCKET, "AuthorizationError", "no")
        };
        assert_eq!(denied.kind(), Code::AccessDenied);
        let ended = Failure::of_item(&HEAD_BUCKET, "AccessDenied", "… policy/voc-cancel-cred");
        assert_eq!(ended.kind(), Code::SessionEnded);
        let denied = Failure::of_item(&HEAD_BUCKET, "AccessDenied", "iam:CreateRole … Pvoclabs2");
        assert_eq!(Error::from(denied).advice().split(':').next(), Some("add `--roles existing`"));
    }

    #[test]
    fn a_failure_without_a_code_is_read_from_its_answer() {
        let nothing = Failure { code: None, ..Failure::of_item(&HEAD_BUCKET, "", "no") };
        let kind = |change: fn(&mut Failure)| {
            let mut failure = nothing.clone();
            change(&mut failure);
            failure.kind()
        };
        assert_eq!(kind(|_| {}), Code::Unreachable);
        assert_eq!(kind(|failure| failure.timed_out = true), Code::Deadline);
        assert_eq!(kind(|failure| failure.stopped = true), Code::Lab);
        assert_eq!(kind(|failure| failure.status = Some(403)), Code::AccessDenied);
        assert_eq!(kind(|failure| failure.status = Some(404)), Code::Refused);
        let words = |status| Failure { status, ..nothing.clone() }.words().code;
        assert_eq!(
            (words(Some(404)), words(None)),
            ("HTTP 404".to_owned(), "no answer".to_owned())
        );
    }

    #[test]
    fn only_what_an_operation_declares_passes_by_itself() {
        const SERVICE: Service = Service { name: "a", sdk: "A", iam: "a", cli: "a" };
        const OPERATION: Operation = SERVICE.writes("Create").retries(&[
            Retry::message("Conflict", "is being created", 60),
            Retry::code("NotYet", 30),
        ]);
        let passes = |code, message| {
            let seconds = |longest: std::time::Duration| longest.as_secs();
            Failure::of_item(&OPERATION, code, message).passes().map(seconds)
        };
        assert_eq!(passes("Conflict", "The role is being created, wait."), Some(60));
        assert_eq!(passes("Conflict", "The name is taken."), None);
        assert_eq!(passes("NotYet", "whatever it says"), Some(30));
        assert_eq!(passes("AccessDeniedException", "The role is being created."), None);
        assert_eq!(Failure::of_item(&HEAD_BUCKET, "NotYet", "").passes(), None);
    }
}
