//! The prices of eu-west-1 as resources and the plan asked for them until now. It goes with its last
//! caller.

use std::fmt;

use super::{FILE, Item, Price, Prices, read};
use crate::{lab::regions, settings::Topology};

/// The figure of this name of the region that stands first in the file, eu-west-1. A caller needs a
/// constant, so that it is read while compiling; a name that is not there does not compile.
const fn first(name: &str) -> f64 {
    let (text, name) = (FILE.as_bytes(), name.as_bytes());
    let mut at = 0;
    while !stands_at(text, name, at) {
        at += 1;
    }
    at += name.len();
    let (mut digits, mut scale, mut is_fraction) = (0.0, 1.0, false);
    while text[at] == b'.' || text[at].is_ascii_digit() {
        if text[at] == b'.' {
            is_fraction = true;
        } else {
            digits = digits * 10.0 + (text[at] - b'0') as f64;
            scale *= if is_fraction { 10.0 } else { 1.0 };
        }
        at += 1;
    }
    digits / scale
}

const fn stands_at(text: &[u8], name: &[u8], at: usize) -> bool {
    let mut length = 0;
    while length < name.len() && text[at + length] == name[length] {
        length += 1;
    }
    length == name.len()
}

/// A network load balancer with its address in each of two zones, dollars per hour.
pub(crate) const LOAD_BALANCER: f64 =
    first("\nload_balancer = ") + 2.0 * first("\npublic_address = ");

/// When the prices were looked up.
pub(crate) const AS_OF: AsOf = AsOf;

/// Writes when the prices were looked up.
pub(crate) struct AsOf;

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&read().map(|file| file.as_of).unwrap_or_default())
    }
}

/// A test excludes that the file is wrong; it would show as a price that is not a number.
fn per_hour(prices: &[Price]) -> f64 {
    Prices::of(regions::DEFAULT).map_or(f64::NAN, |it| it.per_hour(prices))
}

/// The network, dollars per hour: in the classic topology two NAT gateways with their addresses.
pub(crate) fn network(topology: Topology) -> f64 {
    match topology {
        Topology::Classic => {
            per_hour(&[Price::of(2.0, Item::NatGateway), Price::of(2.0, Item::PublicAddress)])
        }
        Topology::Economy => 0.0,
    }
}

/// The service's one task, dollars per hour: in the economy topology it has a public address.
pub(crate) fn task(topology: Topology) -> f64 {
    let addresses = match topology {
        Topology::Classic => 0.0,
        Topology::Economy => 1.0,
    };
    per_hour(&[
        Price::of(0.25, Item::FargateProcessor),
        Price::of(0.5, Item::FargateMemory),
        Price::of(addresses, Item::PublicAddress),
    ])
}

/// A provisioned table or index with these capacity units, dollars per hour. An account's first 25
/// units of each kind are free for ever; the price is what it costs without them.
pub(crate) fn capacity(read: i64, write: i64) -> f64 {
    // Capacity units are at most some ten thousands, which a double holds exactly.
    #[expect(clippy::cast_precision_loss, reason = "capacity units are small numbers")]
    let (read, write) = (read as f64, write as f64);
    per_hour(&[Price::of(read, Item::ReadUnit), Price::of(write, Item::WriteUnit)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constant_is_what_the_file_says() {
        let balancer = [Price::of(1.0, Item::LoadBalancer), Price::of(2.0, Item::PublicAddress)];
        assert!((LOAD_BALANCER - per_hour(&balancer)).abs() < 1e-9);
        assert_eq!(AS_OF.to_string(), "September 2026");
    }

    #[test]
    fn the_backend_and_the_table() {
        let per_day = |topology| (network(topology) + LOAD_BALANCER + task(topology)) * 24.0;
        assert!((per_day(Topology::Classic) - 3.69).abs() < 0.01);
        assert!((per_day(Topology::Economy) - 1.26).abs() < 0.01);
        // 15 of each: the table and its two indexes, 5 each.
        assert!((capacity(15, 15) * 24.0 - 0.3175).abs() < 0.001);
    }
}
