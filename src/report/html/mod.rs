//! Pages: files that ask for nothing else, and work without scripts.

mod markup;
mod table;

pub(super) use self::{
    markup::{escaped, sentence},
    table::{Cell, Column, Table},
};

/// How all pages look.
const STYLE: &str = include_str!("page.css");
/// A browser then asks for nothing, whatever stands in the page.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// What stands around the content of a page.
pub(super) struct Page<'a> {
    /// Its title, as text.
    pub(super) title: &'a str,
    /// CSS of its own, after that of all pages.
    pub(super) style: &'a str,
    /// After how many seconds a browser loads it again, if it does.
    pub(super) reload: Option<u32>,
}

impl Page<'_> {
    /// Returns the page with this markup as its body.
    pub(super) fn around(&self, body: &str) -> String {
        let Self { title, style, reload } = self;
        let title = escaped(title);
        let reload = reload
            .map(|seconds| format!("<meta http-equiv=\"refresh\" content=\"{seconds}\">\n"))
            .unwrap_or_default();
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n{reload}\
             <title>{title}</title>\n<style>\n{STYLE}{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
        )
    }
}
