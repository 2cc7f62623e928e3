//! A list of sites that students handed in, each with the nonce that the student was given. It is
//! read as a roster is: people keep it in a spreadsheet too.

use super::{Form, Raw, problem::Problems, raw, rules};
use crate::{error::Result, lab::Nonce};

/// The columns, as a header names them. The last two may be missing.
const SITE_COLUMNS: [&str; 5] = ["name", "site", "nonce", "email", "id"];

/// The columns in which every row has something.
const NEEDED: [&str; 3] = ["name", "site", "nonce"];

/// A site, and who handed it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SiteRow {
    /// The student's name.
    pub(crate) name: String,
    /// The address of the site.
    pub(crate) site: String,
    /// What the site must hold.
    pub(crate) nonce: Nonce,
    /// The student's address.
    pub(crate) email: Option<String>,
    /// How the gradebook of the course knows the student.
    pub(crate) id: Option<String>,
}

/// Reads a list of sites. `file` is its name in messages; `is_site` returns what else than the
/// address of a site a text is.
///
/// # Errors
/// `Roster` with every mistake in it.
pub(crate) fn read_sites(
    file: &str,
    bytes: &[u8],
    form: Form,
    is_site: impl Fn(&str) -> Result<(), &'static str>,
) -> Result<Vec<SiteRow>> {
    let mut problems = Problems::default();
    let raw = raw(bytes, form, &SITE_COLUMNS, &mut problems);
    let rows = raw.iter().filter_map(|raw| row(raw, &is_site, &mut problems)).collect();
    problems.end(&format!("the list of sites `{file}`")).map_err(|error| {
        error
            .hint("correct the rows that are named; `mysfits class check --help` lists the columns")
    })?;
    Ok(rows)
}

fn row(
    raw: &Raw,
    is_site: impl Fn(&str) -> Result<(), &'static str>,
    problems: &mut Problems,
) -> Option<SiteRow> {
    let site = |text: &str| {
        is_site(text).map_err(|why| format!("`{text}` is not the address of a site: {why}"))
    };
    let nonce = |text: &str| match text.parse::<Nonce>() {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("`{text}`: {error}")),
    };
    let name = raw.checked("name", rules::name, problems);
    let site = raw.checked("site", site, problems);
    let nonce = raw.checked("nonce", nonce, problems).and_then(|text| text.parse().ok());
    let email = raw.checked("email", rules::email, problems);
    let id = raw.checked("id", rules::id, problems);
    for column in NEEDED.iter().filter(|column| raw.text(column).is_none()) {
        problems.of_field(raw.line, column, "it is empty");
    }
    Some(SiteRow { name: name?, site: site?, nonce: nonce?, email, id })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<SiteRow>> {
        let is_site =
            |text: &str| if text.starts_with("http://") { Ok(()) } else { Err("no address") };
        read_sites("sites.csv", text.as_bytes(), Form::Csv, is_site)
    }

    #[test]
    fn what_spreadsheets_write_is_read() {
        let plain = read("name,site,nonce,id\nÄnna,http://a.example,a-1,007\n").unwrap();
        assert_eq!((plain[0].name.as_str(), plain[0].nonce.as_str()), ("Änna", "a-1"));
        assert_eq!((plain[0].id.as_deref(), &plain[0].email), (Some("007"), &None));
        for same in [
            "\u{feff}name;site;nonce;id\r\nÄnna;http://a.example;a-1;007\r\n",
            "sep=;\r\nNonce;ID;Name;Site\r\n\r\na-1;007;Änna; http://a.example \r\n;;;\r\n",
            "name\tsite\tnonce\temail\tid\nÄnna\thttp://a.example\ta-1\t\t007",
        ] {
            assert_eq!(read(same).unwrap(), plain, "{same:?}");
        }
    }

    #[test]
    fn all_bad_rows_are_named_at_once() {
        let error = read(
            "name,site,nonce,email,id\nanna,a.example,\"1,2E+11\",,\nbert,,b,nobody,\n\
             ,http://c.example,,,=1+1\ndora,http://d.example,d,,\n",
        )
        .unwrap_err();
        assert_eq!(error.message, "the list of sites `sites.csv` has 7 mistakes");
        let said: Vec<&str> = error.evidence.iter().map(|it| it.text.as_str()).collect();
        for (said, begins) in said.iter().zip([
            "2, `site`: `a.example` is not the address of a site: no address",
            "2, `nonce`: `1,2E+11`: a nonce is 1 to 64 letters",
            "3, `email`: ",
            "3, `site`: it is empty",
            "4, `id`: `=1+1` does not begin",
            "4, `name`: it is empty",
            "4, `nonce`: it is empty",
        ]) {
            assert!(said.starts_with(begins), "{said}");
        }
        let error = read("name,site,nonce,account\n").unwrap_err();
        assert!(error.evidence[0].text.contains("`account` is no column"), "{error:?}");
    }
}
