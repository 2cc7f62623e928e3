//! Asks from outside, without credentials: all requests at once, each with a deadline, none of them
//! redirected, and no more than a page read of each.

use std::{collections::BTreeMap, io, time::Duration};

use futures::future::join_all;

use crate::{
    engine::Probe,
    error::{Code, Error, Result},
    http::{Answer, Client, Network, Request},
    lab::{Kind, Placeholder, Template, Values, placeholders::SITE_URL},
};

/// How long one request may take.
const LONGEST: Duration = Duration::from_secs(5);
/// The largest answer that is read, in bytes: the list of the mysfits has about eight thousand.
const LARGEST: usize = 256 * 1024;

/// A request that is ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ask {
    method: &'static str,
    url: String,
    headers: &'static [(&'static str, &'static str)],
    body: String,
}

/// What the requests got. Several checks may look at one answer.
pub(super) type Answers = BTreeMap<Ask, io::Result<Answer>>;

impl Ask {
    /// Returns the request of a probe, or the value that is missing for it.
    ///
    /// # Errors
    /// When the probe has a placeholder that is not the lab's.
    pub(super) fn of(
        probe: &Probe,
        known: &Values,
    ) -> Result<std::result::Result<Self, Placeholder>> {
        let body = Template {
            path: "the body of a probe",
            kind: Kind::Json,
            text: probe.body,
            optional: &[],
        };
        let missing = body.missing(known)?;
        Ok(match (known.get(probe.at), missing) {
            (None, _) => Err(probe.at),
            (_, Some(missing)) => Err(missing),
            (Some(at), None) => Ok(Self {
                method: probe.method,
                url: joined(at, probe.path),
                headers: probe.headers,
                body: body.render(known)?,
            }),
        })
    }

    /// Returns the request for a file of the site; `None` if there is no site.
    pub(super) fn of_site(path: &str, known: &Values) -> Option<Self> {
        let url = joined(known.get(SITE_URL)?, path);
        Some(Self { method: "GET", url, headers: &[], body: String::new() })
    }

    /// Returns it as text: method and address.
    pub(super) fn shown(&self) -> String {
        format!("{} {}", self.method, self.url)
    }

    async fn send(&self, client: &Client) -> io::Result<Answer> {
        let mut request = Request::new(self.method, &self.url);
        for (name, value) in self.headers {
            request = request.header(name, *value);
        }
        client.send(request.content(self.body.clone().into())).await
    }
}

/// Returns an address below another. That of a site may be its page, where there is no website.
fn joined(at: &str, path: &str) -> String {
    const PAGE: &str = "/index.html";
    match at.strip_suffix(PAGE) {
        Some(_) if path == "/" => at.to_owned(),
        Some(folder) => format!("{folder}{path}"),
        None => format!("{}{path}", at.trim_end_matches('/')),
    }
}

/// Returns the client for all requests.
pub(super) fn client(network: &Network) -> Client {
    Client::new(network.clone(), LONGEST).up_to(LARGEST)
}

/// Sends all of these at once.
pub(super) async fn send(client: &Client, mut asks: Vec<Ask>) -> Answers {
    asks.sort();
    asks.dedup();
    let answers = asks.into_iter().map(async |ask| {
        let answer = ask.send(client).await;
        (ask, answer)
    });
    join_all(answers).await.into_iter().collect()
}

/// Returns why an answer says nothing of what was asked; `None` if it does. A proxy answers for what
/// it does not reach, or does not let through.
pub(super) fn of_a_proxy(answer: &Answer) -> Option<String> {
    let status = answer.status;
    let is = answer.asked_a_proxy && matches!(status, 403 | 407 | 502 | 503 | 504);
    is.then(|| format!("the proxy answers with status {status}"))
}

/// Returns why there was no answer.
pub(super) fn unanswered(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut => format!("no answer within {} s", LONGEST.as_secs()),
        io::ErrorKind::FileTooLarge => "an answer without end".to_owned(),
        _ => format!("no answer ({error})"),
    }
}

/// Returns the error for a site that cannot be the lab's.
pub(super) fn no_site(url: &str, why: &str) -> Error {
    Error::new(Code::Setting, format!("`{url}` is not the address of a site: {why}"))
        .hint("give the address that the browser shows, such as `--url http://BUCKET.s3-website-eu-west-1.amazonaws.com`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_below_an_address_or_beside_a_page() {
        assert_eq!(joined("http://a.example/", "/"), "http://a.example/");
        assert_eq!(joined("http://a.example/prod", "/x"), "http://a.example/prod/x");
        assert_eq!(joined("http://a.example/b/index.html", "/"), "http://a.example/b/index.html");
        assert_eq!(joined("http://a.example/b/index.html", "/x.js"), "http://a.example/b/x.js");
    }
}
