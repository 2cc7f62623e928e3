//! A share of a class for one of several machines. Which one an account is in follows from its number
//! alone, so that machines that share nothing but the roster agree, and a new student moves nobody.

use std::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};

use super::AccountId;

/// One of so many shards, such as `2/4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    /// From 1 to the number of shards.
    number: u16,
    of: u16,
}

impl Shard {
    /// Returns whether an account is in it.
    ///
    /// The shard of an account is 1 plus the remainder, divided by the number of shards, of the first
    /// eight bytes of the SHA-256 of its twelve digits, as one number, the most significant byte first.
    /// That never changes: reports and journals of other versions are shared in the same way.
    pub(crate) fn holds(self, account: &AccountId) -> bool {
        let digest = Sha256::digest(account.as_str());
        let hash = digest.iter().take(8).fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
        hash % u64::from(self.of) == u64::from(self.number - 1)
    }

    /// Returns it as a part of the name of a file: `2-of-4`.
    pub(crate) fn in_file_name(self) -> String {
        format!("{}-of-{}", self.number, self.of)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // Not `+1`, which a number may be, nor `01`: a shard has one name.
        let number = |text: &str| {
            let is_plain = text.starts_with(|c: char| matches!(c, '1'..='9'));
            text.parse::<u16>().ok().filter(|_| is_plain)
        };
        let numbers = text.split_once('/').and_then(|(k, n)| Some((number(k)?, number(n)?)));
        match numbers {
            Some((number, of)) if number <= of => Ok(Self { number, of }),
            _ => Err("it is `K/N`, such as `2/4`, with K from 1 to N".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(text: &str) -> Shard {
        text.parse().unwrap()
    }

    /// What `python3 -c 'import hashlib; print(int.from_bytes(hashlib.sha256(b"111111111111")
    /// .digest()[:8], "big") % 16 + 1)'` prints.
    #[test]
    fn the_shard_of_an_account_is_the_same_in_every_version() {
        for (account, of_2, of_4, of_16) in [
            ("111111111111", 1, 3, 3),
            ("222222222222", 2, 4, 8),
            ("333333333333", 1, 1, 13),
            ("000000000000", 2, 4, 4),
        ] {
            let account = AccountId::new(account);
            for (number, of) in [(of_2, 2), (of_4, 4), (of_16, 16), (1, 1)] {
                assert!(shard(&format!("{number}/{of}")).holds(&account), "{account} of {of}");
            }
        }
    }

    #[test]
    fn every_account_is_in_one_shard_and_shards_are_about_equal() {
        let accounts: Vec<_> =
            (0..4000_u64).map(|n| AccountId::new(format!("{:012}", 100_000_000_000 + n))).collect();
        let counts: Vec<usize> = (1..=16)
            .map(|number| Shard { number, of: 16 })
            .map(|shard| accounts.iter().filter(|account| shard.holds(account)).count())
            .collect();
        assert_eq!(counts.iter().sum::<usize>(), 4000);
        assert!(counts.iter().all(|count| (190..=310).contains(count)), "{counts:?}");
    }

    #[test]
    fn nonsense_is_no_shard() {
        for text in ["0/4", "5/4", "1/0", "0/0", "1", "/", "1/", "/4", "a/b", "-1/4", "+1/4"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        for text in ["01/4", "1/4/4", " 1/4", "1/65536", "1.0/4", ""] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert_eq!(shard("2/4").to_string(), "2/4");
        assert_eq!(shard("2/4").in_file_name(), "2-of-4");
    }
}
