//! IPv4 ranges.

use std::{fmt, net::Ipv4Addr, str::FromStr};

use serde::{Deserialize, Serialize};

/// A range such as `10.0.0.0/16`, without host bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(super) struct Cidr {
    first: u32,
    bits: u8,
}

impl Cidr {
    /// Everything.
    pub(super) const ALL: Self = Self { first: 0, bits: 0 };

    /// Public addresses are from the range reserved for network tests, `198.18.0.0/16`, so that
    /// none belongs to anybody.
    pub(super) const PUBLIC: Self = Self { first: 0xC612_0000, bits: 16 };

    /// Returns the range of one address.
    pub(super) fn only(address: Ipv4Addr) -> Self {
        Self { first: address.into(), bits: 32 }
    }

    /// Returns how many bits are fixed.
    pub(super) fn bits(self) -> u8 {
        self.bits
    }

    /// Returns how many addresses it has.
    pub(super) fn size(self) -> u64 {
        1 << (32 - self.bits)
    }

    /// Returns whether another range lies in this one.
    pub(super) fn contains(self, other: Self) -> bool {
        self.bits <= other.bits && other.first & mask(self.bits) == self.first
    }

    /// Returns whether any address is in both.
    pub(super) fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// Returns the address at this place in the range.
    pub(super) fn address(self, place: u32) -> Ipv4Addr {
        Ipv4Addr::from(self.first.wrapping_add(place))
    }
}

fn mask(bits: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0)
}

impl FromStr for Cidr {
    type Err = String;

    /// Host bits are cut off, as AWS does.
    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (address, bits) = text.split_once('/')?;
            let bits = bits.parse().ok().filter(|bits| *bits <= 32)?;
            Some(Self { first: u32::from(address.parse::<Ipv4Addr>().ok()?) & mask(bits), bits })
        };
        parse().ok_or_else(|| format!("{text} is not a valid CIDR block"))
    }
}

impl TryFrom<String> for Cidr {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Cidr> for String {
    fn from(cidr: Cidr) -> Self {
        cidr.to_string()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.first), self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> Cidr {
        text.parse().unwrap()
    }

    #[test]
    fn ranges_contain_and_overlap() {
        assert!(cidr("10.0.0.0/16").contains(cidr("10.0.3.0/24")));
        assert!(!cidr("10.0.0.0/16").contains(cidr("10.1.0.0/24")));
        assert!(cidr("10.0.1.0/24").overlaps(cidr("10.0.0.0/16")));
        assert!(!cidr("10.0.1.0/24").overlaps(cidr("10.0.2.0/24")));
        assert!(Cidr::ALL.contains(cidr("1.2.3.4/32")));
    }

    #[test]
    fn host_bits_are_cut_off_and_nonsense_refused() {
        assert_eq!(cidr("10.0.0.9/24").to_string(), "10.0.0.0/24");
        assert_eq!(cidr("10.0.0.0/24").size(), 256);
        for nonsense in ["", "10.0.0.0", "10.0.0/8", "10.0.0.0/33", "x/8"] {
            assert!(nonsense.parse::<Cidr>().is_err(), "{nonsense}");
        }
    }
}
