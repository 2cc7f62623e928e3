//! A roster with separators, as spreadsheets write it: with a byte order mark, with `;` or tabs where
//! the decimal sign is a comma, with `sep=;` in the first line, and with rows of nothing.

use std::collections::BTreeMap;

use super::{Columns, Raw, problem::Problems};

const MARK: &[u8] = b"\xef\xbb\xbf";
/// The byte order marks of UTF-16, which Excel writes as "Unicode text".
const WIDE: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// Returns the rows below the header.
pub(super) fn rows(bytes: &[u8], known: Columns, problems: &mut Problems) -> Vec<Raw> {
    if WIDE.iter().any(|mark| bytes.starts_with(mark)) {
        problems.of_file("it is UTF-16; save it as \"CSV UTF-8\"".to_owned());
        return Vec::new();
    }
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    if !is_utf8(bytes, problems) {
        return Vec::new();
    }
    let bytes = with_line_feeds(bytes);
    let (separator, start) = begin(&bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(&bytes[start..]);
    let mut header: Option<Vec<Option<&'static str>>> = None;
    let mut rows = Vec::new();
    let mut lines = Lines { bytes: &bytes, at: 0, line: 1 };
    for read in reader.records() {
        let record = match read {
            Ok(record) => record,
            Err(error) => {
                problems.of_file(error.to_string());
                break;
            }
        };
        let offset = record.position().map_or(0, csv::Position::byte);
        let line = lines.of(start + usize::try_from(offset).unwrap_or_default());
        let fields: Vec<&str> = record.iter().map(str::trim).collect();
        match &header {
            // A spreadsheet writes rows that were emptied.
            _ if fields.iter().all(|field| field.is_empty()) => {}
            None => header = Some(columns(&fields, known, line, problems)),
            Some(columns) => rows.extend(row(&fields, columns, line, problems)),
        }
    }
    rows
}

/// Checks that the file is UTF-8. Excel's plain "CSV" is not, once there is an umlaut in it.
fn is_utf8(bytes: &[u8], problems: &mut Problems) -> bool {
    let mut is_utf8 = true;
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if std::str::from_utf8(line).is_err() {
            let text = "it is not UTF-8; save the file as \"CSV UTF-8\"".to_owned();
            problems.of_line(number + 1, text);
            is_utf8 = false;
        }
    }
    is_utf8
}

/// Returns a file whose lines all end as on Unix: those of Windows and of old Macs as well.
fn with_line_feeds(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    for (place, byte) in bytes.iter().enumerate() {
        match byte {
            b'\r' if bytes.get(place + 1) == Some(&b'\n') => {}
            b'\r' => text.push(b'\n'),
            other => text.push(*other),
        }
    }
    text
}

/// Finds the lines of places in a file, in their order.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// Returns the line of the first text at or after this place. A record begins, for its reader,
    /// with the empty lines before it.
    fn of(&mut self, place: usize) -> usize {
        let rest = self.bytes.get(place..).unwrap_or_default();
        let empty = rest.iter().take_while(|byte| **byte == b'\n').count();
        let passed = self.bytes.get(self.at..place + empty).unwrap_or_default();
        self.line += passed.split(|byte| *byte == b'\n').count() - 1;
        self.at = place + empty;
        self.line
    }
}

/// Returns the separator, and where the header begins.
fn begin(bytes: &[u8]) -> (u8, usize) {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    // Excel's own line for it.
    if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] = first {
        return (*separator, (first.len() + 1).min(bytes.len()));
    }
    let count = |wanted: u8| first.split(|byte| *byte == wanted).count();
    // Of equals the last one is taken: the comma is the usual one.
    let separator = [b'\t', b';', b','].into_iter().max_by_key(|it| count(*it)).unwrap_or(b',');
    (separator, 0)
}

/// Returns which column each field of the header is; `None` is one that is unknown or a second one.
fn columns(
    fields: &[&str],
    all: Columns,
    line: usize,
    problems: &mut Problems,
) -> Vec<Option<&'static str>> {
    let mut columns: Vec<Option<&'static str>> = Vec::new();
    for field in fields {
        let name = field.to_lowercase().replace([' ', '-'], "_");
        let known = all.iter().find(|column| **column == name).copied();
        match known {
            // A column without a name and, as a row shows, without anything in it.
            None if name.is_empty() => columns.push(None),
            None => {
                problems.of_line(line, format!("`{field}` is no column: {}", list(all)));
                columns.push(None);
            }
            Some(column) if columns.contains(&Some(column)) => {
                problems.of_field(line, column, "the column is there twice");
                columns.push(None);
            }
            known => columns.push(known),
        }
    }
    if !columns.contains(&Some("name")) {
        problems.of_line(line, format!("there is no column `name`: {}", list(all)));
    }
    columns
}

/// Returns the columns that there can be, as a sentence.
fn list(all: Columns) -> String {
    let names: Vec<String> = all.iter().map(|column| format!("`{column}`")).collect();
    format!("they are {}", names.join(", "))
}

fn row(
    fields: &[&str],
    columns: &[Option<&'static str>],
    line: usize,
    problems: &mut Problems,
) -> Option<Raw> {
    if let Some(beyond) = fields.iter().skip(columns.len()).find(|field| !field.is_empty()) {
        let text = format!("`{beyond}` is in no column: a separator in a text needs quotes");
        problems.of_line(line, text);
        return None;
    }
    let fields = columns.iter().zip(fields).filter(|(_, field)| !field.is_empty());
    let fields: BTreeMap<&'static str, String> =
        fields.filter_map(|(column, field)| Some(((*column)?, (*field).to_owned()))).collect();
    Some(Raw { line, fields })
}
