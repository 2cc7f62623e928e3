//! The labs of a class as CSV, for a gradebook. Spreadsheets take a cell that begins with some signs
//! for a formula and run it, and students choose their names.
//! <https://owasp.org/www-community/attacks/CSV_Injection>

use crate::{
    error::{Code, Error, Result},
    operate::class::Record,
    report::sheet::harmless,
};

pub(super) const HEADER: [&str; 10] = [
    "name",
    "email",
    "account",
    "region",
    "lab",
    "state",
    "what",
    "dollars_per_hour",
    "dollars_so_far",
    "site",
];

/// Returns the table, with a byte order mark: without it, Excel reads UTF-8 as something else.
///
/// # Errors
/// Never in fact: it is written into memory.
pub(crate) fn csv(records: &[Record]) -> Result<Vec<u8>> {
    let failed = |error: &dyn std::fmt::Display| Error::new(Code::Io, error.to_string());
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".into());
    writer.write_record(HEADER).map_err(|error| failed(&error))?;
    for record in records {
        let cells = [
            record.student.as_str(),
            record.email.as_deref().unwrap_or_default(),
            &record.account,
            record.region.as_deref().unwrap_or_default(),
            &record.lab,
            record.state.name(),
            &record.words,
            &format!("{:.4}", record.dollars_per_hour),
            &record.so_far.map(|so_far| format!("{so_far:.2}")).unwrap_or_default(),
            record.site().unwrap_or_default(),
        ];
        writer.write_record(cells.map(harmless)).map_err(|error| failed(&error))?;
    }
    let bytes: Vec<u8> = writer.into_inner().map_err(|error| failed(&error))?;
    Ok(bytes)
}
