//! RSA keys of 2048 bits. `ring`, which signs and verifies with them, does not generate any;
//! `num-bigint` is already in the tree for DynamoDB's numbers. So keys need no further crate: two
//! random primes, tested as in FIPS 186.

use num_bigint::BigUint;
use ring::rsa::{KeyPairComponents, PublicKeyComponents};
use serde::{Deserialize, Serialize};

use super::encoded;
use crate::cognito::{errors::Outcome, secret};

/// The public exponent, which is almost always this one.
const EXPONENT: u32 = 65_537;
const PRIME_BYTES: usize = 128;
/// For random numbers of this size five rounds leave less than 2⁻¹⁰⁰; the rest is a safety margin.
const ROUNDS: usize = 8;
/// Most numbers have a small divisor, which is cheap to find.
const SMALL: u32 = 2_000;

/// A private key as RFC 7518 writes it, each number in base64url.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Jwk {
    pub(super) kid: String,
    pub(super) n: String,
    pub(super) e: String,
    d: String,
    p: String,
    q: String,
    dp: String,
    dq: String,
    qi: String,
}

impl Jwk {
    /// Generates a new key.
    pub(super) fn generate() -> Outcome<Self> {
        let exponent = BigUint::from(EXPONENT);
        loop {
            let (one, other) = (prime()?, prime()?);
            // The larger is the first, as `q`'s inverse is modulo `p`.
            let (p, q) = if one > other { (one, other) } else { (other, one) };
            if p != q
                && let Some(key) = Self::of(&p, &q, &exponent)?
            {
                return Ok(key);
            }
        }
    }

    /// Returns the key of two primes; `None` if the exponent has no inverse with them.
    fn of(p: &BigUint, q: &BigUint, exponent: &BigUint) -> Outcome<Option<Self>> {
        let (p_less, q_less) = (p - 1_u32, q - 1_u32);
        let Some(d) = exponent.modinv(&(&p_less * &q_less)) else { return Ok(None) };
        let Some(qi) = q.modinv(p) else { return Ok(None) };
        let text = |number: &BigUint| encoded(&number.to_bytes_be());
        Ok(Some(Self {
            kid: super::key_id(&secret::bytes()?),
            n: text(&(p * q)),
            e: text(exponent),
            dp: text(&(&d % &p_less)),
            dq: text(&(&d % &q_less)),
            d: text(&d),
            p: text(p),
            q: text(q),
            qi: text(&qi),
        }))
    }

    /// Returns the numbers, as `ring` takes them; `None` if one is not base64url.
    pub(super) fn components(&self) -> Option<KeyPairComponents<Vec<u8>>> {
        let number = super::decoded;
        Some(KeyPairComponents {
            public_key: PublicKeyComponents { n: number(&self.n)?, e: number(&self.e)? },
            d: number(&self.d)?,
            p: number(&self.p)?,
            q: number(&self.q)?,
            dP: number(&self.dp)?,
            dQ: number(&self.dq)?,
            qInv: number(&self.qi)?,
        })
    }
}

/// Generates a random prime whose two highest bits are set, so that the product of two has all its
/// bits.
fn prime() -> Outcome<BigUint> {
    loop {
        let mut bytes = secret::bytes::<PRIME_BYTES>()?;
        bytes[0] |= 0xC0;
        bytes[PRIME_BYTES - 1] |= 1;
        let candidate = BigUint::from_bytes_be(&bytes);
        if !has_small_divisor(&candidate) && is_probably_prime(&candidate)? {
            return Ok(candidate);
        }
    }
}

fn has_small_divisor(candidate: &BigUint) -> bool {
    (3..SMALL).step_by(2).any(|divisor| candidate % divisor == BigUint::ZERO)
}

/// Runs the Miller-Rabin test on a large odd number, with random bases.
fn is_probably_prime(candidate: &BigUint) -> Outcome<bool> {
    let last = candidate - 1_u32;
    let twos = last.trailing_zeros().unwrap_or_default();
    let odd = &last >> twos;
    for _ in 0..ROUNDS {
        let base = BigUint::from_bytes_be(&secret::bytes::<PRIME_BYTES>()?) % candidate;
        let mut power = base.modpow(&odd, candidate);
        if power == BigUint::from(1_u32) || power == last || base == BigUint::ZERO {
            continue;
        }
        let is_witness = (1..twos).all(|_| {
            power = &power * &power % candidate;
            power != last
        });
        if is_witness {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_are_told_from_others() {
        // 2¹²⁷ − 1 is prime; the next is the product of two primes of 31 and 61 bits.
        let prime = (BigUint::from(1_u32) << 127_u32) - 1_u32;
        assert!(is_probably_prime(&prime).unwrap());
        let product = ((BigUint::from(1_u32) << 61_u32) - 1_u32) * 2_147_483_647_u32;
        assert!(!is_probably_prime(&product).unwrap());
        // A Carmichael number, which passes the Fermat test.
        assert!(
            !is_probably_prime(&BigUint::from(1_590_231_231_043_178_376_951_698_401_u128)).unwrap()
        );
        assert!(has_small_divisor(&BigUint::from(1_999_u32 * 10_007)));
    }

    #[test]
    fn a_key_has_all_its_bits_and_fits_together() {
        let key = Jwk::generate().unwrap();
        let components = key.components().unwrap();
        assert_eq!(components.public_key.n.len(), 256);
        assert!(components.public_key.n[0] >= 0x80);
        assert!(ring::rsa::KeyPair::from_components(&components).is_ok());
    }
}
