//! Integrations without a backend: the request template sets their status.

use serde_json::Value;

use super::{
    exchange::Exchange,
    refusal::Refusal,
    requests,
    responses::{self, Said},
};
use crate::{
    apigateway::{gateway_responses::API_CONFIGURATION_ERROR, model::Integration},
    service::Answer,
};

pub(super) fn answer(
    exchange: &Exchange<'_>,
    integration: &Integration,
) -> Result<Answer, Refusal> {
    let asked = requests::body(exchange, integration)?;
    let status = status(&asked).ok_or(API_CONFIGURATION_ERROR)?;
    let said = Said { status, ..Said::default() };
    responses::answer(exchange, integration, &said)
}

/// Returns the status in a filled template. Its name may be unquoted, as AWS accepts it.
fn status(asked: &[u8]) -> Option<u16> {
    if let Ok(asked) = serde_json::from_slice::<Value>(asked) {
        return asked.get("statusCode")?.as_u64()?.try_into().ok();
    }
    let asked = std::str::from_utf8(asked).ok()?;
    let (_, after) = asked.trim().strip_prefix('{')?.split_once("statusCode")?;
    let number = after.trim_start().strip_prefix(':')?.trim_start();
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_a_number() {
        assert_eq!(status(b"{\n  \"statusCode\" : 200\n}\n"), Some(200));
        assert_eq!(status(b"{statusCode: 204}"), Some(204));
        for odd in ["", "{}", "200", "{\"statusCode\": \"200\"}", "statusCode: 200", "{statusCode}"]
        {
            assert_eq!(status(odd.as_bytes()), None, "{odd}");
        }
    }
}
