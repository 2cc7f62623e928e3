//! Headers on their way through the gateway: which are passed on, and under which names.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::exchange::{CALLER, Exchange};

/// Headers of a request that are about one connection, that the gateway sets itself, or that AWS
/// drops.
const NOT_SENT_ON: [&str; 17] = [
    "connection",
    "content-length",
    "content-md5",
    "expect",
    "host",
    "keep-alive",
    "max-forwards",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "www-authenticate",
    "x-amzn-trace-id",
];

/// Headers of an answer that are about one connection.
const NOT_GIVEN_BACK: [&str; 10] = [
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// Headers of an answer that a client gets under other names: the gateway has its own of these.
const RENAMED: [&str; 9] = [
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "date",
    "max-forwards",
    "server",
    "www-authenticate",
    "x-amzn-requestid",
];

/// Returns the headers of a client's request that are passed on to a backend unchanged.
pub(super) fn sent_on(headers: &HeaderMap) -> HeaderMap {
    let named = named_in_connection(headers);
    let is_signature = |name: &HeaderName, value: &HeaderValue| {
        name == header::AUTHORIZATION && value.as_bytes().starts_with(b"AWS4-")
    };
    let goes_on = |(name, value): &(&HeaderName, &HeaderValue)| {
        !NOT_SENT_ON.contains(&name.as_str())
            && !named.contains(&name.as_str().to_owned())
            && !is_signature(name, value)
    };
    let sent = headers.iter().filter(goes_on);
    sent.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Returns the headers of a backend's answer as a client gets them.
pub(super) fn given_back(headers: &HeaderMap) -> HeaderMap {
    let named = named_in_connection(headers);
    let mut given = HeaderMap::new();
    for (name, value) in headers {
        let text = name.as_str();
        if NOT_GIVEN_BACK.contains(&text) || named.iter().any(|named| named == text) {
            continue;
        }
        let renamed = RENAMED.contains(&text).then(|| format!("x-amzn-remapped-{text}").parse());
        match renamed {
            None => _ = given.append(name.clone(), value.clone()),
            Some(Ok(renamed)) => _ = given.append::<HeaderName>(renamed, value.clone()),
            Some(Err(_)) => {}
        }
    }
    given
}

/// Returns the headers that one side has declared to be for this connection only.
fn named_in_connection(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect()
}

/// Adds the gateway's own headers to a request that it passes on.
pub(super) fn introduce(headers: &mut HeaderMap, exchange: &Exchange<'_>) {
    let before = exchange.header("x-forwarded-for");
    let path = before.map_or_else(|| CALLER.to_owned(), |before| format!("{before}, {CALLER}"));
    let port = exchange.request.port.to_string();
    set(headers, "x-forwarded-for", &path);
    set(headers, "x-forwarded-port", &port);
    set(headers, "x-forwarded-proto", "http");
    identify(headers, exchange);
}

/// Adds the headers that identify the gateway to a backend.
pub(super) fn identify(headers: &mut HeaderMap, exchange: &Exchange<'_>) {
    set(headers, "x-amzn-trace-id", &exchange.ids.trace);
    set(headers, "x-amzn-apigateway-api-id", &exchange.found.api);
}

/// Adds the headers that identify the request to a client.
pub(super) fn number(headers: &mut HeaderMap, exchange: &Exchange<'_>) {
    set(headers, "x-amzn-requestid", &exchange.ids.request);
    set(headers, "x-amz-apigw-id", &exchange.ids.extended);
}

/// Sets a header; a name or value that cannot be one is left out.
pub(super) fn set(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) =
        (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes()))
    {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &'static str)]) -> HeaderMap {
        let header = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        list.iter().map(header).collect()
    }

    #[test]
    fn only_what_concerns_a_backend_goes_on() {
        let sent = sent_on(&headers(&[
            ("host", "api"),
            ("connection", "close, X-Mine"),
            ("x-mine", "1"),
            ("transfer-encoding", "chunked"),
            ("authorization", "eyJ"),
            ("accept-encoding", "gzip"),
            ("x-twice", "1"),
            ("x-twice", "2"),
        ]));
        let wanted = [
            ("authorization", "eyJ"),
            ("accept-encoding", "gzip"),
            ("x-twice", "1"),
            ("x-twice", "2"),
        ];
        assert_eq!(sent, headers(&wanted));
        assert!(sent_on(&headers(&[("authorization", "AWS4-HMAC-SHA256 a")])).is_empty());
    }

    #[test]
    fn the_gateways_own_headers_are_renamed_in_answers() {
        let given = given_back(&headers(&[
            ("content-type", "text/plain"),
            ("server", "backend"),
            ("connection", "close"),
            ("keep-alive", "timeout=5"),
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
            ("access-control-allow-origin", "*"),
        ]));
        let wanted = [
            ("content-type", "text/plain"),
            ("x-amzn-remapped-server", "backend"),
            ("x-amzn-remapped-connection", "close"),
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
            ("access-control-allow-origin", "*"),
        ];
        assert_eq!(given, headers(&wanted));
    }
}
