//! The origin guard: which requests are admitted. The local cloud runs programs for its user, so a
//! web page in the user's browser must not be able to drive it: not from another site, and not by
//! DNS rebinding, which makes a foreign name point at 127.0.0.1 but cannot change the `Host` that
//! the browser sends. Nor may a link that another program opens in the browser, or a typed address
//! that redirects: no page is seen to send these, but they are not the user's own calls.

use http::{HeaderMap, Method, header, request::Parts};

use super::route::Route;
use crate::{cognito::web, sigv4};

/// Values of `Sec-Fetch-Site` that a page's requests carry. `same-origin` is one of them: a page
/// under `/_website/` has the same origin as the control calls and is as foreign.
const FROM_A_PAGE: [&str; 3] = ["cross-site", "same-site", "same-origin"];

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the local cloud answers only to `localhost`, `127.0.0.1`, `[::1]` and `*.localhost`")]
    ForeignHost,
    #[error("the local cloud does not answer web pages here")]
    FromAPage,
    #[error("the local cloud does not answer links and typed addresses here")]
    ByALink,
    #[error("the local cloud answers only the user who started it, and root")]
    FromAnotherUser,
}

/// Admits a request, or returns why not.
pub(super) fn admit(route: &Route, host: Option<&str>, parts: &Parts) -> Result<(), Refusal> {
    if !host.is_some_and(is_loopback) {
        return Err(Refusal::ForeignHost);
    }
    if is_open(route, parts) {
        return Ok(());
    }
    match route {
        // A person may follow a link to it; no page can read it.
        Route::MailPage if is_navigation(&parts.headers) => Ok(()),
        // Links can only read here, and registry clients in Go send `Referer` after a redirect.
        Route::Registry => not_from_a_page(&parts.headers),
        // Presigned addresses are made for being opened.
        Route::Aws { .. } if is_presigned_read(parts) => not_from_a_page(&parts.headers),
        _ => not_from_a_page(&parts.headers).and_then(|()| not_by_a_link(&parts.headers)),
    }
}

/// Returns whether a request is for everybody: web pages, and every user of the machine. Every
/// route that answers browsers is here, but for the mail page, which no page can read.
pub(super) fn is_open(route: &Route, parts: &Parts) -> bool {
    match route {
        // Websites can only be read, and APIs are made for pages: they decide themselves who may
        // call.
        Route::Website { .. } | Route::WebsiteWithoutSlash { .. } | Route::Execute { .. } => true,
        // What visitors of a site do, as on AWS: signing up, signing in. Nothing that is signed.
        Route::Cognito { path } => web::is_for_pages(parts, path.path()),
        Route::MailPage | Route::Control | Route::Registry | Route::Aws { .. } => false,
    }
}

fn not_from_a_page(headers: &HeaderMap) -> Result<(), Refusal> {
    let from_a_page = headers.contains_key(header::ORIGIN)
        || headers.get_all("sec-fetch-site").iter().any(|site| {
            FROM_A_PAGE.iter().any(|page| site.as_bytes().eq_ignore_ascii_case(page.as_bytes()))
        });
    if from_a_page { Err(Refusal::FromAPage) } else { Ok(()) }
}

/// A link in a mail or a chat carries `Sec-Fetch-Site: none`, and still does after a redirect from a
/// foreign site. Browsers without these headers send `Referer`, which no client of AWS sends.
fn not_by_a_link(headers: &HeaderMap) -> Result<(), Refusal> {
    let navigates = headers
        .get_all("sec-fetch-mode")
        .iter()
        .any(|mode| mode.as_bytes().eq_ignore_ascii_case(b"navigate"));
    let by_a_link = navigates || headers.contains_key(header::REFERER);
    if by_a_link { Err(Refusal::ByALink) } else { Ok(()) }
}

/// Returns whether this reads from S3 with a signature in the query. The scope must be S3's: the
/// other services, which change things by such a query, see the same signature.
fn is_presigned_read(parts: &Parts) -> bool {
    [Method::GET, Method::HEAD].contains(&parts.method)
        && sigv4::is_presigned(&parts.headers, &parts.uri, "s3")
}

/// Returns whether a browser loads a whole new page, which the present one cannot see.
fn is_navigation(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| {
        let mut values = headers.get_all(name).iter();
        values.next().is_some_and(|one| one == value) && values.next().is_none()
    };
    !headers.contains_key(header::ORIGIN)
        && is("sec-fetch-mode", "navigate")
        && is("sec-fetch-dest", "document")
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
}

/// Returns the one host that a request names, in lower case and without port. `None` when it names
/// none, or several that differ.
pub(super) fn host(parts: &Parts) -> Option<String> {
    let mut named = parts
        .headers
        .get_all(header::HOST)
        .iter()
        .map(|value| value.to_str().unwrap_or_default())
        .chain(parts.uri.authority().map(http::uri::Authority::as_str))
        .map(|authority| without_port(authority).to_ascii_lowercase());
    let host = named.next()?;
    named.all(|other| other == host).then_some(host)
}

/// Removes the port: `[::1]:4566` is `[::1]`, `localhost:4566` is `localhost`.
fn without_port(authority: &str) -> &str {
    let name_end = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let port = authority[name_end..].find(':').map_or(authority.len(), |colon| name_end + colon);
    &authority[..port]
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn parts(method: &str, headers: &[(&str, &str)]) -> Parts {
        let request = Request::builder().method(method).uri("/");
        headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value))
            .body(())
            .unwrap()
            .into_parts()
            .0
    }

    fn verdict(route: &Route, method: &str, headers: &[(&str, &str)]) -> Result<(), Refusal> {
        let parts = parts(method, headers);
        admit(route, host(&parts).as_deref(), &parts)
    }

    fn website() -> Route {
        Route::Website { bucket: "mysfits".to_owned(), path: http::Uri::from_static("/") }
    }

    fn api() -> Route {
        Route::Execute { api: "abc".to_owned(), path: http::Uri::from_static("/prod/like") }
    }

    #[test]
    fn loopback_names_come_in() {
        for host in ["localhost", "LOCALHOST:4566", "127.0.0.1:1", "[::1]:4566", "a.b.localhost:2"]
        {
            assert_eq!(verdict(&Route::Control, "POST", &[("host", host)]), Ok(()), "{host}");
        }
    }

    #[test]
    fn foreign_names_stay_out_of_every_route() {
        let foreign = [
            "evil.example",
            "localhost.evil.example:4566",
            "127.0.0.1.nip.io",
            "evillocalhost",
            "",
        ];
        for route in [Route::Control, Route::Aws { bucket: None }, website(), api()] {
            for host in foreign {
                assert_eq!(
                    verdict(&route, "GET", &[("host", host)]),
                    Err(Refusal::ForeignHost),
                    "{host} on {route:?}"
                );
            }
            assert_eq!(verdict(&route, "GET", &[]), Err(Refusal::ForeignHost));
        }
    }

    #[test]
    fn two_different_hosts_are_none() {
        let hosts = [("host", "localhost"), ("host", "evil.example")];
        assert_eq!(verdict(&Route::Control, "GET", &hosts), Err(Refusal::ForeignHost));
    }

    #[test]
    fn a_page_cannot_drive_it() {
        for route in [Route::Control, Route::Registry, Route::Aws { bucket: None }] {
            for header in [
                ("origin", "https://evil.example"),
                ("origin", "http://localhost:4566"),
                ("origin", "null"),
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-site"),
                ("sec-fetch-site", "Same-Origin"),
            ] {
                let headers = [("host", "localhost:4566"), header];
                assert_eq!(
                    verdict(&route, "POST", &headers),
                    Err(Refusal::FromAPage),
                    "{header:?}"
                );
            }
            let own = [("host", "localhost:4566"), ("sec-fetch-site", "none")];
            assert_eq!(verdict(&route, "GET", &own), Ok(()));
        }
    }

    #[test]
    fn a_link_cannot_drive_it() {
        let host = ("host", "localhost:4566");
        let links = [
            vec![host, ("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")],
            vec![host, ("sec-fetch-mode", "Navigate")],
            vec![host, ("referer", "http://evil.example/")],
            vec![host, ("referer", "")],
        ];
        let cognito = Route::Cognito { path: http::Uri::from_static("/") };
        for link in links {
            for route in [Route::Control, Route::Aws { bucket: None }, cognito.clone()] {
                assert_eq!(verdict(&route, "GET", &link), Err(Refusal::ByALink), "{link:?}");
            }
            for route in [website(), api(), Route::Registry] {
                assert_eq!(verdict(&route, "GET", &link), Ok(()), "{link:?} {route:?}");
            }
        }
    }

    #[test]
    fn a_presigned_read_of_s3_is_opened_by_a_link() {
        let presigned = |method: &str, service: &str, signature: &str| {
            let link = [
                ("host", "localhost:4566"),
                ("sec-fetch-site", "none"),
                ("sec-fetch-mode", "navigate"),
                ("referer", "http://chat.example/"),
            ];
            let mut parts = parts(method, &link);
            let scope = format!("key%2F20260101%2Feu-west-1%2F{service}%2Faws4_request");
            let query = format!("/bucket/key?X-Amz-Credential={scope}&{signature}");
            parts.uri = query.parse().unwrap();
            let verdict =
                |parts: &Parts| admit(&Route::Aws { bucket: None }, host(parts).as_deref(), parts);
            let answers = verdict(&parts);
            parts.headers.insert("sec-fetch-site", http::HeaderValue::from_static("same-origin"));
            assert_eq!(verdict(&parts), Err(Refusal::FromAPage));
            answers
        };
        for method in ["GET", "HEAD"] {
            assert_eq!(presigned(method, "s3", "X-Amz-Signature=a"), Ok(()));
        }
        for (method, service, signature) in [
            ("PUT", "s3", "X-Amz-Signature=a"),
            ("GET", "cloudformation", "X-Amz-Signature=a"),
            ("GET", "s3", "X-Amz-Signature="),
            ("GET", "s3", ""),
        ] {
            let refused = Err(Refusal::ByALink);
            assert_eq!(presigned(method, service, signature), refused, "{method} {service}");
        }
    }

    #[test]
    fn what_pages_may_do_every_user_may() {
        let open = |route: &Route| is_open(route, &parts("GET", &[]));
        let keys = Route::Cognito { path: http::Uri::from_static("/p/.well-known/jwks.json") };
        let admin = Route::Cognito { path: http::Uri::from_static("/") };
        assert_eq!([website(), api(), keys].each_ref().map(open), [true; 3]);
        let ours = [Route::Control, Route::MailPage, Route::Registry, admin];
        assert_eq!(ours.each_ref().map(open), [false; 4]);
        assert!(!open(&Route::Aws { bucket: None }));
    }

    #[test]
    fn pages_do_at_cognito_what_visitors_do() {
        let verdict_on = |method: &str, path: &'static str, operation: &str| {
            let route = Route::Cognito { path: http::Uri::from_static(path) };
            let target = format!("AWSCognitoIdentityProviderService.{operation}");
            let page = [
                ("host", "127.0.0.1:4566"),
                ("origin", "http://mysfits.s3-website.localhost:4566"),
                ("sec-fetch-site", "cross-site"),
                ("x-amz-target", target.as_str()),
            ];
            verdict(&route, method, &page)
        };
        for operation in ["SignUp", "ConfirmSignUp", "InitiateAuth", "GetUser", "RevokeToken"] {
            assert_eq!(verdict_on("POST", "/", operation), Ok(()), "{operation}");
        }
        assert_eq!(verdict_on("OPTIONS", "/", ""), Ok(()));
        assert_eq!(verdict_on("GET", "/eu-west-1_a/.well-known/jwks.json", ""), Ok(()));
        for operation in ["CreateUserPool", "DeleteUserPool", "AdminGetUser", "ListUsers", "x"] {
            let refused = Err(Refusal::FromAPage);
            assert_eq!(verdict_on("POST", "/", operation), refused, "{operation}");
        }
        for (method, path) in [("POST", "/x"), ("PUT", "/"), ("DELETE", "/"), ("GET", "/")] {
            assert_eq!(
                verdict_on(method, path, "SignUp"),
                Err(Refusal::FromAPage),
                "{method} {path}"
            );
        }
        let route = Route::Cognito { path: http::Uri::from_static("/") };
        assert_eq!(verdict(&route, "POST", &[("host", "evil.example")]), Err(Refusal::ForeignHost));
        assert_eq!(verdict(&route, "POST", &[("host", "localhost")]), Ok(()), "no page");
    }

    #[test]
    fn the_mail_page_is_gone_to_but_not_read() {
        let verdict_on = |headers: &[(&str, &str)]| {
            let headers = [&[("host", "localhost:4566")], headers].concat();
            verdict(&Route::MailPage, "GET", &headers)
        };
        let (site, mode, dest) = ("sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest");
        for from in ["none", "cross-site", "same-origin"] {
            let goes = [(site, from), (mode, "navigate"), (dest, "document")];
            assert_eq!(verdict_on(&goes), Ok(()), "{from}");
        }
        for (why, headers) in [
            ("fetched", [(site, "same-origin"), (mode, "cors"), (dest, "empty")]),
            ("framed", [(site, "same-origin"), (mode, "navigate"), (dest, "iframe")]),
            ("posted", [("origin", "null"), (mode, "navigate"), (dest, "document")]),
        ] {
            assert_eq!(verdict_on(&headers), Err(Refusal::FromAPage), "{why}");
        }
        assert_eq!(verdict_on(&[]), Ok(()), "no browser");
        let old_browser = [("referer", "http://localhost:4566/_website/site/")];
        assert_eq!(verdict_on(&old_browser), Err(Refusal::ByALink));
    }

    #[test]
    fn the_website_answers_browsers() {
        let page =
            [("host", "mysfits.s3-website.localhost:4566"), ("sec-fetch-site", "cross-site")];
        assert_eq!(verdict(&website(), "GET", &page), Ok(()));
    }

    #[test]
    fn apis_answer_browsers() {
        let site = "http://mysfits.s3-website.localhost:4566";
        for (method, header) in [
            ("GET", ("origin", site)),
            ("OPTIONS", ("origin", "null")),
            ("POST", ("sec-fetch-site", "cross-site")),
        ] {
            let headers = [("host", "abc.execute-api.localhost:4566"), header];
            assert_eq!(verdict(&api(), method, &headers), Ok(()), "{header:?}");
        }
    }
}
