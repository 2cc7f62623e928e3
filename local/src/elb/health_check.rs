//! The settings of a target group's health check.

use super::{
    errors::{Outcome, invalid},
    state::HealthCheck,
};
use crate::params::Params;

/// The default port of a check: the one that the target listens on.
pub(super) const TRAFFIC_PORT: &str = "traffic-port";

/// Returns a network load balancer's defaults for a check of this protocol.
fn defaults(protocol: &str) -> HealthCheck {
    let is_http = protocol != "TCP";
    HealthCheck {
        protocol: protocol.to_owned(),
        port: TRAFFIC_PORT.to_owned(),
        path: is_http.then(|| "/".to_owned()),
        matcher: is_http.then(|| "200-399".to_owned()),
        interval: 30,
        timeout: if is_http { 6 } else { 10 },
        healthy: 5,
        unhealthy: 2,
    }
}

/// Creates the check of a new target group.
pub(super) fn new(params: &Params) -> Outcome<HealthCheck> {
    let protocol = params.text("HealthCheckProtocol").unwrap_or("TCP");
    if !matches!(protocol, "TCP" | "HTTP") {
        return Err(invalid(format!(
            "The local cloud checks health by TCP or HTTP, not by '{protocol}'"
        )));
    }
    changed(defaults(protocol), params)
}

/// Returns a check with a call's changes.
pub(super) fn changed(check: HealthCheck, params: &Params) -> Outcome<HealthCheck> {
    let text = |name: &str, kept: Option<String>| params.text(name).map(str::to_owned).or(kept);
    let protocol = text("HealthCheckProtocol", None).unwrap_or(check.protocol);
    let is_http = protocol == "HTTP";
    // A check by TCP has neither: one that becomes a check by HTTP begins with the defaults.
    let HealthCheck { path, matcher, .. } = defaults(&protocol);
    let changed = HealthCheck {
        port: text("HealthCheckPort", None).unwrap_or(check.port),
        path: text("HealthCheckPath", check.path).or(path).filter(|_| is_http),
        matcher: text("Matcher.HttpCode", check.matcher).or(matcher).filter(|_| is_http),
        interval: number(params, "HealthCheckIntervalSeconds", check.interval, 5, 300)?,
        timeout: number(params, "HealthCheckTimeoutSeconds", check.timeout, 2, 120)?,
        healthy: number(params, "HealthyThresholdCount", check.healthy, 2, 10)?,
        unhealthy: number(params, "UnhealthyThresholdCount", check.unhealthy, 2, 10)?,
        protocol,
    };
    if changed.port != TRAFFIC_PORT && changed.port.parse::<u16>().is_err() {
        return Err(invalid(format!("Health check port '{}' is not valid", changed.port)));
    }
    if changed.path.as_ref().is_some_and(|path| !path.starts_with('/')) {
        return Err(invalid("Health check path must begin with a '/'"));
    }
    if changed.matcher.as_ref().is_some_and(|matcher| ranges(matcher).is_none()) {
        return Err(invalid("Health check matcher HTTP code is not valid"));
    }
    Ok(changed)
}

fn number(params: &Params, name: &str, kept: u32, least: u32, most: u32) -> Outcome<u32> {
    let Some(text) = params.text(name) else { return Ok(kept) };
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| invalid(format!("{name} must be from {least} to {most}, not '{text}'")))
}

/// Returns the codes of a matcher such as `200,202` or `200-399`.
fn ranges(matcher: &str) -> Option<Vec<(u16, u16)>> {
    let range = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some((from.parse().ok()?, to.parse().ok()?))
    };
    matcher.split(',').map(range).collect()
}

impl HealthCheck {
    /// Returns whether this status counts as healthy.
    pub(super) fn matches(&self, status: u16) -> bool {
        let ranges = self.matcher.as_deref().and_then(ranges).unwrap_or_default();
        ranges.iter().any(|(from, to)| (*from..=*to).contains(&status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matchers_are_codes_and_ranges() {
        let with = |matcher: &str| {
            let params = Params::default()
                .with("HealthCheckProtocol", "HTTP")
                .with("Matcher.HttpCode", matcher);
            new(&params)
        };
        let check = with("200,300-302").unwrap();
        assert!(check.matches(200) && check.matches(301) && !check.matches(404));
        assert!(with("ok").is_err());
    }

    #[test]
    fn a_check_that_becomes_one_by_http_has_a_path_and_a_matcher() {
        let tcp = new(&Params::default()).unwrap();
        let http = changed(tcp, &Params::default().with("HealthCheckProtocol", "HTTP")).unwrap();
        assert_eq!(http.path.as_deref(), Some("/"));
        assert!(http.matches(200) && !http.matches(500));
    }

    #[test]
    fn defaults_are_a_network_load_balancers() {
        let check = new(&Params::default()).unwrap();
        assert_eq!((check.protocol.as_str(), check.interval, check.timeout), ("TCP", 30, 10));
        assert_eq!((check.healthy, check.unhealthy, check.path), (5, 2, None));
        assert!(new(&Params::default().with("HealthyThresholdCount", "1")).is_err());
    }
}
