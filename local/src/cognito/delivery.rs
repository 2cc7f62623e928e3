//! Sending codes, and saying where they were sent.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    Cognito, auth_context::Found, codes::Purpose, errors::Outcome, mail::masked, mail_templates,
};

impl Cognito {
    /// Sends a code.
    pub(super) fn send_code(
        &self,
        pool: &Found,
        purpose: Purpose,
        to: &str,
        code: &str,
    ) -> Outcome<()> {
        self.mail.send(&pool.place, &pool.id, mail_templates::code(&pool.rules, purpose, to, code))
    }
}

/// Where a code was sent.
pub(super) fn details(attribute: &str, address: &str) -> Value {
    json!({
        "Destination": masked(address),
        "DeliveryMedium": "EMAIL",
        "AttributeName": attribute,
    })
}

/// Where a code would have been sent to somebody who is not there: always the same for a name, so
/// that asking twice tells nothing either.
pub(super) fn pretended(login: &str) -> Value {
    let hash = Sha256::digest(login);
    let letter = |place: usize| char::from(b'a' + hash[place] % 26);
    if login.contains('@') {
        return details("email", login);
    }
    details("email", &format!("{}@{}", letter(0), letter(1)))
}
