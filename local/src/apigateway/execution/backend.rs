//! Integrations with a backend: on this machine, or behind a load balancer through a VPC link.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use http::uri::Authority;

use super::{
    client::{self, Failure},
    exchange::Exchange,
    headers,
    refusal::Refusal,
    requests::{self, Outgoing},
    responses::{self, Said},
};
use crate::{
    apigateway::{
        ApiGateway,
        gateway_responses::{API_CONFIGURATION_ERROR, INTEGRATION_FAILURE, INTEGRATION_TIMEOUT},
        integrations::{HTTP_PROXY, is_loopback},
        model::Integration,
        vpc_links,
    },
    place::Place,
    service::Answer,
};

pub(super) async fn answer(
    gateway: &ApiGateway,
    exchange: &Exchange<'_>,
    integration: &Integration,
) -> Result<Answer, Refusal> {
    let Outgoing { host, request } = requests::outgoing(exchange, integration)?;
    let addresses = addresses(gateway, exchange, integration, &host).await?;
    let limit = Duration::from_millis(integration.timeout_in_millis);
    let sent = tokio::time::timeout(limit, client::send(&addresses, request)).await;
    let said = match sent.map_err(|_| INTEGRATION_TIMEOUT)? {
        Ok(said) => said,
        Err(Failure::Network) => return Err(INTEGRATION_FAILURE.into()),
        Err(Failure::TooLarge) => return Err(API_CONFIGURATION_ERROR.into()),
    };
    let (parts, body) = said.into_parts();
    if integration.kind == HTTP_PROXY {
        let mut answer = Answer::new(body);
        *answer.status_mut() = parts.status;
        *answer.headers_mut() = headers::given_back(&parts.headers);
        return Ok(answer);
    }
    let said = Said { status: parts.status.as_u16(), headers: parts.headers, body };
    responses::answer(exchange, integration, &said)
}

/// Returns where the backend is. Behind a link, the host of its address only goes into a header.
async fn addresses(
    gateway: &ApiGateway,
    exchange: &Exchange<'_>,
    integration: &Integration,
    host: &Authority,
) -> Result<Vec<SocketAddr>, Refusal> {
    let port = host.port_u16().unwrap_or(80);
    if let Some(link) = vpc_links::of(integration, &exchange.found.variables) {
        let (own, place) = (gateway.clone(), exchange.found.place.clone());
        // Whoever looks at the state waits while it is written.
        let found = gateway.turns.run(move || behind(&own, &place, &link, port)).await;
        return Ok(vec![found.ok().flatten().ok_or(API_CONFIGURATION_ERROR)?]);
    }
    let host = host.host();
    if !is_loopback(host) {
        return Err(API_CONFIGURATION_ERROR.into());
    }
    let (four, six): (IpAddr, IpAddr) = (Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into());
    let candidates = match host {
        "127.0.0.1" => vec![four],
        "[::1]" => vec![six],
        _ => vec![four, six],
    };
    Ok(candidates.into_iter().map(|ip| SocketAddr::new(ip, port)).collect())
}

/// Returns the listener behind a link; `None` while the link is unavailable or has no healthy
/// target.
fn behind(gateway: &ApiGateway, place: &Place, link: &str, port: u16) -> Option<SocketAddr> {
    let store = gateway.regions.of(place).ok()?;
    let target = store.read(|region| {
        let link = region.links.get(link)?;
        (link.status(&gateway.clock.moment()) == "AVAILABLE").then(|| link.target.clone())
    })?;
    let entrance = gateway.balancers.entrance(place, &target, port)?;
    entrance.leads_somewhere.then_some(entrance.address)
}
