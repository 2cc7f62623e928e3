//! Sign-ins in progress, kept only in memory, for minutes.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    cognito::{errors::Outcome, secret, srp::Exchange},
    times::{self, Millis},
};

/// How long a client has to answer.
const LASTS: Duration = Duration::from_mins(3);
/// More at once are not kept: anybody can begin a sign-in.
const MOST: usize = 10_000;

/// A sign-in that waits for its client's answer.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) client: String,
    /// The user's name; `None` where it is unknown and that is a secret.
    pub(super) user: Option<String>,
    /// The exchange of keys, where the password is still to be proven.
    pub(super) exchange: Option<Exchange>,
    begun: Millis,
}

/// The sign-ins in progress, by the session that their client must present.
#[derive(Debug, Default)]
pub(crate) struct Challenges(Mutex<HashMap<String, Waiting>>);

impl Challenges {
    /// Keeps a sign-in, and returns its session.
    pub(super) fn begin(
        &self,
        client: &str,
        user: Option<String>,
        exchange: Option<Exchange>,
    ) -> Outcome<String> {
        let word = STANDARD.encode(secret::bytes::<48>()?);
        let begun = times::now();
        let mut waiting = self.lock();
        waiting.retain(|_, one| times::after(one.begun, LASTS) > begun);
        if waiting.len() >= MOST {
            waiting.clear();
        }
        let client = client.to_owned();
        waiting.insert(word.clone(), Waiting { client, user, exchange, begun });
        Ok(word)
    }

    /// Takes a sign-in of this client: its session is valid once.
    pub(super) fn take(&self, client: &str, word: &str) -> Option<Waiting> {
        let waiting = self.lock().remove(word)?;
        let is_good = waiting.client == client && times::after(waiting.begun, LASTS) > times::now();
        is_good.then_some(waiting)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_good_once_and_for_its_client() {
        let challenges = Challenges::default();
        let begin = || challenges.begin("client", Some("user".to_owned()), None).unwrap();
        let word = begin();
        assert!(challenges.take("other", &begin()).is_none());
        assert_eq!(challenges.take("client", &word).unwrap().user.as_deref(), Some("user"));
        assert!(challenges.take("client", &word).is_none());
    }

    #[test]
    fn what_waits_too_long_is_forgotten() {
        let challenges = Challenges::default();
        let word = challenges.begin("client", None, None).unwrap();
        challenges.lock().get_mut(&word).unwrap().begun -= 3 * 60_000;
        assert!(challenges.take("client", &word).is_none());
    }
}
