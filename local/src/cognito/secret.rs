//! What nobody may guess: ids, codes, tokens, the numbers of the key exchange.

use super::errors::{Outcome, internal};
use crate::random;

const LETTERS_AND_DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LOWER_CASE: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Returns random bytes.
pub(super) fn bytes<const N: usize>() -> Outcome<[u8; N]> {
    random::bytes().map_err(|error| internal(&error))
}

/// Generates the part of a pool's id after its region.
pub(super) fn pool_part() -> Outcome<String> {
    Ok(spelled(&bytes::<9>()?, LETTERS_AND_DIGITS))
}

/// Generates the id of a client.
pub(super) fn client_id() -> Outcome<String> {
    Ok(spelled(&bytes::<26>()?, LOWER_CASE))
}

/// Generates the secret of a client.
pub(super) fn client_secret() -> Outcome<String> {
    Ok(spelled(&bytes::<51>()?, LOWER_CASE))
}

/// Returns a UUID of version 4.
pub(super) fn uuid() -> Outcome<String> {
    let mut bytes = bytes::<16>()?;
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let digits = hex::encode(bytes);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    Ok(parts.join("-"))
}

/// Returns a code of six digits.
pub(super) fn code() -> Outcome<String> {
    // Some codes are more likely than others, by one part in four thousand.
    Ok(format!("{:06}", u32::from_be_bytes(bytes()?) % 1_000_000))
}

/// Generates a password that every policy accepts.
pub(super) fn temporary_password() -> Outcome<String> {
    Ok(format!("{}aA1-", spelled(&bytes::<12>()?, LETTERS_AND_DIGITS)))
}

fn spelled(bytes: &[u8], alphabet: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_form() {
        let uuid = uuid().unwrap();
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
        let code = code().unwrap();
        assert!(code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()), "{code}");
        assert_eq!(pool_part().unwrap().len(), 9);
        assert!(client_id().unwrap().bytes().all(|letter| !letter.is_ascii_uppercase()));
    }

    #[test]
    fn nothing_comes_twice() {
        assert_ne!(client_secret().unwrap(), client_secret().unwrap());
    }
}
