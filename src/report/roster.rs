//! A roster as CSV, and what is not in it.

use serde_json::{Value, json};

use super::{Shown, sheet};
use crate::{
    lab::{AccountId, roster::COLUMNS},
    operate::import::{Entry, Imported, LeftOut},
};

/// The rows.
pub(crate) struct RosterRows<'a>(pub(crate) &'a Imported);

impl Shown for RosterRows<'_> {
    fn text(&self, _: bool) -> String {
        let rows = self.0.entries.iter().map(|entry| sheet::row(cells(entry)));
        let lines: Vec<String> = std::iter::once(sheet::row(COLUMNS)).chain(rows).collect();
        lines.join("\n")
    }

    fn json(&self) -> Vec<Value> {
        let row = |entry: &Entry| {
            let mut value = json!({"type": "roster-row"});
            for (column, cell) in COLUMNS.into_iter().zip(cells(entry)) {
                value[column] = if cell.is_empty() { Value::Null } else { cell.into() };
            }
            value
        };
        self.0.entries.iter().map(row).collect()
    }
}

/// Returns the texts of a row, in the order of the columns.
fn cells(entry: &Entry) -> [&str; COLUMNS.len()] {
    let Entry { name, account, profile, role_arn, external_id, region, lab, email, id } = entry;
    let account = account.as_ref().map(AccountId::as_str);
    let [profile, role_arn, external_id, region, lab, email, id] =
        [profile, role_arn, external_id, region, lab, email, id].map(Option::as_deref);
    [Some(name.as_str()), account, profile, role_arn, external_id, region, lab, email, id]
        .map(Option::unwrap_or_default)
}

/// What is not in the roster, and what is to be known before it is used.
pub(crate) struct RosterNotes<'a>(pub(crate) &'a Imported);

impl Shown for RosterNotes<'_> {
    fn text(&self, _: bool) -> String {
        let Imported { entries, left_out, notes, .. } = self.0;
        let labs =
            if entries.len() == 1 { "1 lab".to_owned() } else { format!("{} labs", entries.len()) };
        let mut lines = vec![format!("The roster has {labs}. Read it before you use it.")];
        lines.extend(
            left_out.iter().map(|LeftOut { what, why }| format!("Left out: {what}: {why}")),
        );
        lines.extend(notes.iter().cloned());
        lines.join("\n")
    }

    fn json(&self) -> Vec<Value> {
        let left_out = self.0.left_out.iter();
        let left_out: Vec<_> =
            left_out.map(|LeftOut { what, why }| json!({"what": what, "why": why})).collect();
        vec![json!({
            "type": "roster",
            "count": self.0.entries.len(),
            "left_out": left_out,
            "notes": self.0.notes,
        })]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster() -> Imported {
        let entry = Entry {
            name: "=Anna, M".to_owned(),
            account: Some(AccountId::new("000000000001")),
            email: Some("a@example.com".to_owned()),
            ..Entry::default()
        };
        let left_out = LeftOut { what: "account 2".to_owned(), why: "it is closed".to_owned() };
        let notes = vec!["Look again.".to_owned()];
        Imported { entries: vec![entry], left_out: vec![left_out], notes, new_profiles: Vec::new() }
    }

    #[test]
    fn a_roster_is_csv_and_what_is_missing_is_said_beside_it() {
        assert_eq!(
            RosterRows(&roster()).text(false),
            "name,account,profile,role_arn,external_id,region,lab,email,id\n\
             \"'=Anna, M\",000000000001,,,,,,a@example.com,"
        );
        assert_eq!(
            RosterNotes(&roster()).text(false),
            "The roster has 1 lab. Read it before you use it.\n\
             Left out: account 2: it is closed\nLook again."
        );
    }

    #[test]
    fn json_has_the_columns_of_the_csv() {
        assert_eq!(
            RosterRows(&roster()).json(),
            [json!({"type": "roster-row", "name": "=Anna, M", "account": "000000000001",
                    "profile": null, "role_arn": null, "external_id": null, "region": null,
                    "lab": null, "email": "a@example.com", "id": null})]
        );
        assert_eq!(
            RosterNotes(&roster()).json(),
            [json!({"type": "roster", "count": 1, "notes": ["Look again."],
                    "left_out": [{"what": "account 2", "why": "it is closed"}]})]
        );
    }
}
