//! Who is at the other end of a connection: which user of this machine. The local cloud runs
//! programs for the user who started it, and a port of loopback is open to all users. Linux tells
//! whose a socket is; where the system does not, everybody is admitted.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::{net::TcpStream, sync::OnceCell};

/// Linux's tables of sockets. A client that speaks IPv4 through an IPv6 socket is in the second.
const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];
/// The kernel gives a table in pieces, and a socket can move from one to the other meanwhile.
const LOOKS: usize = 3;

/// The client of one connection.
#[derive(Debug)]
pub(super) struct Peer {
    /// None when the client is gone already.
    ends: Option<Ends>,
    is_stranger: OnceCell<bool>,
}

/// The two sockets of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ends {
    client: SocketAddr,
    server: SocketAddr,
}

/// Whose socket the client's is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// The system does not tell whose any socket is.
    Untold,
    /// The client closed it already, and Linux gives what is left of it to root. Whoever closes at
    /// once must not pass for root.
    Gone,
    User(u32),
}

impl Peer {
    /// Returns the client of a connection.
    pub(super) fn of(stream: &TcpStream) -> Self {
        let ends = |stream: &TcpStream| {
            io::Result::Ok(Ends {
                client: canonical(stream.peer_addr()?),
                server: canonical(stream.local_addr()?),
            })
        };
        Self { ends: ends(stream).ok(), is_stranger: OnceCell::new() }
    }

    /// Returns whether it is certainly neither the user who started the local cloud nor root. Looked
    /// up when it is first asked for, as a website's visitors need no look.
    pub(super) async fn is_stranger(&self) -> bool {
        *self.is_stranger.get_or_init(|| is_stranger(self.ends)).await
    }
}

#[cfg(target_os = "linux")]
async fn is_stranger(ends: Option<Ends>) -> bool {
    let Some(ends) = ends else { return true };
    let own = rustix::process::geteuid().as_raw();
    if let Some((user, inode)) = super::peer_diag::owner(ends.client, ends.server)
        && inode != 0
    {
        return !may_come(Owner::User(user), own);
    }
    let mut owner = Owner::Gone;
    for _ in 0..LOOKS {
        let mut rows = String::new();
        for table in TABLES {
            // A table that cannot be read tells nothing.
            rows += &tokio::fs::read_to_string(table).await.unwrap_or_default();
        }
        owner = ends.owner(&rows);
        if owner != Owner::Gone {
            break;
        }
    }
    !may_come(owner, own)
}

#[cfg(not(target_os = "linux"))]
async fn is_stranger(_: Option<Ends>) -> bool {
    false
}

/// Returns whether the owner of a socket may drive the local cloud of this user.
fn may_come(owner: Owner, own: u32) -> bool {
    match owner {
        Owner::Untold => true,
        Owner::Gone => false,
        Owner::User(user) => user == 0 || user == own,
    }
}

impl Ends {
    /// Finds the owner of the client's socket in Linux's tables.
    fn owner(self, tables: &str) -> Owner {
        let mut owner = Owner::Untold;
        for row in tables.lines().filter_map(Row::of) {
            if (row.local, row.remote) == (self.client, self.server) {
                return if row.inode == 0 { Owner::Gone } else { Owner::User(row.user) };
            }
            // A table that lists our own sockets would list the client's, too.
            if row.local.port() == self.server.port() {
                owner = Owner::Gone;
            }
        }
        owner
    }
}

/// A row of a table: a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    local: SocketAddr,
    remote: SocketAddr,
    user: u32,
    /// 0 once no process has the socket any more.
    inode: u64,
}

impl Row {
    fn of(line: &str) -> Option<Self> {
        let mut columns = line.split_ascii_whitespace().skip(1);
        let (local, remote) = (address(columns.next()?)?, address(columns.next()?)?);
        let user = columns.nth(4)?.parse().ok()?;
        let inode = columns.nth(1)?.parse().ok()?;
        Some(Self { local, remote, user, inode })
    }
}

/// Parses `0100007F:11D6`: the address in groups of 32 bits, each as this machine reads its bytes.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let group = |at: usize| {
        let digits = ip.get(at * 8..at * 8 + 8)?;
        u32::from_str_radix(digits, 16).ok().map(u32::to_ne_bytes)
    };
    let ip: IpAddr = match ip.len() {
        8 => Ipv4Addr::from(group(0)?).into(),
        32 => {
            let mut bytes = [0; 16];
            for (at, part) in bytes.chunks_exact_mut(4).enumerate() {
                part.copy_from_slice(&group(at)?);
            }
            Ipv6Addr::from(bytes).into()
        }
        _ => return None,
    };
    Some(canonical((ip, port).into()))
}

/// Returns an address in its only form: IPv4 in IPv6 is IPv4, without flow and scope.
fn canonical(address: SocketAddr) -> SocketAddr {
    (address.ip().to_canonical(), address.port()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    fn row(local: &str, remote: &str, user: u32, inode: u64) -> String {
        format!(
            "   3: {local} {remote} 01 00000000:00000000 00:00000000 00000000 {user:>5}        0 \
             {inode} 1 00000000c2a01512 20 4 30 10 -1\n"
        )
    }

    fn ends(client: &str, server: &str) -> Ends {
        Ends { client: client.parse().unwrap(), server: server.parse().unwrap() }
    }

    /// Returns an address as this machine's kernel writes it.
    fn written(address: &str) -> String {
        let address: SocketAddr = address.parse().unwrap();
        let bytes = match address.ip() {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        };
        let group = |part: &[u8]| format!("{:08X}", u32::from_ne_bytes(part.try_into().unwrap()));
        let groups: String = bytes.chunks_exact(4).map(group).collect();
        format!("{groups}:{:04X}", address.port())
    }

    #[test]
    fn addresses_are_parsed() {
        for text in ["127.0.0.1:4566", "[::1]:4566", "[2001:db8::17]:80"] {
            assert_eq!(address(&written(text)), Some(text.parse().unwrap()), "{text}");
        }
        let mapped = written("[::ffff:127.0.0.1]:4566");
        assert_eq!(address(&mapped), Some("127.0.0.1:4566".parse().unwrap()));
        for other in ["local_address", "0100007F", "0100007F:", "01:11D6", "x100007F:11D6"] {
            assert_eq!(address(other), None, "{other}");
        }
    }

    #[test]
    fn the_owner_of_the_clients_socket_is_found() {
        let (client, server) = ("127.0.0.1:50000", "127.0.0.1:4566");
        let (there, here) = (written(client), written(server));
        let ours = row(&here, &there, 1000, 7);
        let found =
            |rows: &[String]| ends(client, server).owner(&[HEAD, &rows.concat()].join("\n"));
        assert_eq!(found(&[ours.clone(), row(&there, &here, 65534, 8)]), Owner::User(65534));
        let mapped = written("[::ffff:127.0.0.1]:50000");
        let ends_mapped = written("[::ffff:127.0.0.1]:4566");
        assert_eq!(found(&[ours.clone(), row(&mapped, &ends_mapped, 9, 8)]), Owner::User(9));
        let elsewhere = row(&there, &written("127.0.0.1:80"), 0, 9);
        assert_eq!(found(&[ours.clone(), elsewhere]), Owner::Gone, "no row of it");
        assert_eq!(found(&[ours, row(&there, &here, 0, 0)]), Owner::Gone, "closed");
        assert_eq!(found(&[]), Owner::Untold);
        assert_eq!(found(&["no row".to_owned()]), Owner::Untold);
    }

    #[test]
    fn the_owner_and_root_may_come() {
        for (owner, may) in [
            (Owner::Untold, true),
            (Owner::User(0), true),
            (Owner::User(1000), true),
            (Owner::User(1001), false),
            (Owner::Gone, false),
        ] {
            assert_eq!(may_come(owner, 1000), may, "{owner:?}");
        }
    }

    #[tokio::test]
    async fn we_are_no_strangers() {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        let peer = Peer::of(&server);
        assert!(!peer.is_stranger().await);
        drop(client);
        assert!(!peer.is_stranger().await, "looked up once");
        if cfg!(target_os = "linux") {
            assert!(Peer::of(&server).is_stranger().await, "nobody's any more");
        }
    }
}
