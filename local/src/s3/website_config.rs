//! A bucket's website configuration: `GetBucketWebsite`, `PutBucketWebsite`, `DeleteBucketWebsite`.

use super::{
    Context, answers,
    element::Element,
    errors::{MALFORMED_XML, NO_SUCH_WEBSITE, Outcome, S3Error, invalid_argument, not_implemented},
    state::Website,
    xml::Xml,
};
use crate::service::Answer;

/// `GetBucketWebsite`
pub(super) fn get(at: &Context) -> Outcome<Answer> {
    let website = at
        .bucket
        .read(|state| state.website.clone())
        .ok_or_else(|| S3Error::from(NO_SUCH_WEBSITE).with("BucketName", &at.request.bucket))?;
    Ok(answers::xml(Xml::answer("WebsiteConfiguration", |xml| match &website {
        Website::Redirect { host, protocol } => {
            xml.group("RedirectAllRequestsTo", |xml| {
                xml.leaf("HostName", host).maybe("Protocol", protocol.as_ref());
            });
        }
        Website::Pages { index, error } => {
            xml.group("IndexDocument", |xml| {
                xml.leaf("Suffix", index);
            });
            if let Some(error) = error {
                xml.group("ErrorDocument", |xml| {
                    xml.leaf("Key", error);
                });
            }
        }
    })))
}

/// `PutBucketWebsite`
pub(super) fn put(at: &Context) -> Outcome<Answer> {
    let website = read(&at.request.xml("WebsiteConfiguration")?)?;
    set(at, Some(website), answers::ok())
}

/// `DeleteBucketWebsite`
pub(super) fn delete(at: &Context) -> Outcome<Answer> {
    set(at, None, answers::no_content())
}

fn set(at: &Context, website: Option<Website>, answer: Answer) -> Outcome<Answer> {
    at.bucket.change(|state, _| {
        state.website = website;
        Ok(answer)
    })
}

fn read(root: &Element) -> Outcome<Website> {
    root.only(&["IndexDocument", "ErrorDocument", "RedirectAllRequestsTo", "RoutingRules"])?;
    if root.one("RoutingRules")?.is_some() {
        return Err(not_implemented("routing rules of a website"));
    }
    let index = root.one("IndexDocument")?;
    let error = root.one("ErrorDocument")?;
    match (root.one("RedirectAllRequestsTo")?, index) {
        (Some(redirect), None) if error.is_none() => read_redirect(redirect),
        (Some(_), _) => Err(invalid(
            "RedirectAllRequestsTo",
            "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
        )),
        (None, Some(index)) => read_pages(index, error),
        (None, None) => Err(invalid(
            "IndexDocument",
            "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
        )),
    }
}

fn invalid(name: &str, message: &str) -> S3Error {
    invalid_argument(name, "null", message)
}

fn read_redirect(redirect: &Element) -> Outcome<Website> {
    redirect.only(&["HostName", "Protocol"])?;
    let protocol = redirect.text("Protocol")?;
    if protocol.is_some_and(|protocol| !["http", "https"].contains(&protocol)) {
        return Err(MALFORMED_XML.into());
    }
    Ok(Website::Redirect {
        host: redirect.need("HostName")?.to_owned(),
        protocol: protocol.map(str::to_owned),
    })
}

fn read_pages(index: &Element, error: Option<&Element>) -> Outcome<Website> {
    let suffix = index.only(&["Suffix"])?.need("Suffix")?;
    if suffix.is_empty() || suffix.contains('/') {
        return Err(invalid("IndexDocument", "The IndexDocument Suffix is not well formed"));
    }
    let error = error.map(|error| error.only(&["Key"])?.need("Key")).transpose()?;
    if error.is_some_and(str::is_empty) {
        return Err(invalid("ErrorDocument", "The ErrorDocument Key is not well formed"));
    }
    Ok(Website::Pages { index: suffix.to_owned(), error: error.map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(inner: &str) -> Result<Website, String> {
        let body = format!("<WebsiteConfiguration>{inner}</WebsiteConfiguration>");
        let root = Element::read(body.as_bytes(), "WebsiteConfiguration").unwrap();
        read(&root).map_err(|error| error.error.code)
    }

    const INDEX: &str = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>";
    const REDIRECT: &str =
        "<RedirectAllRequestsTo><HostName>example.com</HostName></RedirectAllRequestsTo>";

    #[test]
    fn pages_or_a_redirect() {
        let pages = Website::Pages { index: "index.html".into(), error: Some("404.html".into()) };
        let error = "<ErrorDocument><Key>404.html</Key></ErrorDocument>";
        assert_eq!(parse(&format!("{INDEX}{error}")), Ok(pages));
        let redirect = Website::Redirect { host: "example.com".into(), protocol: None };
        assert_eq!(parse(REDIRECT), Ok(redirect));
    }

    #[test]
    fn what_aws_refuses() {
        let code = |inner: &str| parse(inner).unwrap_err();
        assert_eq!(code(""), "InvalidArgument");
        assert_eq!(code(&format!("{INDEX}{REDIRECT}")), "InvalidArgument");
        let with_slash = "<IndexDocument><Suffix>a/b</Suffix></IndexDocument>";
        assert_eq!(code(with_slash), "InvalidArgument");
        assert_eq!(code("<Unknown/>"), "MalformedXML");
        assert_eq!(code(&format!("{INDEX}<RoutingRules/>")), "NotImplemented");
    }
}
