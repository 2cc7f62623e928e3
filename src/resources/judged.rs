//! What to think of what the site, the backend, the API and Cognito answer from outside.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{engine::Judged, http::Answer};

/// The header without which a page may not read an answer.
const CORS: &str = "access-control-allow-origin";
/// How many mysfits the lab has.
const ALL: usize = 12;
/// The token that nobody issued, for [`refuses`].
pub(super) const NONSENSE: &[(&str, &str)] = &[("authorization", "nonsense")];
/// What a browser asks before a page of another origin may send a token.
pub(super) const PREFLIGHT: &[(&str, &str)] = &[
    ("origin", "http://mysfits.example"),
    ("access-control-request-method", "POST"),
    ("access-control-request-headers", "authorization"),
];
/// What a browser sends with a request of a page of another origin.
pub(super) const FROM_A_PAGE: &[(&str, &str)] = &[("origin", "http://mysfits.example")];
/// A mysfit that is in the lab's table.
pub(super) const ONE: &str = "/mysfits/4e53920c-505a-4a90-a694-b9300791f0ae";
/// Its name.
const ITS_NAME: &str = "Evangeline";
/// The mysfits of one group.
pub(super) const LAWFUL: &str = "/mysfits?filter=LawChaos&value=Lawful";
/// A mysfit that nobody can like: if nothing refuses the request, nothing is changed either.
pub(super) const LIKE: &str = "/mysfits/nobody/like";
/// The same for adopting.
pub(super) const ADOPT: &str = "/mysfits/nobody/adopt";

/// It answers.
pub(super) fn answers(answer: &Answer) -> Judged {
    status(200, answer)
}

/// It refuses who has not signed in.
pub(super) fn refuses(answer: &Answer) -> Judged {
    status(401, answer)
}

fn status(expected: u16, answer: &Answer) -> Judged {
    Judged::of(answer.status == expected, said(expected), said(answer.status))
}

fn said(status: u16) -> String {
    format!("status {status}")
}

/// It is the page of the lab.
pub(super) fn page(answer: &Answer) -> Judged {
    let expected = "status 200 with the page of the mysfits";
    let is_page = answer.status == 200 && answer.body.contains("Mysfits");
    let otherwise = match answer.status {
        200 => "status 200 with another page".to_owned(),
        other => said(other),
    };
    Judged::of(is_page, expected, otherwise)
}

/// It is shown, not downloaded.
pub(super) fn html(answer: &Answer) -> Judged {
    media_type("text/html", answer)
}

/// It is run: a browser does not run a module of another type.
pub(super) fn script(answer: &Answer) -> Judged {
    media_type("text/javascript", answer)
}

/// It is shown as a picture.
pub(super) fn picture(answer: &Answer) -> Judged {
    media_type("image/svg+xml", answer)
}

fn media_type(expected: &'static str, answer: &Answer) -> Judged {
    if answer.status != 200 {
        return Judged::of(false, format!("status 200 with type {expected}"), said(answer.status));
    }
    let actual = answer.header("content-type").unwrap_or("none");
    let bare = actual.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // RFC 9239 obsoletes `application/javascript`; some tools still guess it.
    let same =
        bare == expected || (expected == "text/javascript" && bare == "application/javascript");
    Judged::of(same, format!("status 200 with type {expected}"), format!("type {actual}"))
}

/// Nothing is left to be replaced.
pub(super) fn filled_in(answer: &Answer) -> Judged {
    let expected = "status 200 and no `REPLACE_ME`";
    if answer.status != 200 {
        return Judged::of(false, expected, said(answer.status));
    }
    match answer.body.lines().enumerate().find(|(_, line)| line.contains("REPLACE_ME")) {
        None => Judged::same(expected),
        Some((number, _)) => {
            Judged::of(false, expected, format!("a `REPLACE_ME` in line {}", number + 1))
        }
    }
}

/// A missing page has the site's page of errors. S3 says 403 for it instead of 404 to those who may
/// not list the bucket, and with the same page.
pub(super) fn missing_page(answer: &Answer) -> Judged {
    let is_error = matches!(answer.status, 403 | 404);
    let is_ours = is_error && answer.body.contains("Mysfits");
    let otherwise = if is_error { "a page of S3".to_owned() } else { said(answer.status) };
    Judged::of(is_ours, "a page of the site", otherwise)
}

/// A browser asks for it each time.
pub(super) fn asked_each_time(answer: &Answer) -> Judged {
    let actual = answer.header("cache-control").unwrap_or("none");
    let same = actual.contains("no-cache") || actual.contains("no-store");
    Judged::of(same, "Cache-Control: no-cache", format!("Cache-Control: {actual}"))
}

/// All mysfits, and perhaps some that a student added.
pub(super) fn all(answer: &Answer) -> Judged {
    let expected = format!("{ALL} mysfits");
    match mysfits(answer) {
        Ok(found) => Judged::of(found.len() >= ALL, expected, format!("{} mysfits", found.len())),
        Err(otherwise) => Judged::of(false, expected, otherwise),
    }
}

/// Lawful ones only.
pub(super) fn lawful(answer: &Answer) -> Judged {
    let expected = "lawful mysfits only";
    match mysfits(answer) {
        Err(otherwise) => Judged::of(false, expected, otherwise),
        Ok(found) if found.is_empty() => Judged::of(false, expected, "no mysfits"),
        Ok(found) => {
            let others = found.iter().filter(|it| it["lawchaos"] != "Lawful").count();
            Judged::of(others == 0, expected, format!("{others} others of {}", found.len()))
        }
    }
}

fn mysfits(answer: &Answer) -> Result<Vec<Value>, String> {
    let mut json = json(answer)?;
    match json["mysfits"].take() {
        Value::Array(found) => Ok(found),
        _ => Err("JSON without `mysfits`".to_owned()),
    }
}

fn json(answer: &Answer) -> Result<Value, String> {
    if answer.status != 200 {
        return Err(said(answer.status));
    }
    serde_json::from_str(&answer.body).map_err(|_| "status 200 without JSON".to_owned())
}

/// The profile of [`ONE`].
pub(super) fn profile(answer: &Answer) -> Judged {
    let expected = format!("the profile of {ITS_NAME}");
    match json(answer) {
        Ok(found) if found["name"] == ITS_NAME => Judged::same(expected),
        Ok(_) => Judged::of(false, expected, "another profile"),
        Err(otherwise) => Judged::of(false, expected, otherwise),
    }
}

/// Pages of other origins may read it.
pub(super) fn readable(answer: &Answer) -> Judged {
    Judged::of(answer.has(CORS), format!("a header {CORS}"), "none")
}

/// Pages of other origins may send a token with POST.
pub(super) fn preflight(answer: &Answer) -> Judged {
    let allows = |header: &str, what: &str| {
        let listed = answer.header(header).unwrap_or_default().to_ascii_lowercase();
        listed.split(',').map(str::trim).any(|it| {
            // For a request with a token, `*` means no header of that name.
            it == what || (it == "*" && what != "authorization")
        })
    };
    let mut lacks = String::new();
    if !(200..300).contains(&answer.status) {
        lacks = said(answer.status);
    }
    for (allowed, what) in [
        (answer.has(CORS), "no origin"),
        (allows("access-control-allow-methods", "post"), "no POST"),
        (allows("access-control-allow-headers", "authorization"), "no Authorization"),
    ] {
        if !allowed {
            let comma = if lacks.is_empty() { "" } else { ", " };
            let _ = write!(lacks, "{comma}{what}");
        }
    }
    Judged::of(lacks.is_empty(), "POST with Authorization, from any origin", lacks)
}

/// Cognito knows the client: it answers that there is no such session, or that the client renews
/// none. An unknown client is a `ResourceNotFoundException`.
pub(super) fn knows_the_client(answer: &Answer) -> Judged {
    const FINE: [&str; 2] = ["NotAuthorizedException", "InvalidParameterException"];
    let json: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let kind = json["__type"].as_str().unwrap_or_default();
    // Some answers have the shape's namespace before it.
    let kind = kind.rsplit('#').next().unwrap_or_default();
    let kind: String = kind.chars().filter(char::is_ascii_alphanumeric).take(60).collect();
    let fine = answer.status == 400 && FINE.contains(&kind.as_str());
    let otherwise = match kind.as_str() {
        "" => said(answer.status),
        kind => format!("status {} {kind}", answer.status),
    };
    Judged::of(fine, "that there is no such session", otherwise)
}
