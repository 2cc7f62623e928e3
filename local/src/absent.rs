//! What reading operations answer about a resource that is not there, as each service declares it,
//! for the fault `not-found`. A test compares the errors with those that the services themselves
//! give.

use percent_encoding::percent_decode_str;

use crate::{params::Params, service::Call};

/// Some operations of a service, where their calls have the name of the resource, and their answer.
pub(crate) type Absent = (&'static [&'static str], Named, Reply);

/// Where a call has the name of the resource that it reads.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Named {
    /// The name is not needed for the answer.
    Nowhere,
    /// In this parameter; of a list its first entry.
    In(&'static str),
    /// In this parameter, if it contains this text.
    InWith(&'static str, &'static str),
    /// In this parameter, after this text: the end of an ARN.
    InAfter(&'static str, &'static str),
    /// In the path, at this index.
    Part(usize),
}

/// The answer. In a message `{name}` is the resource's name, `{account}` the caller's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// Status, code and message.
    Refused(u16, &'static str, &'static str),
    /// These lists are empty.
    Empty(&'static [&'static str]),
    /// The entries of this list are failures, each with the ARN in this field.
    Missing(&'static str, &'static str),
    /// The fault does not strike them: no command looks for a new resource with them.
    Never,
}

impl Named {
    /// Returns the name that a call has in this place; `None` when it has none there.
    pub(crate) fn name(self, call: &Call) -> Option<String> {
        match self {
            Self::Nowhere => Some(String::new()),
            Self::In(parameter) => first(call, parameter),
            Self::InWith(parameter, part) => {
                first(call, parameter).filter(|text| text.contains(part))
            }
            Self::InAfter(parameter, part) => {
                Some(first(call, parameter)?.split_once(part)?.1.to_owned())
            }
            Self::Part(number) => {
                let part = call.uri.path().trim_start_matches('/').split('/').nth(number)?;
                Some(percent_decode_str(part).decode_utf8().ok()?.into_owned())
            }
        }
    }
}

/// Returns a parameter, or the first entry of a list, from a JSON body or a form.
fn first(call: &Call, parameter: &str) -> Option<String> {
    let json = serde_json::from_slice(&call.body).ok().map(|json| Params::of_json(&json));
    let params = json.as_ref().unwrap_or_else(|| call.form());
    let text = params.text(parameter).map(str::to_owned);
    text.or_else(|| params.list(parameter).into_iter().next())
}
