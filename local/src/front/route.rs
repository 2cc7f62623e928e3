//! Where a request goes, by its host and path alone.

use http::{Uri, uri::PathAndQuery};

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// To a bucket's website.
    Website {
        /// The bucket.
        bucket: String,
        /// The path and query inside the website.
        path: Uri,
    },
    /// To a bucket's website, by a path without the slash after the bucket, for which a page's
    /// relative links would miss the bucket.
    WebsiteWithoutSlash {
        /// The bucket.
        bucket: String,
    },
    /// To a stage of an API.
    Execute {
        /// The API's id.
        api: String,
        /// The path and query in the API, from the stage on.
        path: Uri,
    },
    /// To the local cloud itself.
    Control,
    /// To the mailbox, as a page.
    MailPage,
    /// To Cognito's own address, which browsers use.
    Cognito {
        /// The path behind the address.
        path: Uri,
    },
    /// To the image registry.
    Registry,
    /// To an AWS service.
    Aws {
        /// The bucket in the host, when it is a virtual-host style S3 call.
        bucket: Option<String>,
    },
}

/// Returns the route of a request. The host comes first: on a website's own host every path is the
/// website's.
pub(super) fn of(host: Option<&str>, uri: &Uri) -> Route {
    let host = host.unwrap_or_default();
    if let Some(bucket) = host.strip_suffix(".s3-website.localhost") {
        return Route::Website { bucket: bucket.to_owned(), path: uri.clone() };
    }
    if is_cognito(host) {
        return Route::Cognito { path: uri.clone() };
    }
    if let Some(api) = api_in_host(host) {
        return Route::Execute { api: api.to_owned(), path: uri.clone() };
    }
    let path = uri.path();
    if let Some(rest) = path.strip_prefix("/_execute-api/") {
        let (api, inside) = rest.split_once('/').unwrap_or((rest, ""));
        let path = with_path(uri, &format!("/{inside}"));
        return Route::Execute { api: api.to_owned(), path };
    }
    if let Some(rest) = path.strip_prefix("/_website/") {
        return match rest.split_once('/') {
            Some((bucket, inside)) => Route::Website {
                bucket: bucket.to_owned(),
                path: with_path(uri, &format!("/{inside}")),
            },
            None => Route::WebsiteWithoutSlash { bucket: rest.to_owned() },
        };
    }
    if path == "/_cognito" {
        return Route::Cognito { path: with_path(uri, "/") };
    }
    if let Some(inside) = path.strip_prefix("/_cognito/") {
        return Route::Cognito { path: with_path(uri, &format!("/{inside}")) };
    }
    if path == "/_local/mail.html" {
        return Route::MailPage;
    }
    if path == "/_local" || path.starts_with("/_local/") {
        return Route::Control;
    }
    let bucket = bucket_in_host(host);
    // No bucket is called `v2`: names have three letters or more.
    if bucket.is_none() && (path == "/v2" || path.starts_with("/v2/")) {
        return Route::Registry;
    }
    Route::Aws { bucket: bucket.map(str::to_owned) }
}

/// Returns whether this is `cognito-idp.localhost` or `cognito-idp.REGION.localhost`.
fn is_cognito(host: &str) -> bool {
    let region = host.strip_prefix("cognito-idp.").and_then(|rest| rest.strip_suffix("localhost"));
    region.is_some_and(|region| {
        region.is_empty() || region.strip_suffix('.').is_some_and(|region| !region.contains('.'))
    })
}

/// Returns the API in `ID.execute-api.localhost` or `ID.execute-api.REGION.localhost`.
fn api_in_host(host: &str) -> Option<&str> {
    let (api, rest) = host.split_once(".execute-api.")?;
    let region = rest.strip_suffix("localhost")?.trim_end_matches('.');
    (!api.contains('.') && !region.contains('.')).then_some(api)
}

/// Returns the bucket in `BUCKET.localhost` or `BUCKET.s3.localhost`; `s3.localhost` alone names no
/// bucket.
fn bucket_in_host(host: &str) -> Option<&str> {
    let names = host.strip_suffix(".localhost")?;
    match names.strip_suffix(".s3") {
        Some(bucket) => Some(bucket),
        None if names == "s3" => None,
        None => Some(names),
    }
}

/// Turns a virtual-host style target into path style: `/KEY` on the bucket's host is `/BUCKET/KEY`.
pub(super) fn path_style(bucket: &str, uri: &Uri) -> Uri {
    with_path(uri, &format!("/{bucket}{}", uri.path()))
}

/// Returns the same query under another path. Both parts come from a target that was parsed, so
/// they parse.
fn with_path(uri: &Uri, path: &str) -> Uri {
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    PathAndQuery::try_from(target).map_or_else(|_| uri.clone(), Uri::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(host: &str, target: &str) -> Route {
        of(Some(host), &target.parse().unwrap())
    }

    fn website(bucket: &str, path: &str) -> Route {
        Route::Website { bucket: bucket.to_owned(), path: path.parse().unwrap() }
    }

    fn aws(bucket: Option<&str>) -> Route {
        Route::Aws { bucket: bucket.map(str::to_owned) }
    }

    #[test]
    fn a_website_has_a_host_or_a_path() {
        assert_eq!(route("my.site.s3-website.localhost", "/a?b"), website("my.site", "/a?b"));
        assert_eq!(route("127.0.0.1", "/_website/site/a%20b/?c=d"), website("site", "/a%20b/?c=d"));
        assert_eq!(route("127.0.0.1", "/_website/site/?c=d"), website("site", "/?c=d"));
        let without_slash = Route::WebsiteWithoutSlash { bucket: "site".to_owned() };
        assert_eq!(route("127.0.0.1", "/_website/site"), without_slash);
    }

    #[test]
    fn an_api_has_a_host_or_a_path() {
        let execute = |api: &str, path: &str| Route::Execute {
            api: api.to_owned(),
            path: path.parse().unwrap(),
        };
        let wanted = execute("abc", "/prod/a?b=c");
        assert_eq!(route("abc.execute-api.localhost", "/prod/a?b=c"), wanted);
        assert_eq!(route("abc.execute-api.eu-west-1.localhost", "/prod/a?b=c"), wanted);
        assert_eq!(route("127.0.0.1", "/_execute-api/abc/prod/a?b=c"), wanted);
        assert_eq!(route("localhost", "/_execute-api/abc"), execute("abc", "/"));
        assert_eq!(route("abc.execute-api.localhost", "/_local/stop"), {
            execute("abc", "/_local/stop")
        });
        let buckets = ["execute-api", "a.b.execute-api"];
        for bucket in buckets {
            assert_eq!(route(&format!("{bucket}.localhost"), "/k"), aws(Some(bucket)));
        }
    }

    #[test]
    fn control_is_not_reachable_on_a_websites_host() {
        assert_eq!(route("127.0.0.1", "/_local/stop"), Route::Control);
        assert_eq!(route("127.0.0.1", "/_local/mail"), Route::Control);
        assert_eq!(route("127.0.0.1", "/_local/mail.html"), Route::MailPage);
        assert_eq!(route("s.s3-website.localhost", "/_local/stop"), website("s", "/_local/stop"));
        assert_eq!(route("127.0.0.1", "/_localized/key"), aws(None));
    }

    #[test]
    fn cognito_has_hosts_and_a_path() {
        let cognito = |path: &str| Route::Cognito { path: path.parse().unwrap() };
        assert_eq!(route("127.0.0.1", "/_cognito"), cognito("/"));
        assert_eq!(route("localhost", "/_cognito/"), cognito("/"));
        let keys = "/eu-west-1_AbCdEfGhI/.well-known/jwks.json";
        assert_eq!(
            route("localhost", &format!("/_cognito{keys}?a=b")),
            cognito(&format!("{keys}?a=b"))
        );
        for host in ["cognito-idp.localhost", "cognito-idp.eu-west-1.localhost"] {
            assert_eq!(route(host, keys), cognito(keys));
            assert_eq!(route(host, "/_local/stop"), cognito("/_local/stop"));
        }
        assert_eq!(route("cognito-idp.a.b.localhost", "/"), aws(Some("cognito-idp.a.b")));
        assert_eq!(route("localhost", "/_cognitos/key"), aws(None));
        assert_eq!(route("s.s3-website.localhost", "/_cognito/"), website("s", "/_cognito/"));
    }

    #[test]
    fn the_registry_is_under_its_version() {
        assert_eq!(route("localhost", "/v2/"), Route::Registry);
        assert_eq!(route("127.0.0.1", "/v2/a/manifests/latest?x"), Route::Registry);
        assert_eq!(route("localhost", "/v2x"), aws(None));
        assert_eq!(route("bucket.localhost", "/v2/key"), aws(Some("bucket")));
    }

    #[test]
    fn a_bucket_in_the_host_becomes_path_style() {
        assert_eq!(route("my.bucket.localhost", "/k"), aws(Some("my.bucket")));
        assert_eq!(route("bucket.s3.localhost", "/k"), aws(Some("bucket")));
        assert_eq!(route("s3.localhost", "/bucket/k"), aws(None));
        assert_eq!(route("localhost", "/bucket/k"), aws(None));
        assert_eq!(
            path_style("bucket", &"/a%2Fb?tagging".parse().unwrap()),
            "/bucket/a%2Fb?tagging"
        );
        assert_eq!(path_style("bucket", &"/".parse().unwrap()), "/bucket/");
    }
}
