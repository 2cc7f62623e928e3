//! How fast the local cloud settles: AWS's typical durations, scaled. The durations are in
//! `durations.toml`, which the command line reads too.

use std::time::Duration;

const FILE: &[u8] = include_str!("durations.toml").as_bytes();

/// Returns how long AWS typically keeps a resource in a state, such as `AWS::DynamoDB::Table
/// CREATING`. For constants: one for a state that is not in the file does not compile.
#[must_use]
pub(crate) const fn typical(state: &str) -> Duration {
    let mut line = 0;
    while !names(line, state.as_bytes()) {
        assert!(line < FILE.len(), "durations.toml does not have this state");
        line = next(line);
    }
    // After the quotes and ` = `.
    Duration::from_secs(number(line + state.len() + 5))
}

/// Returns whether the line that begins here is `"STATE" = …`.
const fn names(line: usize, state: &[u8]) -> bool {
    let end = line + 1 + state.len();
    if end >= FILE.len() || FILE[line] != b'"' || FILE[end] != b'"' {
        return false;
    }
    let mut place = 0;
    while place < state.len() && FILE[line + 1 + place] == state[place] {
        place += 1;
    }
    place == state.len()
}

/// Returns where the line after the one that begins here begins.
const fn next(line: usize) -> usize {
    let mut place = line;
    while place < FILE.len() && FILE[place] != b'\n' {
        place += 1;
    }
    place + 1
}

/// Returns the number that begins here.
const fn number(start: usize) -> u64 {
    let mut number = 0;
    let mut place = start;
    while place < FILE.len() && FILE[place].is_ascii_digit() {
        // A byte of a digit, so the cast loses nothing.
        number = number * 10 + (FILE[place] - b'0') as u64;
        place += 1;
    }
    number
}

/// The factor by which AWS's typical durations are multiplied: 0 settles at once, 1 takes as long
/// as AWS does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace(f64);

impl Pace {
    /// Creates a pace of this factor; `None` if it is negative or not a number.
    #[must_use]
    pub fn new(factor: f64) -> Option<Self> {
        (factor.is_finite() && factor >= 0.0).then_some(Self(factor))
    }

    /// Returns the factor.
    #[must_use]
    pub fn factor(self) -> f64 {
        self.0
    }

    /// Scales a duration that AWS typically takes.
    #[must_use]
    pub fn scale(self, typical: Duration) -> Duration {
        typical.mul_f64(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_the_seconds_of_its_line() {
        assert_eq!(typical("AWS::DynamoDB::Table CREATING"), Duration::from_secs(8));
        assert_eq!(typical("AWS::EC2::NatGateway pending"), Duration::from_secs(100));
        assert_eq!(typical("AWS::EC2::NatGateway deleting"), Duration::from_mins(1));
    }

    #[test]
    fn every_line_of_a_state_has_seconds() {
        let file = include_str!("durations.toml");
        let states = file.lines().filter_map(|line| line.strip_prefix('"')?.split_once("\" = "));
        assert!(states.clone().count() > 15);
        for (state, seconds) in states {
            assert_eq!(typical(state), Duration::from_secs(seconds.parse().unwrap()), "{state}");
        }
    }
}
