//! Names to addresses. A network for what others have written leads to nothing that only this machine
//! can reach: neither to its own network nor to where an instance finds its credentials.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};

use super::is_loopback;

/// Resolves names below `.localhost`, which are this machine by definition (RFC 6761), but not for
/// every system's resolver.
#[derive(Clone, Debug, Default)]
pub(super) struct Resolver {
    /// The only host that may lead into a private network, if others may not.
    public_but: Option<Arc<str>>,
}

impl Resolver {
    /// Returns one that leads only to public addresses, but for this host.
    pub(super) fn public_but(host: &str) -> Self {
        Self { public_but: Some(host.into()) }
    }

    /// Checks where a name leads. Who may name this machine was checked before.
    fn checked(&self, name: &str, found: Vec<IpAddr>) -> io::Result<Vec<IpAddr>> {
        let is_free = self.public_but.as_deref().is_none_or(|host| host == name);
        if is_free || is_loopback(name) || found.iter().copied().all(is_public) {
            return Ok(found);
        }
        Err(io::Error::other(format!("{name} leads into a private network")))
    }
}

impl ResolveDns for Resolver {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        DnsFuture::new(async move {
            if name.ends_with(".localhost") {
                return Ok(vec![Ipv4Addr::LOCALHOST.into()]);
            }
            let found = tokio::net::lookup_host((name, 0)).await.map_err(ResolveDnsError::new)?;
            let found = found.map(|address| address.ip()).collect();
            self.checked(name, found).map_err(ResolveDnsError::new)
        })
    }
}

/// Returns whether an address is one of the internet, by IANA's registries of special addresses.
/// <https://www.iana.org/assignments/iana-ipv4-special-registry>
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => {
            // 2000::/3 is all that is given out; 2001:db8::/32 is for documents.
            let [first, second, ..] = address.segments();
            let is_given_out = first & 0xe000 == 0x2000 && (first, second) != (0x2001, 0x0db8);
            embedded(address).map_or(is_given_out, is_public_v4)
        }
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    !(first == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || (first == 100 && second & 0xc0 == 64)
        || (first, second, third) == (192, 0, 0)
        || (first == 198 && second & 0xfe == 18)
        || first >= 224)
}

/// Returns the address of IPv4 to which one of IPv6 leads: mapped, by NAT64, by 6to4.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let pair = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(pair(high, low))
        }
        [0x2002, high, low, ..] => Some(pair(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_this_machine_reaches_is_not_public() {
        for inside in [
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.31.0.2",
            "192.0.0.8",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in
            ["52.1.2.3", "100.128.0.1", "198.20.0.1", "2600:1f18::1", "64:ff9b::3401:203"]
        {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn a_name_that_leads_inside_is_refused_unless_it_is_the_sites() {
        let (inside, outside): (IpAddr, IpAddr) =
            ("10.0.0.1".parse().unwrap(), "52.1.2.3".parse().unwrap());
        let resolver = Resolver::public_but("site.example");
        let found = |resolver: &Resolver, name, found: &[IpAddr]| {
            resolver.checked(name, found.to_vec()).is_ok()
        };
        assert!(found(&resolver, "api.example", &[outside]));
        assert!(!found(&resolver, "api.example", &[inside]));
        assert!(!found(&resolver, "api.example", &[outside, inside]), "either may be called");
        assert!(found(&resolver, "site.example", &[inside]));
        assert!(found(&resolver, "localhost", &["127.0.0.1".parse().unwrap()]));
        assert!(found(&Resolver::default(), "api.example", &[inside]));
    }
}
