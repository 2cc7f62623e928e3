//! Where a client's visitors are sent: the addresses that AWS takes.

use super::{
    errors::{Outcome, bad, invalid},
    limits,
};
use crate::protocol::input::Input;

const MOST: usize = 100;
/// The hosts that need no HTTPS.
const OWN: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Refuses addresses of a client to which AWS would send nobody.
pub(super) fn check(input: Input<'_>) -> Outcome<()> {
    let callbacks = list(input, "CallbackURLs", "callbackURLs")?;
    list(input, "LogoutURLs", "logoutURLs")?;
    let flows = input.texts("AllowedOAuthFlows");
    if callbacks.is_empty() && (flows.contains(&"code") || flows.contains(&"implicit")) {
        let message = "CallbackUrls can not be empty when code flow or implicit flow is selected";
        return Err(bad("InvalidOAuthFlowException", message));
    }
    let Some(default) = input.text("DefaultRedirectURI") else { return Ok(()) };
    check_one(default, "defaultRedirectURI")?;
    if callbacks.contains(&default) {
        return Ok(());
    }
    Err(invalid(format!("The default redirect URI {default} is not in the callback URIs list.")))
}

fn list<'a>(input: Input<'a>, name: &str, shown: &str) -> Outcome<Vec<&'a str>> {
    let addresses = input.texts(name);
    if addresses.len() > MOST {
        let all = format!("[{}]", addresses.join(", "));
        return Err(super::errors::unfit(&all, shown, "have length less than or equal to 100"));
    }
    addresses.iter().try_for_each(|address| check_one(address, shown))?;
    Ok(addresses)
}

fn check_one(address: &str, field: &str) -> Outcome<()> {
    limits::check_address(address, field)?;
    let scheme = address.split_once(':').map(|(scheme, _)| scheme).filter(|text| is_scheme(text));
    let why = match scheme {
        None => "must contain a scheme",
        Some(_) if address.contains('#') => "cannot use fragment",
        Some("http") if !is_own(address) => "cannot use the HTTP protocol.",
        Some(_) => return Ok(()),
    };
    Err(invalid(format!("{address} {why}")))
}

/// Returns whether a text is the scheme of a URI (RFC 3986).
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// Returns whether an HTTP address is one of the visitor's own machine.
fn is_own(address: &str) -> bool {
    let rest = address.strip_prefix("http://").unwrap_or_default();
    OWN.iter().any(|host| {
        rest.strip_prefix(host)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']))
    })
}
