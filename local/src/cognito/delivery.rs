//! Sending codes, and reporting where they were sent.

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

/// Returns where a code was sent.
pub(super) fn details(attribute: &str, address: &str) -> Value {
    json!({
        "Destination": masked(address),
        "DeliveryMedium": "EMAIL",
        "AttributeName": attribute,
    })
}

/// Returns where a code would have been sent to an unknown user: always the same for a name, so
/// that asking twice reveals nothing either.
pub(super) fn pretended(login: &str) -> Value {
    let hash = Sha256::digest(login);
    let letter = |place: usize| char::from(b'a' + hash[place] % 26);
    if login.contains('@') {
        return details("email", login);
    }
    details("email", &format!("{}@{}", letter(0), letter(1)))
}
