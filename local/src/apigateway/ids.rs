//! Identifiers as API Gateway makes them: short, of lower-case letters and digits.

use crate::random::Dice;

const CHARACTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// Generates an API's id. It is part of a host name, and no two APIs of any account share one:
/// there are more of them than of anything that one machine holds.
pub(super) fn of_api() -> String {
    of_length(10)
}

/// Generates any other id, which is looked up only in its API or region.
pub(super) fn of_part() -> String {
    of_length(6)
}

fn of_length(length: usize) -> String {
    let mut dice = Dice::from_entropy();
    // The number drawn is always below the count.
    let mut next = || usize::try_from(dice.below(36)).ok().and_then(|at| CHARACTERS.get(at));
    (0..length).filter_map(|_| next().copied().map(char::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_short_and_differ() {
        let (one, other) = (of_api(), of_api());
        assert_ne!(one, other);
        assert_eq!((one.len(), of_part().len()), (10, 6));
        assert!(one.bytes().all(|byte| CHARACTERS.contains(&byte)));
    }
}
