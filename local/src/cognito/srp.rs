//! The key exchange with which passwords are proven without being sent: SRP-6a in Cognito's way. It
//! differs from the RFCs in the hash (SHA-256), the group, how the key is derived, and in that the
//! name of the pool is part of the user's. Numbers are hashed as Java writes them: big-endian, as
//! short as they can be, with a zero byte before a first bit that is set.

use std::sync::LazyLock;

use hmac::{Hmac, KeyInit as _, Mac as _};
use num_bigint::{BigInt, BigUint};
use sha2::{Digest as _, Sha256};

use super::{errors::Outcome, secret};

/// The prime of the group of 3072 bits (RFC 3526, group 15).
const PRIME: &[u8] = b"\
FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F\
83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510\
15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C\
BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

static N: LazyLock<BigUint> = LazyLock::new(|| BigUint::parse_bytes(PRIME, 16).unwrap_or_default());
static G: LazyLock<BigUint> = LazyLock::new(|| BigUint::from(2_u32));
static K: LazyLock<BigUint> = LazyLock::new(|| hashed(&[&bytes(&N), &bytes(&G)]));

/// A user, as the exchange names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    /// The part of the pool's id after its region.
    pub(super) pool: &'a str,
    pub(super) user: &'a str,
}

/// The server's side of one exchange.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// The client's public value.
    client: BigUint,
    secret: BigUint,
    /// The server's public value.
    pub(super) public: BigUint,
}

/// Generates a random salt. Its first byte is not zero: clients differ in whether they keep such
/// bytes.
pub(super) fn salt() -> Outcome<BigUint> {
    let mut bytes = secret::bytes::<16>()?;
    bytes[0] |= 1;
    Ok(BigUint::from_bytes_be(&bytes))
}

/// Computes what is stored in place of a password.
pub(super) fn verifier(name: Name<'_>, password: &str, salt: &BigUint) -> BigUint {
    let Name { pool, user } = name;
    let whole = Sha256::digest(format!("{pool}{user}:{password}"));
    G.modpow(&hashed(&[&bytes(salt), &whole]), &N)
}

impl Exchange {
    /// Answers a client's public value; `None` if it would make the key known to all.
    pub(super) fn begin(client: BigUint, verifier: &BigUint) -> Outcome<Option<Self>> {
        if &client % &*N == BigUint::ZERO {
            return Ok(None);
        }
        let secret = BigUint::from_bytes_be(&secret::bytes::<128>()?);
        let public = (&*K * verifier + G.modpow(&secret, &N)) % &*N;
        Ok(Some(Self { client, secret, public }))
    }

    /// Returns whether this is the signature of a client that knows the password.
    pub(super) fn proves(
        &self,
        verifier: &BigUint,
        name: Name<'_>,
        block: &[u8],
        time: &str,
        signature: &[u8],
    ) -> bool {
        let u = hashed(&[&bytes(&self.client), &bytes(&self.public)]);
        let shared = (&self.client * verifier.modpow(&u, &N)).modpow(&self.secret, &N);
        let key = derived(&bytes(&shared), &bytes(&u));
        mac(&key[..16], &[name.pool.as_bytes(), name.user.as_bytes(), block, time.as_bytes()])
            .verify_slice(signature)
            .is_ok()
    }
}

/// Computes one block of HKDF; the key is the block's first half.
fn derived(material: &[u8], salt: &[u8]) -> Vec<u8> {
    let seed = mac(salt, &[material]).finalize().into_bytes();
    mac(&seed, &[b"Caldera Derived Key", &[1]]).finalize().into_bytes().to_vec()
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("keys of any length are taken"));
    for part in parts {
        mac.update(part);
    }
    mac
}

fn hashed(parts: &[&[u8]]) -> BigUint {
    let hash = parts.iter().fold(Sha256::new(), Sha256::chain_update);
    BigUint::from_bytes_be(&hash.finalize())
}

/// Returns a number as Java's `BigInteger` writes it.
fn bytes(number: &BigUint) -> Vec<u8> {
    BigInt::from(number.clone()).to_signed_bytes_be()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Name<'_> = Name { pool: "AbCdEfGhI", user: "visitor@example.com" };

    /// Computes the client's side, as `amazon-cognito-identity-js` does.
    fn signature(a: &BigUint, exchange: &Exchange, salt: &BigUint, password: &str) -> Vec<u8> {
        let (ours, theirs) = (G.modpow(a, &N), &exchange.public);
        let u = hashed(&[&bytes(&ours), &bytes(theirs)]);
        let whole = Sha256::digest(format!("{}{}:{password}", NAME.pool, NAME.user));
        let x = hashed(&[&bytes(salt), &whole]);
        let base = (theirs + &*N * &*K - &*K * G.modpow(&x, &N)) % &*N;
        let shared = base.modpow(&(a + &u * &x), &N);
        let key = derived(&bytes(&shared), &bytes(&u));
        let parts = [NAME.pool.as_bytes(), NAME.user.as_bytes(), b"block", b"time"];
        mac(&key[..16], &parts).finalize().into_bytes().to_vec()
    }

    fn proves(password: &str, tried: &str) -> bool {
        let salt = salt().unwrap();
        let verifier = verifier(NAME, password, &salt);
        let a = BigUint::from_bytes_be(&secret::bytes::<128>().unwrap());
        let exchange = Exchange::begin(G.modpow(&a, &N), &verifier).unwrap().unwrap();
        let signature = signature(&a, &exchange, &salt, tried);
        exchange.proves(&verifier, NAME, b"block", "time", &signature)
    }

    #[test]
    fn the_group_is_whole() {
        assert_eq!(N.bits(), 3072);
        // As `amazon-cognito-identity-js` and `pycognito` compute it.
        let k = "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6";
        assert_eq!(hex::encode(K.to_bytes_be()), k);
    }

    #[test]
    fn the_right_password_proves_itself_and_no_other() {
        assert!(proves("Griffin-1", "Griffin-1"));
        assert!(!proves("Griffin-1", "griffin-1"));
    }

    #[test]
    fn a_value_that_makes_the_key_known_is_refused() {
        for client in [BigUint::ZERO, N.clone(), &*N * 2_u32] {
            assert!(Exchange::begin(client, &G).unwrap().is_none());
        }
    }

    #[test]
    fn numbers_are_written_as_java_does() {
        assert_eq!(bytes(&BigUint::from(0x7F_u32)), [0x7F]);
        assert_eq!(bytes(&BigUint::from(0x80_u32)), [0, 0x80]);
        assert_eq!(bytes(&BigUint::from(0x0123_u32)), [1, 0x23]);
    }
}
