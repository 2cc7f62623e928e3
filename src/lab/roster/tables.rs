//! A roster in TOML: a table `[[student]]` for each lab.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Spanned, Table, Value};

use super::{Columns, Raw, problem::Problems};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    student: Vec<Spanned<Table>>,
}

/// Returns the tables as rows.
pub(super) fn rows(bytes: &[u8], columns: Columns, problems: &mut Problems) -> Vec<Raw> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        problems.of_file("it is not UTF-8".to_owned());
        return Vec::new();
    };
    let line = |start: usize| 1 + text[..start].matches('\n').count();
    match toml::from_str::<File>(text) {
        Ok(File { student }) => {
            let row = |table: Spanned<Table>| {
                let line = line(table.span().start);
                row(line, table.into_inner(), columns, problems)
            };
            student.into_iter().map(row).collect()
        }
        Err(error) => {
            // The first line says what is wrong; the rest shows the file.
            let words = error.message().lines().next().unwrap_or_default().to_owned();
            problems.of_line(error.span().map_or(1, |span| line(span.start)), words);
            Vec::new()
        }
    }
}

fn row(line: usize, table: Table, columns: Columns, problems: &mut Problems) -> Raw {
    let mut fields = BTreeMap::new();
    for (key, value) in table {
        let name = key.replace('-', "_");
        let column = columns.iter().find(|column| **column == name);
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            // A number without its zeros is named as one.
            Value::Integer(number) => number.to_string(),
            _ => {
                problems.of_field(line, &key, "it is not a text");
                continue;
            }
        };
        match column {
            Some(column) if !text.is_empty() => drop(fields.insert(*column, text)),
            Some(_) => {}
            None => problems.of_line(line, format!("`{key}` is not a setting of a student")),
        }
    }
    Raw { line, fields }
}
