//! `Fn::Cidr`: equal blocks cut out of a block of IPv4 addresses.

use std::net::Ipv4Addr;

/// Returns the first `count` blocks with `bits` host bits each. The arguments are texts: block,
/// count and, if it is not 8, bits.
pub(super) fn blocks(arguments: &[String]) -> Option<Vec<String>> {
    let (block, count, bits) = match arguments {
        [block, count] => (block, count, 8),
        [block, count, bits] => (block, count, bits.parse::<u32>().ok()?),
        _ => return None,
    };
    let (address, length) = block.split_once('/')?;
    let start = u32::from(address.parse::<Ipv4Addr>().ok()?);
    let length: u32 = length.parse().ok().filter(|length| *length <= 32)?;
    let count: u32 = count.parse().ok().filter(|count| (1..=256).contains(count))?;
    if bits > 31 || u64::from(count) << bits > 1 << (32 - length) {
        return None;
    }
    let block = |n: u32| {
        let address = Ipv4Addr::from(start.wrapping_add(n << bits));
        format!("{address}/{}", 32 - bits)
    };
    Some((0..count).map(block).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(arguments: &[&str]) -> Option<Vec<String>> {
        blocks(&arguments.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn blocks_follow_one_another() {
        let three = ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"].map(str::to_owned).to_vec();
        assert_eq!(cut(&["10.0.0.0/16", "3"]), Some(three));
        assert_eq!(cut(&["10.0.0.0/24", "2", "5"]).unwrap()[1], "10.0.0.32/27");
        assert_eq!(cut(&["10.0.0.0/24", "9", "5"]), None);
        assert_eq!(cut(&["text", "1"]), None);
    }
}
