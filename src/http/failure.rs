//! Converts a failed exchange into an I/O error: the connector's own errors only tell whether to
//! try again.

use std::{error::Error, io, iter};

use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::byte_stream;

/// Returns the error of an exchange without a response.
pub(super) fn of_exchange(error: &ConnectorError) -> io::Error {
    let kind = match error {
        error if error.is_timeout() => io::ErrorKind::TimedOut,
        error if error.is_user() => io::ErrorKind::InvalidInput,
        error if error.is_io() => io::ErrorKind::ConnectionReset,
        _ => io::ErrorKind::InvalidData,
    };
    as_io(error, kind)
}

/// Returns the error of a response whose body cannot be read.
pub(super) fn of_body(error: &byte_stream::error::Error) -> io::Error {
    as_io(error, io::ErrorKind::InvalidData)
}

/// Returns an I/O error with the message of the root cause, and with the kind set by the system, or
/// else `otherwise`.
fn as_io(error: &(dyn Error + 'static), otherwise: io::ErrorKind) -> io::Error {
    let mut kinds = causes(error).filter_map(|cause| cause.downcast_ref()).map(io::Error::kind);
    let kind = match kinds.find(|kind| *kind != io::ErrorKind::Other) {
        // All of them mean that the connection ended prematurely.
        Some(
            io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::UnexpectedEof,
        ) => io::ErrorKind::ConnectionReset,
        kind => kind.unwrap_or(otherwise),
    };
    let words = causes(error).last().map(ToString::to_string).unwrap_or_default();
    io::Error::new(kind, words)
}

/// Returns an error and its chain of causes. An `io::Error` that wraps another error does not
/// return it as its source.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        Some(error) => error.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}
