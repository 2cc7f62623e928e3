//! Where it is: the region, and the time there.

use std::time::Duration;

use serde_json::json;

use super::{Finding, who::span};
use crate::{
    aws::{Input, operations::ec2},
    error::Code,
    lab::Region,
};

const REGION: &str = "region";
const CLOCK: &str = "clock";

/// From here on the difference is no delay of an answer.
const SLOW: i64 = 60;
/// AWS refuses a signature that is older or newer than this, and Cognito a sign-in.
const MOST: i64 = 5 * 60;

/// Looks whether the region is enabled in the account.
pub(super) async fn region(ec2: &ec2::Client, region: &Region) -> Finding {
    let input =
        Input::default().with("RegionName", json!([region.as_str()])).with("AllRegions", true);
    let answer = match ec2.0.send(&ec2::DESCRIBE_REGIONS, input).await {
        Ok(answer) => answer,
        Err(failure) => return Finding::unseen(REGION, failure),
    };
    let found = answer.list("regionInfo").find(|it| it.text("regionName") == Some(region.as_str()));
    match found.and_then(|it| it.text("optInStatus")) {
        Some("opt-in-not-required") => Finding::ok(REGION, format!("{region}, always enabled")),
        Some("opted-in") => Finding::ok(REGION, format!("{region}, enabled in this account")),
        Some("not-opted-in") => Finding::fail(REGION, format!("{region} is not enabled"))
            .expected("a region that is enabled in this account")
            .hint(format!("`aws account enable-region --region-name {region}`, or `--region`")),
        _ => Finding::unknown(REGION, format!("AWS did not say whether {region} is enabled")),
    }
}

/// Judges the seconds by which this machine's clock is ahead of AWS's.
pub(super) fn clock(ahead: Option<i64>) -> Finding {
    let Some(ahead) = ahead else {
        return Finding::unknown(CLOCK, "no answer of AWS said what time it is");
    };
    let way = if ahead < 0 { "behind" } else { "ahead of" };
    let actual = match ahead.unsigned_abs() {
        seconds @ 0..120 => format!("{seconds} s {way} AWS's"),
        seconds => format!("{} {way} AWS's", span(Duration::from_secs(seconds))),
    };
    let expected = format!("at most {} apart", span(Duration::from_secs(MOST.unsigned_abs())));
    let hint = Code::Clock.entry().hint;
    match ahead.abs() {
        0..SLOW => Finding::ok(CLOCK, actual),
        SLOW..=MOST => Finding::warn(CLOCK, actual).expected(expected).hint(hint),
        _ => Finding::fail(CLOCK, actual).expected(expected).hint(hint).stops(Code::Clock),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operate::doctor::Verdict;

    #[test]
    fn a_clock_may_be_five_minutes_off() {
        for (ahead, verdict) in [
            (None, Verdict::Unknown),
            (Some(0), Verdict::Ok),
            (Some(-59), Verdict::Ok),
            (Some(60), Verdict::Warn),
            (Some(-300), Verdict::Warn),
            (Some(301), Verdict::Fail),
            (Some(-86_400), Verdict::Fail),
        ] {
            assert_eq!(clock(ahead).verdict, verdict, "{ahead:?}");
        }
        assert_eq!(clock(Some(-3)).actual, "3 s behind AWS's");
        let error = clock(Some(601)).error().unwrap();
        let message = "clock: 10 min ahead of AWS's, expected: at most 5 min apart";
        assert_eq!((error.code, error.message.as_str()), (Code::Clock, message));
    }
}
