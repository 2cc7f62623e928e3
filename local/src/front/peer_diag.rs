//! Asks Linux for one socket: the kernel finds it by its two addresses, in the same time however
//! many there are. The tables of `/proc` list them all, which takes milliseconds beside thousands.
//! <https://man7.org/linux/man-pages/man7/sock_diag.7.html>

use std::net::{IpAddr, SocketAddr};

use rustix::{
    io::Errno,
    net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink},
};

/// `SOCK_DIAG_BY_FAMILY`: the type of the request and of its answer.
const BY_FAMILY: u16 = 20;
/// `NLM_F_REQUEST`.
const REQUEST: u16 = 1;
/// The lengths of `nlmsghdr` and of `inet_diag_req_v2`.
const HEAD: usize = 16;
const BODY: usize = 56;
/// Where `inet_diag_msg` has the user and the inode, behind the head of the message.
const USER: usize = HEAD + 64;
const INODE: usize = HEAD + 68;

/// Returns the user and the inode of the socket at the local address, with the remote one at its
/// other end; `None` if the kernel does not have this question or such a socket.
pub(super) fn owner(local: SocketAddr, remote: SocketAddr) -> Option<(u32, u64)> {
    let answer = ask(&question(local, remote)?).ok()?;
    let kind = u16::from_ne_bytes(answer.get(4..6)?.try_into().ok()?);
    let number = |at: usize| {
        let bytes = answer.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_ne_bytes(bytes))
    };
    // Anything else is an error, such as that there is no such socket.
    (kind == BY_FAMILY).then_some(())?;
    Some((number(USER)?, number(INODE)?.into()))
}

fn ask(question: &[u8]) -> Result<Vec<u8>, Errno> {
    let socket = rustix::net::socket_with(
        AddressFamily::NETLINK,
        SocketType::DGRAM,
        SocketFlags::CLOEXEC,
        Some(netlink::SOCK_DIAG),
    )?;
    rustix::net::send(&socket, question, SendFlags::empty())?;
    let mut answer = vec![0; 4096];
    // The kernel has answered by now.
    let (length, _) = rustix::net::recv(&socket, answer.as_mut_slice(), RecvFlags::DONTWAIT)?;
    answer.truncate(length);
    Ok(answer)
}

/// Returns the message; `None` if the addresses are of two kinds.
fn question(local: SocketAddr, remote: SocketAddr) -> Option<Vec<u8>> {
    /// `IPPROTO_TCP`, no extensions, and a byte of padding.
    const TCP: [u8; 3] = [6, 0, 0];
    const ANY_STATE: u32 = u32::MAX;
    const ANY_INTERFACE: u32 = 0;
    const NO_COOKIE: [u8; 8] = [u8::MAX; 8];
    let (family, local_ip, remote_ip) = match (local.ip(), remote.ip()) {
        (IpAddr::V4(local), IpAddr::V4(remote)) => {
            (AddressFamily::INET, padded(local.octets()), padded(remote.octets()))
        }
        (IpAddr::V6(local), IpAddr::V6(remote)) => {
            (AddressFamily::INET6, local.octets(), remote.octets())
        }
        _ => return None,
    };
    let length = u32::try_from(HEAD + BODY).ok()?;
    let parts: [&[u8]; 13] = [
        &length.to_ne_bytes(),
        &BY_FAMILY.to_ne_bytes(),
        &REQUEST.to_ne_bytes(),
        // Neither a number of the message nor one of the sender is needed.
        &[0; 8],
        &[u8::try_from(family.as_raw()).ok()?],
        &TCP,
        &ANY_STATE.to_ne_bytes(),
        &local.port().to_be_bytes(),
        &remote.port().to_be_bytes(),
        &local_ip,
        &remote_ip,
        &ANY_INTERFACE.to_ne_bytes(),
        &NO_COOKIE,
    ];
    Some(parts.concat())
}

fn padded(octets: [u8; 4]) -> [u8; 16] {
    let mut padded = [0; 16];
    padded[..4].copy_from_slice(&octets);
    padded
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    /// Returns both ends of a connection to this address, and the owner of the client's socket.
    fn connected(to: &str) -> (TcpStream, TcpStream, Option<(u32, u64)>) {
        let listener = TcpListener::bind(to).unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (server, _) = listener.accept().unwrap();
        let found = owner(client.local_addr().unwrap(), client.peer_addr().unwrap());
        (client, server, found)
    }

    #[test]
    fn a_socket_is_found_by_its_addresses() {
        let own = rustix::process::geteuid().as_raw();
        for to in ["127.0.0.1:0", "[::1]:0"] {
            let (client, server, found) = connected(to);
            // A kernel without this question is asked in another way.
            let Some((user, inode)) = found else { continue };
            assert_eq!((user, inode > 0), (own, true), "{to}");
            let (local, remote) = (client.local_addr().unwrap(), client.peer_addr().unwrap());
            let mut elsewhere = local;
            elsewhere.set_port(1);
            assert_eq!(owner(elsewhere, remote), None, "{to}");
            drop((client, server));
        }
    }

    #[test]
    fn addresses_of_two_kinds_are_no_socket() {
        assert_eq!(question("127.0.0.1:1".parse().unwrap(), "[::1]:2".parse().unwrap()), None);
        let whole = question("127.0.0.1:1".parse().unwrap(), "127.0.0.1:2".parse().unwrap());
        assert_eq!(whole.map(|message| message.len()), Some(HEAD + BODY));
    }
}
