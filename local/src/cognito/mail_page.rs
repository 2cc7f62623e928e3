//! The mailbox as a page for people. It is closed to other pages: it has no origin (`sandbox`), so
//! not even a page at the same address can read it, and it cannot be framed.

use std::fmt::Write as _;

use http::{HeaderName, HeaderValue, StatusCode};

use super::Mail;
use crate::{protocol, service::Answer};

const HEADERS: [(&str, &str); 5] = [
    // The sandbox allows scripts although there are none: otherwise the page would not reload
    // itself.
    (
        "content-security-policy",
        "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    // The origin guard refuses whatever another page refers to, and the page reloads itself.
    ("referrer-policy", "no-referrer"),
];

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3">
<title>Mail of the local cloud</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 44rem; padding: 0 1rem; }
article { border-top: 1px solid #999; padding: .5rem 0; }
h1 { font-size: 1.4rem; }
h2 { font-size: 1rem; margin: 0; }
p { margin: .2rem 0; overflow-wrap: anywhere; white-space: pre-wrap; }
strong { font: 1.6rem ui-monospace, monospace; }
small { color: #555; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } small { color: #aaa; } }
</style>
</head>
<body>
<h1>Mail of the local cloud</h1>
"#;

/// Returns the page with these mails, the last one first.
pub(crate) fn page(mails: &[Mail]) -> Answer {
    let mut html = HEAD.to_owned();
    if mails.is_empty() {
        html.push_str("<p>No mail yet. Cognito's codes arrive here.</p>\n");
    }
    for mail in mails.iter().rev() {
        // Writing to a `String` cannot fail.
        let _ = write_mail(&mut html, mail);
    }
    html.push_str("</body>\n</html>\n");
    let mut answer = protocol::answer(StatusCode::OK, "text/html; charset=utf-8", html);
    for (name, value) in HEADERS {
        let name = HeaderName::from_static(name);
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

fn write_mail(html: &mut String, mail: &Mail) -> std::fmt::Result {
    let (to, subject) = (escaped(&mail.to), escaped(&mail.subject));
    let (text, sent) = (escaped(&mail.text), escaped(&mail.sent));
    writeln!(html, "<article>\n<h2>{subject}</h2>")?;
    writeln!(html, "<p><small>{sent} to {to}</small></p>")?;
    if let Some(code) = &mail.code {
        writeln!(html, "<p><strong>{}</strong></p>", escaped(code))?;
    }
    writeln!(html, "<p>{text}</p>\n</article>")
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_text() {
        assert_eq!(escaped(r#"<b a="x">'&"#), "&lt;b a=&quot;x&quot;&gt;&#39;&amp;");
    }
}
