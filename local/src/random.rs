//! All randomness: ids and secrets, which nobody may guess, and the repeatable dice of the fault
//! rules.

use ring::rand::{SecureRandom as _, SystemRandom};

/// The system has no randomness.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the system has no random numbers")]
pub(crate) struct NoRandomness;

/// Returns random bytes from the system.
///
/// # Errors
/// When it has none.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// Returns random bytes that a call cannot do without: if there are none, it ends with an error of
/// the local cloud.
fn certain<const N: usize>() -> [u8; N] {
    bytes().unwrap_or_else(|error| unreachable!("{error}"))
}

/// Returns a random id of 32 hexadecimal digits.
pub(crate) fn id() -> String {
    hex::encode(certain::<16>())
}

/// A small generator whose throws depend on its seed only (xorshift64*).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        // Zero would throw zeros for ever; neighbouring seeds must not throw alike.
        Self((seed ^ 0x9E37_79B9_7F4A_7C15).max(1))
    }

    /// Creates a generator that throws differently every time.
    pub(crate) fn from_entropy() -> Self {
        Self::new(u64::from_ne_bytes(certain()))
    }

    /// Returns a number from 0 up to, not including, this one; 0 if that is 0.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        let throw = u64::from(self.throw_bits()) * u64::from(end);
        u32::try_from(throw >> 32).unwrap_or_else(|_| unreachable!("it is smaller than the end"))
    }

    /// Returns a number from 0 up to, not including, 1.
    pub(crate) fn throw(&mut self) -> f64 {
        f64::from(self.throw_bits()) / (f64::from(u32::MAX) + 1.0)
    }

    fn throw_bits(&mut self) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        u32::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32)
            .unwrap_or_else(|_| unreachable!("32 bits fit"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides() {
        let throws = |seed| {
            let mut dice = Dice::new(seed);
            (0..5).map(|_| dice.throw().to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(throws(7), throws(7));
        assert_ne!(throws(7), throws(8));
    }

    #[test]
    fn a_tenth_is_about_a_tenth() {
        let mut dice = Dice::new(1);
        let hits = (0..10_000).filter(|_| dice.throw() < 0.1).count();
        assert!((900..1100).contains(&hits), "{hits}");
    }

    #[test]
    fn ids_differ() {
        assert_ne!(id(), id());
        assert_eq!(id().len(), 32);
    }
}
