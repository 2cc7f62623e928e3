//! Ports of this machine. They are below those that systems give to outgoing connections, so that a
//! load balancer gets its port back after a restart.

use std::{
    collections::BTreeSet,
    io,
    net::{Ipv4Addr, TcpListener as StdListener},
};

use http::StatusCode;
use tokio::net::TcpListener;

use crate::{random::Dice, service::AwsError};

const FIRST: u16 = 20_000;
const COUNT: u32 = 12_000;
const TRIES: usize = 100;

/// Listens on a port.
pub(super) fn listen(port: u16) -> io::Result<TcpListener> {
    let listener = StdListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

/// Returns whether no program listens on a port.
pub(in super::super) fn is_free(port: u16) -> bool {
    StdListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Returns a port that no program listens on and that is none of these.
pub(in super::super) fn free_port(taken: &BTreeSet<u16>) -> Result<u16, AwsError> {
    let mut dice = Dice::from_entropy();
    let mut candidates = (0..TRIES)
        .filter_map(|_| u16::try_from(dice.below(COUNT)).ok())
        .map(|offset| FIRST + offset);
    candidates.find(|port| !taken.contains(port) && is_free(*port)).ok_or_else(|| {
        let message = "No port of this machine is free for a load balancer";
        AwsError::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message)
    })
}
