//! What a student hands in.

use std::time::SystemTime;

use serde_json::Value;

use super::{Shown, json, rows};
use crate::{
    BUILD,
    destination::Destination,
    engine::Seen,
    lab::{
        Owner, Placeholder,
        placeholders::{API_ID, API_URL, SERVICE_URL, SITE_URL, USER_POOL_ID},
    },
    operate::{
        Survey,
        handed_in::{NOTE, Report, SCHEMA, Standing},
    },
};

/// A report on a lab.
pub(crate) struct HandIn(Report);

impl HandIn {
    /// Reports what was seen, by this student.
    pub(crate) fn new(survey: &Survey, destination: &Destination, name: Option<&str>) -> Self {
        let known = |placeholder: Placeholder| survey.known.get(placeholder).map(str::to_owned);
        let standing = |row: &crate::operate::Row| Standing {
            resource: row.about.id.0.to_owned(),
            state: state(&row.seen).to_owned(),
        };
        Self(Report {
            kind: "report".to_owned(),
            schema: SCHEMA,
            mysfits: BUILD.to_owned(),
            // This machine's clock may be wrong.
            time: json::time(destination.now().unwrap_or_else(SystemTime::now)),
            name: name.map(str::to_owned),
            place: destination.kind().to_owned(),
            account: survey.lab.account.as_str().to_owned(),
            region: survey.lab.region.as_str().to_owned(),
            lab: survey.lab.name.clone(),
            identity: destination.identity.arn().to_owned(),
            user_pool_id: known(USER_POOL_ID),
            api_id: known(API_ID),
            site: known(SITE_URL),
            api: known(API_URL),
            backend: known(SERVICE_URL),
            resources: survey.rows.iter().map(standing).collect(),
            note: NOTE.to_owned(),
        })
    }

    /// Returns it as a file.
    pub(crate) fn file(&self) -> String {
        self.text(false) + "\n"
    }

    fn value(&self) -> Value {
        // Texts and numbers can always be written.
        serde_json::to_value(&self.0).unwrap_or_default()
    }
}

impl Shown for HandIn {
    fn text(&self, _: bool) -> String {
        format!("{:#}", self.value())
    }

    fn json(&self) -> Vec<Value> {
        vec![self.value()]
    }
}

/// Returns a state as `status` shows it. What a student made by hand has no tag, and counts.
fn state(seen: &Seen) -> &'static str {
    match seen.owner {
        Owner::NotTagged => rows::state(&Seen { owner: Owner::Ours, ..seen.clone() }),
        _ => rows::state(seen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Presence;

    #[test]
    fn what_was_made_by_hand_counts() {
        let seen = |owner| Seen::new(Presence::There, owner);
        assert_eq!(state(&seen(Owner::NotTagged)), "ready");
        assert_eq!(state(&seen(Owner::Ours)), "ready");
        assert_eq!(state(&seen(Owner::OtherLab("x".to_owned()))), "not ours");
    }
}
