//! The mailbox: what Cognito would send by e-mail. All accounts share it; the oldest mails are
//! dropped.

use std::{collections::VecDeque, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::errors::Outcome;
use crate::{
    place::Place,
    store::{Store, StoreError},
    times,
};

const KEPT: usize = 500;

/// A mail to be sent.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: String,
    /// The code in the text, if there is one.
    pub(super) code: Option<String>,
}

/// A mail that was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Mail {
    pub(crate) id: u64,
    account: String,
    region: String,
    pool: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) code: Option<String>,
    pub(crate) text: String,
    pub(crate) sent: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Mails {
    last_id: u64,
    kept: VecDeque<Mail>,
}

/// The mailbox.
#[derive(Debug)]
pub(super) struct Mailbox(Store<Mails>);

impl Mailbox {
    pub(super) fn open(path: PathBuf) -> Result<Self, StoreError> {
        Store::open(path).map(Self)
    }

    /// Puts a mail of a pool into the box.
    pub(super) fn send(&self, place: &Place, pool: &str, letter: Letter) -> Outcome<()> {
        let sent = times::iso(times::now() / 1000 * 1000).replace(".000Z", "Z");
        self.0.change(|mails| {
            mails.last_id += 1;
            mails.kept.push_back(Mail {
                id: mails.last_id,
                account: place.account.to_string(),
                region: place.region.clone(),
                pool: pool.to_owned(),
                to: letter.to,
                subject: letter.subject,
                code: letter.code,
                text: letter.text,
                sent,
            });
            let surplus = mails.kept.len().saturating_sub(KEPT);
            mails.kept.drain(..surplus);
        })?;
        Ok(())
    }

    /// Returns the mails after the one with this id, oldest first, and the id of the last.
    pub(super) fn since(&self, id: u64) -> (Vec<Mail>, u64) {
        self.0.read(|mails| {
            let new = mails.kept.iter().filter(|mail| mail.id > id);
            (new.cloned().collect(), mails.last_id)
        })
    }
}

/// Returns `v***@e***`, as AWS shows where a code was sent.
pub(super) fn masked(address: &str) -> String {
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    match address.rsplit_once('@') {
        Some((user, host)) => format!("{}***@{}***", first(user), first(host)),
        None => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::Folder;

    #[test]
    fn the_oldest_mails_go() {
        let folder = Folder::new("mail");
        let mailbox = Mailbox::open(folder.join("mail.json")).unwrap();
        let place = Place::named("111111111111", "eu-west-1");
        for _ in 0..=KEPT {
            let letter = Letter {
                to: "a@b".to_owned(),
                subject: String::new(),
                text: String::new(),
                code: None,
            };
            mailbox.send(&place, "pool", letter).unwrap();
        }
        let (mails, last) = mailbox.since(0);
        assert_eq!((mails.len(), mails[0].id, last), (KEPT, 2, 501));
        assert_eq!(mailbox.since(500).0.len(), 1);
        assert_eq!(mails[0].sent.len(), "2026-11-23T09:30:00Z".len());
    }

    #[test]
    fn addresses_are_masked() {
        assert_eq!(masked("visitor@example.com"), "v***@e***");
    }
}
