//! Tables in pages. A column in which no row has anything is left out.

use std::fmt::Write as _;

use super::{escaped, sentence};

/// A table.
pub(in crate::report) struct Table<'a> {
    /// What it shows.
    pub(in crate::report) caption: &'a str,
    /// Its columns.
    pub(in crate::report) columns: &'a [Column],
    /// A cell for each column. The first names what the row is about.
    pub(in crate::report) rows: Vec<Vec<Cell>>,
}

/// A column: its heading.
pub(in crate::report) enum Column {
    /// Of texts.
    Text(&'static str),
    /// Of numbers, which stand to the right.
    Number(&'static str),
}

/// The content of a cell.
pub(in crate::report) enum Cell {
    /// Text.
    Text(String),
    /// A sentence: what is in backticks is code.
    Sentence(String),
    /// A word with a sign before it, and the class that says its colour.
    Verdict(&'static str, String),
    /// A link to an address that a browser can open; other addresses are text.
    Link(String),
}

impl Cell {
    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Sentence(text) | Self::Verdict(_, text) | Self::Link(text) => {
                text.is_empty()
            }
        }
    }

    fn markup(&self) -> String {
        match self {
            Self::Text(text) => escaped(text).into_owned(),
            Self::Sentence(text) => format!("<div>{}</div>", sentence(text)),
            Self::Verdict(class, text) => {
                format!("<span class=\"{class}\">{}</span>", escaped(text))
            }
            Self::Link(url) if url.starts_with("http://") || url.starts_with("https://") => {
                let url = escaped(url);
                format!("<a href=\"{url}\" rel=\"noreferrer\">{url}</a>")
            }
            Self::Link(url) => escaped(url).into_owned(),
        }
    }
}

impl Column {
    fn heading(&self) -> &'static str {
        let (Self::Text(heading) | Self::Number(heading)) = self;
        heading
    }

    fn class(&self) -> &'static str {
        match self {
            Self::Text(_) => "",
            Self::Number(_) => " class=\"number\"",
        }
    }
}

impl Table<'_> {
    /// Returns its markup. What is wider than the page is moved in its place, also by keys.
    pub(in crate::report) fn markup(&self) -> String {
        let is_used = |place: usize| {
            self.rows.iter().any(|row| row.get(place).is_some_and(|it| !it.is_empty()))
        };
        let used: Vec<(usize, &Column)> =
            self.columns.iter().enumerate().filter(|(place, _)| is_used(*place)).collect();
        let caption = escaped(self.caption);
        let mut html = format!(
            "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{caption}\">\n<table>\n<thead><tr>"
        );
        for (_, column) in &used {
            let (class, heading) = (column.class(), column.heading());
            let _ = write!(html, "<th scope=\"col\"{class}>{heading}</th>");
        }
        html.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            html.push_str("<tr>");
            for (place, column) in &used {
                let (class, text) = (column.class(), row.get(*place).map(Cell::markup));
                let text = text.unwrap_or_default();
                let _ = match place {
                    0 => write!(html, "<th scope=\"row\"{class}>{text}</th>"),
                    _ => write!(html, "<td{class}>{text}</td>"),
                };
            }
            html.push_str("</tr>\n");
        }
        html + "</tbody>\n</table>\n</div>\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_text_and_empty_columns_are_left_out() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let table = Table {
            caption: "Labs <1>",
            columns: &[Column::Text("Student"), Column::Text("Nothing"), Column::Number("Points")],
            rows: vec![vec![text("<b>anna</b>"), text(""), text("3")]],
        };
        let html = table.markup();
        assert!(html.contains("aria-label=\"Labs &lt;1&gt;\""), "{html}");
        assert!(
            html.contains(
                "<th scope=\"row\">&lt;b&gt;anna&lt;/b&gt;</th><td class=\"number\">3</td>"
            ),
            "{html}"
        );
        assert!(!html.contains("Nothing"), "{html}");
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        let link = |url: &str| Cell::Link(url.to_owned()).markup();
        assert_eq!(
            link("http://a/?b&c"),
            "<a href=\"http://a/?b&amp;c\" rel=\"noreferrer\">http://a/?b&amp;c</a>"
        );
        assert_eq!(link("javascript:alert(1)"), "javascript:alert(1)");
    }
}
