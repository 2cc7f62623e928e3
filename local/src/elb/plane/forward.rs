//! A port: connections come in and are forwarded to healthy targets, byte by byte.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::{Chosen, Shared};

/// The pause after a failed accept, as when file descriptors run out.
const PAUSE: Duration = Duration::from_millis(50);

/// How many connections of a port are forwarded at the same time; more wait until they are accepted.
/// Each is two of the process's open files, which the local cloud needs for its own port, too, and
/// the lab's backend serves no more. A test has all four ends of each in one process.
pub(in crate::elb) const MOST_CONNECTIONS: usize = if cfg!(test) { 50 } else { 1_000 };

/// Accepts connections until it is dropped; the connections then end too.
pub(super) async fn serve(listener: TcpListener, port: u16, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((client, _)) => {
                    connections.spawn(forward(client, port, Arc::clone(&shared)));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Forwards a connection to a healthy target. One that has just ended no longer listens; then
/// another is tried. Without any, the connection is closed.
async fn forward(client: TcpStream, port: u16, shared: Arc<Shared>) {
    let mut tried: Vec<SocketAddr> = Vec::new();
    while let Some(chosen) = shared.choose(port, &tried) {
        match TcpStream::connect(chosen.process).await {
            Ok(server) => return relay(client, server, chosen).await,
            Err(_) => tried.push(chosen.process),
        }
    }
}

/// Copies both ways until both sides have ended, or the target is gone.
async fn relay(mut client: TcpStream, mut server: TcpStream, mut chosen: Chosen) {
    // Answers come in small pieces; waiting to fill a packet would only delay them.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    tokio::select! {
        // How a connection ends is the two sides' affair.
        _ = io::copy_bidirectional(&mut client, &mut server) => {}
        // Nothing is ever sent: this is done when the target is dropped.
        _ = chosen.alive.changed() => {}
    }
}
