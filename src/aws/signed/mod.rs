//! Calls of services without their SDK. The SDK of EC2 alone takes minutes and gigabytes to build, for
//! a handful of calls. What the SDK's own clients are made of does all else: it signs, retries, keeps
//! time, and asks the same guard.

mod answer;
mod client;
mod input;
mod json;
mod refused;
mod xml;

pub(crate) use answer::Node;
pub(crate) use client::Signed;
pub(crate) use input::{Input, Token};
use refused::Refused;

use super::Service;

/// How requests of a service are written, and where they go.
#[derive(Debug)]
pub(crate) struct Api {
    /// The service.
    pub(crate) service: &'static Service,
    /// Its host on AWS, in which `REGION` and `ACCOUNT` stand for those of the call. The lab runs in
    /// the commercial partition only.
    pub(crate) host: &'static str,
    /// The name of the service in signatures.
    pub(crate) signs: &'static str,
    /// The region in signatures, if it is always the same.
    pub(crate) signs_in: Option<&'static str>,
    /// Its protocol.
    pub(crate) protocol: Protocol,
}

/// The protocol of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// A form in, XML out.
    Ec2Query {
        /// The version of the API.
        version: &'static str,
    },
    /// JSON in and out, with the operation in a header.
    Json {
        /// The version of the protocol: `1.0` or `1.1`.
        version: &'static str,
        /// What precedes the operation in the header.
        target: &'static str,
    },
    /// XML out, with the operation in the path. Nothing goes in but headers: the method is `GET`.
    RestXml,
    /// JSON out, with the operation in the path and the input in the query: the method is `GET`.
    /// Instead of a signature, this header has the token of a login.
    Bearer {
        /// The header.
        header: &'static str,
    },
}

impl Protocol {
    /// Returns the fields in which an answer has the token of the next page, and in which a call
    /// sends it.
    fn tokens(self) -> (&'static str, &'static str) {
        match self {
            Self::Ec2Query { .. } | Self::RestXml => ("nextToken", "NextToken"),
            Self::Json { .. } => ("NextToken", "NextToken"),
            Self::Bearer { .. } => ("nextToken", "next_token"),
        }
    }
}
