//! Makes the labs of a roster of it and of the settings.

use std::{collections::HashMap, io::Read as _, path::Path, sync::Arc};

use super::super::settings::Settings;
use crate::{
    destination::{Destination, Lender, Loan, Place, Profile},
    error::{Code, Error, Result},
    lab::roster::{self, Form, Row, SignIn, SiteRow},
    operate::{class::Seat, is_site},
};

/// Reads the roster.
///
/// # Errors
/// When it cannot be read, or is not valid.
pub(super) fn read(path: &Path) -> Result<Vec<Row>> {
    let (name, bytes, form) = content(path, "roster")?;
    roster::read(&name, &bytes, form)
}

/// Reads a list of sites.
///
/// # Errors
/// As [`read`].
pub(super) fn read_sites(path: &Path) -> Result<Vec<SiteRow>> {
    let (name, bytes, form) = content(path, "sites")?;
    roster::read_sites(&name, &bytes, form, is_site)
}

/// Returns the name of a file in messages, what is in it, and its form. `flag` is the flag that names
/// it.
fn content(path: &Path, flag: &str) -> Result<(String, Vec<u8>, Form)> {
    let name = path.display().to_string();
    let failed = |error: &std::io::Error| {
        Error::new(Code::Io, format!("the {flag} `{name}`: {error}"))
            .hint(format!("name the file with `--{flag} FILE`"))
    };
    let file = std::fs::File::open(path).map_err(|error| failed(&error))?;
    let mut bytes = Vec::new();
    // One byte more than is permitted, so that a larger one is known to be one.
    let most = u64::try_from(roster::LARGEST).unwrap_or(u64::MAX).saturating_add(1);
    file.take(most).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    let is_toml = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("toml"));
    let form = if is_toml { Form::Toml } else { Form::Csv };
    Ok((name, bytes, form))
}

/// Returns whether a row is reached with the credentials of the command. In the local cloud none is:
/// there, an account is its own key.
pub(super) fn borrows(settings: &Settings, row: &Row) -> bool {
    let is_local = matches!(settings.destination.place, Place::Local { .. });
    !is_local && !matches!(row.sign_in, SignIn::Profile(_))
}

/// Returns the labs of the rows. `own` is where the credentials of the command lead, if any row
/// borrows them.
pub(super) fn seats(
    settings: &Settings,
    rows: Vec<Row>,
    own: Option<&Destination>,
) -> Vec<Arc<Seat>> {
    let lender = own.map(Lender::of);
    // Several labs in one account share the session of its role.
    let mut loans: HashMap<SignIn, Loan> = HashMap::new();
    let mut loan = |row: &Row| {
        let lender = lender.as_ref().filter(|_| borrows(settings, row))?;
        let make = || match &row.sign_in {
            SignIn::Role { arn, external_id } => lender.role(arn.clone(), external_id.clone()),
            _ => lender.itself(),
        };
        Some(loans.entry(row.sign_in.clone()).or_insert_with(make).clone())
    };
    let seat = |row: Row| {
        let mut of_lab = settings.of_row(row.region.as_ref(), row.lab.clone());
        of_lab.destination.loan = loan(&row);
        // Thirty questions at once would be none.
        of_lab.destination.ask_code = None;
        if let Place::Local { account, .. } = &mut of_lab.destination.place {
            *account = row.account.clone();
        } else if let SignIn::Profile(name) = row.sign_in {
            of_lab.destination.profile = Some(Profile { name, wins: true });
        }
        let Row { name, email, id, account, .. } = row;
        Arc::new(Seat { student: name, email, id, account, settings: of_lab })
    };
    rows.into_iter().map(seat).collect()
}
