//! Reads what a class left on another machine: its reports, as this folder writes them, and its
//! journals. Each line is read for itself; one that is damaged is named, and spoils no other.

use std::time::Duration;

use serde_json::Value;

use super::gradebook::HEADER;
use crate::{
    operate::{
        address_named,
        class::{Fault, Fields, Line, Record, Share},
    },
    report::sheet::text_of,
};

/// Reads a file, whatever it is.
pub(crate) fn read(file: &str, bytes: &[u8]) -> Share {
    let mut share = Share { file: file.to_owned(), ..Share::default() };
    let table = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if table.starts_with(HEADER.join(",").as_bytes()) {
        rows(table, &mut share);
    } else {
        lines(bytes, &mut share);
    }
    share
}

fn lines(bytes: &[u8], share: &mut Share) {
    let mut sums = 0;
    for (place, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        match of_line(line) {
            Ok(Found::Record(record)) => share.records.push(*record),
            Ok(Found::Line(line)) => share.journal.push(*line),
            Ok(Found::Sum) => sums += 1,
            Err(why) => share.faults.push(Fault { line: Some(place + 1), why }),
        }
    }
    if share.records.len() + share.journal.len() + share.faults.len() + sums == 0 {
        share.faults.push(Fault { line: None, why: "it is empty".to_owned() });
    }
}

enum Found {
    Record(Box<Record>),
    Line(Box<Line>),
    /// What all labs of a report come to, which is summed up anew.
    Sum,
}

fn of_line(line: &[u8]) -> Result<Found, String> {
    let text = std::str::from_utf8(line).map_err(|_| "it is no text".to_owned())?;
    let value: Value =
        serde_json::from_str(text).map_err(|_| "it is no JSON, or only a part of it".to_owned())?;
    match value["type"].as_str() {
        Some("class-lab") => record(&value).map(Box::new).map(Found::Record),
        Some("class") => Ok(Found::Sum),
        _ => match Line::read(text, &value) {
            Some(line) => line.map(Box::new).map(Found::Line),
            None => Err("it is no line of a journal or of a report".to_owned()),
        },
    }
}

/// Reads what `line` writes.
fn record(value: &Value) -> Result<Record, String> {
    let fields = Fields(value);
    let addresses = value["addresses"].as_object().into_iter().flatten();
    let mut addresses: Vec<_> = addresses
        .filter_map(|(name, address)| Some((address_named(name)?, address.as_str()?.to_owned())))
        .collect();
    addresses.sort_by_key(|((place, _), _)| *place);
    let seconds = fields.number("seconds")?.unwrap_or_default();
    Ok(Record {
        student: fields.text("student")?,
        email: fields.optional("email")?,
        account: fields.account()?,
        region: fields.optional("region")?,
        lab: fields.text("lab")?,
        words: fields.text("words")?,
        dollars_per_hour: fields.number("dollars_per_hour")?.unwrap_or_default(),
        unknown_per_hour: fields.number("unknown_dollars_per_hour")?.unwrap_or_default(),
        so_far: fields.number("dollars_so_far")?,
        undated: value["undated"] == true,
        addresses: addresses.into_iter().map(|((_, name), address)| (name, address)).collect(),
        errors: fields.errors()?,
        elapsed: Duration::try_from_secs_f64(seconds).unwrap_or_default(),
        time: fields.time("time")?,
        ..Record::unknown(fields.state()?)
    })
}

/// Reads what `csv` writes. A table says less than lines: neither times nor errors.
fn rows(table: &[u8], share: &mut Share) {
    let rows = csv::ReaderBuilder::new().from_reader(table).into_records();
    for (place, row) in rows.enumerate() {
        let read = match row {
            Ok(row) => of_row(&row),
            Err(_) => Err("it does not have the columns of the others".to_owned()),
        };
        match read {
            Ok(record) => share.records.push(record),
            // The header is the first line.
            Err(why) => share.faults.push(Fault { line: Some(place + 2), why }),
        }
    }
}

/// Reads a row as the fields of a line.
fn of_row(row: &csv::StringRecord) -> Result<Record, String> {
    let cell = |column: &str| {
        let place = HEADER.iter().position(|name| *name == column);
        let cell = place.and_then(|place| row.get(place)).map(text_of);
        cell.filter(|text| !text.is_empty())
    };
    let dollars = |column: &str| match cell(column).map(str::parse::<f64>) {
        None => Ok(Value::Null),
        Some(Ok(dollars)) => Ok(dollars.into()),
        Some(Err(_)) => Err(format!("`{column}` is no number")),
    };
    let mut value = serde_json::json!({
        "student": cell("name"),
        "email": cell("email"),
        "account": cell("account"),
        "region": cell("region"),
        "lab": cell("lab"),
        "state": cell("state"),
        "words": cell("what").unwrap_or_default(),
        "dollars_per_hour": dollars("dollars_per_hour")?,
        "dollars_so_far": dollars("dollars_so_far")?,
    });
    if let Some(site) = cell("site") {
        value["addresses"]["site"] = site.into();
    }
    record(&value)
}

#[cfg(test)]
mod tests;
