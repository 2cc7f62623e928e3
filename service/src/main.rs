//! The backend of the lab: the HTTP API over the table of the mysfits. It runs in a container that
//! contains nothing but this program. This file is the process: settings from the environment,
//! serve, stop on SIGTERM.

mod client;
mod credentials;
mod failure;
mod frame;
mod log;
mod mysfit;
mod places;
mod routes;
mod server;
mod settings;
mod table;
mod trust;
mod visitor;

use std::{io, net::SocketAddr, process::ExitCode};

use serde_json::json;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{routes::App, settings::Settings, table::Table, visitor::UserPool};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            log::error("the backend cannot run", json!({ "problem": problem }));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let settings = Settings::read(|name| std::env::var(name).ok())?;
    // Before any request can arrive, so that no signal is missed.
    let stop = stop_signal().map_err(|error| format!("signals: {error}"))?;
    let table = Table::connect(&settings)?;
    let issuer = settings.user_pool.as_ref().map(|pool| pool.issuer.clone());
    let user_pool = settings.user_pool.map(UserPool::new).transpose()?;
    let (listener, address) =
        listen(settings.address).await.map_err(|error| format!("{}: {error}", settings.address))?;
    log::info(
        "listening",
        json!({
            "address": address.to_string(),
            "table": settings.table,
            "user_pool": issuer,
            "version": env!("CARGO_PKG_VERSION"),
        }),
    );
    server::serve(listener, routes::app(App { table, user_pool }), stop).await;
    log::info("stopped", json!({}));
    Ok(())
}

/// Returns the socket and its address, whose port the system chooses for `PORT=0`.
async fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Returns a future that is done at SIGTERM, with which ECS stops a task, or SIGINT.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
