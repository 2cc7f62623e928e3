//! The loopback sockets: one port on 127.0.0.1 and, where the machine has it, on `::1`.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::net::{TcpListener, TcpStream};

use crate::open::OpenError;

/// How often another free port is tried when the one from 127.0.0.1 turns out to be taken on `::1`.
const TRIES: usize = 10;

/// More open files than the local cloud and its tasks ever have, and what macOS gives at most.
#[cfg(unix)]
const MOST_FILES: u64 = 10_240;

/// The sockets of one local cloud.
#[derive(Debug)]
pub(crate) struct Listeners {
    port: u16,
    ipv4: TcpListener,
    ipv6: Option<TcpListener>,
}

impl Listeners {
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Accepts the next connection on either socket.
    pub(crate) async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _) = match &self.ipv6 {
            Some(ipv6) => tokio::select! {
                accepted = self.ipv4.accept() => accepted?,
                accepted = ipv6.accept() => accepted?,
            },
            None => self.ipv4.accept().await?,
        };
        // Answers are small and written whole; waiting to fill a packet would only delay them.
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// Binds the port, or any free one for port 0.
pub(crate) async fn bind(port: u16) -> Result<Listeners, OpenError> {
    allow_open_files();
    let mut tries = if port == 0 { TRIES } else { 1 };
    loop {
        tries -= 1;
        match bind_both(port).await {
            Err(OpenError::PortTaken { .. }) if tries > 0 => {}
            bound => return bound,
        }
    }
}

/// Lets the process have as many open files as the system allows it. Each connection is one, and
/// many systems begin with 256 or 1,024. Where that is refused, there are fewer connections.
fn allow_open_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        let wanted = limit.maximum.unwrap_or(MOST_FILES).min(MOST_FILES);
        if limit.current.is_some_and(|current| current < wanted) {
            limit.current = Some(wanted);
            let _ = setrlimit(Resource::Nofile, limit);
        }
    }
}

/// A program that has the port on `::1` would get what is sent to `localhost`, so a port that is
/// taken there is taken. A machine without IPv6 gets 127.0.0.1 only.
async fn bind_both(port: u16) -> Result<Listeners, OpenError> {
    let ipv4 = bind_one(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let port = ipv4.local_addr().map_err(|source| OpenError::Port { port, source })?.port();
    match bind_one(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await {
        Ok(ipv6) => Ok(Listeners { port, ipv4, ipv6: Some(ipv6) }),
        Err(taken @ OpenError::PortTaken { .. }) => Err(taken),
        Err(_) => Ok(Listeners { port, ipv4, ipv6: None }),
    }
}

async fn bind_one(address: SocketAddr) -> Result<TcpListener, OpenError> {
    let port = address.port();
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => OpenError::PortTaken { port, source },
        _ => OpenError::Port { port, source },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn any_free_port_is_found() {
        assert_ne!(bind(0).await.unwrap().port(), 0);
    }

    #[tokio::test]
    async fn a_taken_port_is_named() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = bind(port).await.unwrap_err();
        assert!(matches!(error, OpenError::PortTaken { port: named, .. } if named == port));
        assert!(error.to_string().contains(&port.to_string()));
    }
}
