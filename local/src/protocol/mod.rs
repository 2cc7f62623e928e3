//! The protocols that AWS's services speak, and the frame in which services are written: a protocol
//! and a table of operations. No service lives here.

pub(crate) mod constraint;
pub(crate) mod ec2;
pub(crate) mod form;
pub(crate) mod input;
pub(crate) mod json;
pub(crate) mod operations;
pub(crate) mod page;
pub(crate) mod query;
pub(crate) mod rest;
pub(crate) mod stateful;
pub(crate) mod tokens;
pub(crate) mod xml;

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::Value;

use tokens::Foreign;

use crate::{
    authorize::Fields,
    params::Params,
    service::{Answer, AwsError, Call},
};

/// The header that carries the request id in every AWS answer but S3's.
pub(crate) const REQUEST_ID: &str = "x-amzn-requestid";

/// The protocol of a service.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Protocol {
    /// JSON, with the operation in a header.
    AwsJson(json::Dialect),
    /// A form in, XML out.
    AwsQuery(query::Dialect),
    /// EC2's own form of that.
    Ec2Query,
    /// JSON, with the operation in the method and the path.
    RestJson,
}

impl Protocol {
    /// Returns the fields of a call's input.
    pub(crate) fn fields<'a>(&self, call: &'a Call) -> Fields<'a> {
        match self {
            Self::AwsQuery(_) | Self::Ec2Query => Fields::Form(call.form()),
            Self::AwsJson(_) | Self::RestJson => {
                Fields::Json(serde_json::from_slice(&call.body).unwrap_or_default())
            }
        }
    }

    /// Returns whether an unsigned call is for this service.
    pub(crate) fn claims(&self, call: &Call) -> bool {
        let is_version = |version| call.form().text("Version") == Some(version);
        match self {
            Self::AwsJson(dialect) => dialect.operation(call).is_some(),
            Self::AwsQuery(dialect) => is_version(dialect.version),
            Self::Ec2Query => is_version(ec2::VERSION),
            Self::RestJson => false,
        }
    }

    /// Returns the name of the operation that a call requests. With REST it is not in the call.
    pub(crate) fn operation<'a>(&self, call: &'a Call) -> Option<&'a str> {
        match self {
            Self::AwsJson(dialect) => dialect.operation(call),
            Self::AwsQuery(_) | Self::Ec2Query => call.form().text("Action"),
            Self::RestJson => None,
        }
    }

    /// Returns a successful answer.
    pub(crate) fn answer(&self, operation: &str, output: &Value) -> Answer {
        match self {
            Self::AwsJson(dialect) => dialect.answer(output),
            Self::AwsQuery(dialect) => dialect.answer(operation, output),
            Self::Ec2Query => ec2::answer(operation, output),
            Self::RestJson => rest::good(StatusCode::OK.as_u16(), output),
        }
    }

    /// Refuses a change that is sent in a way in which it may not be.
    ///
    /// # Errors
    /// `MethodNotAllowed` for a Query call by another method than `POST`.
    fn check_change(&self, call: &Call) -> Result<(), AwsError> {
        match self {
            Self::AwsQuery(_) | Self::Ec2Query if call.method != Method::POST => {
                Err(query::not_posted(self.operation(call).unwrap_or_default()))
            }
            _ => Ok(()),
        }
    }

    /// Returns whether a call is a dry run, which changes nothing.
    fn is_dry_run(&self, call: &Call) -> bool {
        matches!(self, Self::Ec2Query) && call.form().flag("DryRun") == Some(true)
    }

    /// Returns an output, unless the call is a dry run, which only EC2 has.
    fn unless_dry(&self, params: &Params, output: Value) -> Result<Value, AwsError> {
        match self {
            Self::Ec2Query => ec2::unless_dry(params, output),
            _ => Ok(output),
        }
    }

    /// Returns an error as an answer.
    pub(crate) fn refuse(&self, error: &AwsError) -> Answer {
        match self {
            Self::AwsJson(dialect) => dialect.refuse(error),
            Self::AwsQuery(dialect) => dialect.refuse(error),
            Self::Ec2Query => ec2::refuse(error),
            Self::RestJson => rest::refuse(error),
        }
    }

    /// Returns the error for an operation that the service does not have.
    pub(crate) fn unknown(&self, call: &Call) -> AwsError {
        let action = self.operation(call).unwrap_or_default();
        match self {
            Self::AwsJson(_) => json::unknown_operation(StatusCode::BAD_REQUEST),
            Self::AwsQuery(_) => query::unknown_action(action),
            Self::Ec2Query => ec2::unknown_action(action),
            Self::RestJson => json::unknown_operation(StatusCode::NOT_FOUND),
        }
    }

    /// Returns the error for an unsigned call of an operation that needs a signature.
    pub(crate) fn unsigned(&self) -> AwsError {
        match self {
            Self::AwsJson(_) => json::unsigned(),
            Self::AwsQuery(_) | Self::Ec2Query => query::unsigned(),
            Self::RestJson => rest::unsigned(),
        }
    }

    /// Returns the error with which most services of this protocol throttle.
    pub(crate) fn throttled(&self) -> AwsError {
        let throttled = |code| AwsError::new(StatusCode::BAD_REQUEST, code, "Rate exceeded");
        match self {
            Self::AwsJson(_) => throttled("ThrottlingException"),
            Self::AwsQuery(_) => throttled("Throttling"),
            Self::Ec2Query => ec2::throttled(),
            Self::RestJson => rest::too_many(),
        }
    }

    /// Returns the error with which services of this protocol deny a call.
    fn denied(&self, message: String) -> AwsError {
        let (status, code) = match self {
            Self::AwsJson(_) => (StatusCode::BAD_REQUEST, "AccessDeniedException"),
            Self::AwsQuery(_) => (StatusCode::FORBIDDEN, "AccessDenied"),
            Self::Ec2Query => (StatusCode::FORBIDDEN, "UnauthorizedOperation"),
            Self::RestJson => (StatusCode::FORBIDDEN, "AccessDeniedException"),
        };
        AwsError::new(status, code, message)
    }

    /// Returns the error with which most services of this protocol answer a token that the list did
    /// not give.
    pub(crate) fn foreign_token(&self, foreign: &Foreign) -> AwsError {
        let Foreign { field, token } = foreign;
        let code = match self {
            Self::AwsJson(_) => "InvalidParameterException",
            Self::AwsQuery(_) => "ValidationError",
            Self::Ec2Query => return ec2::foreign_token(foreign),
            Self::RestJson => "BadRequestException",
        };
        AwsError::new(StatusCode::BAD_REQUEST, code, format!("Invalid {field}: {token}"))
    }

    /// Returns the error with which services of this protocol refuse keys that have expired.
    fn expired(&self) -> AwsError {
        let message = "The security token included in the request is expired";
        match self {
            Self::AwsJson(_) => json::expired(),
            Self::AwsQuery(_) => AwsError::new(StatusCode::FORBIDDEN, "ExpiredToken", message),
            Self::Ec2Query => {
                AwsError::new(StatusCode::BAD_REQUEST, "RequestExpired", "Request has expired.")
            }
            Self::RestJson => {
                AwsError::new(StatusCode::FORBIDDEN, "ExpiredTokenException", message)
            }
        }
    }

    /// Returns the error for a call in which the local cloud itself failed.
    pub(crate) fn internal(&self, why: &impl ToString) -> AwsError {
        let code = match self {
            Self::AwsJson(_) => "ServerException",
            Self::AwsQuery(_) => "InternalFailure",
            Self::Ec2Query => "InternalError",
            Self::RestJson => "ServiceException",
        };
        AwsError::new(StatusCode::INTERNAL_SERVER_ERROR, code, why.to_string())
    }
}

/// Returns an answer with a body of this content type.
pub(crate) fn answer(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Answer {
    let mut answer = Answer::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

/// Returns an answer in XML, which names the request too.
fn xml_answer(
    status: StatusCode,
    content_type: &'static str,
    id: &str,
    body: impl Into<Bytes>,
) -> Answer {
    let mut answer = answer(status, content_type, body);
    // This program generates the id, so it has only plain characters.
    if let Ok(id) = HeaderValue::from_str(id) {
        answer.headers_mut().insert(REQUEST_ID, id);
    }
    answer
}
