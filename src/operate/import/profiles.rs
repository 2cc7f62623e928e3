//! The profiles on this machine.

use super::{Entry, Imported};
use crate::destination::ListedProfile;

/// Returns a roster of profiles. AWS is not asked: the account of keys stays empty, for a person to
/// fill in.
pub(crate) fn of_profiles(profiles: &[ListedProfile]) -> Imported {
    let entry = |profile: &ListedProfile| Entry {
        name: profile.name.clone(),
        account: profile.account.clone(),
        profile: Some(profile.name.clone()),
        region: profile.region.clone(),
        ..Entry::default()
    };
    let entries: Vec<Entry> = profiles.iter().map(entry).collect();
    let unknown = entries.iter().filter(|entry| entry.account.is_none()).count();
    let mut roster = Imported { entries, ..Imported::default() };
    if unknown > 0 {
        roster.notes.push(format!(
            "The files do not say which account {unknown} of them {}: write it into the column \
             `account`; `aws sts get-caller-identity --profile NAME` shows it.",
            if unknown == 1 { "has" } else { "have" }
        ));
    }
    roster
}
