//! Checks a lab in its account: looks at its resources, asks from outside what they say where to
//! ask, and puts both together.

use std::collections::BTreeMap;

use super::{
    CheckedLab, Listed,
    architecture::architecture,
    evaluate::{Finding, Found, evaluate},
    outside::{self, Outside},
    probes,
};
use crate::{
    aws::Operation,
    engine::{Direction, Judged, Presence, Reason, Setting, Subject},
    error::Result,
    lab::{
        Owner, Placeholder, Scope, Values,
        placeholders::{BUCKET_NAME, SITE_URL},
    },
    operate::{Row, Survey, Workspace, addresses},
    resources::Lab,
};

/// Checks everything that deploying this scope would cover. What students made by hand counts as
/// the lab's, if the workspace takes it over.
///
/// # Errors
/// When the user interrupted.
pub(crate) async fn check_lab(workspace: &Workspace, scope: Scope) -> Result<CheckedLab> {
    let survey = Survey::of(workspace, scope).await?;
    let rows: BTreeMap<usize, &Row> = survey.rows.iter().map(|row| (row.place, row)).collect();
    let mut listed = listed(&workspace.lab, |place| rows.contains_key(&place));
    listed.retain(|it| !matches!(it.check.on, Subject::Nonce));
    let known = values(workspace, &survey);
    let client = probes::client(workspace.destination.network());
    let answers = probes::send(&client, outside::asks(&listed, &known)?).await;
    let without = |missing| without(&workspace.lab, missing);
    let outside = Outside {
        known: &known,
        answers: &answers,
        lab: Some(&known),
        nonce: None,
        without: &without,
    };
    let checks = evaluate(&listed, |it| match (&it.check.on, rows.get(&it.place)) {
        (Subject::Presence, Some(row)) => Look { workspace, row, listed: &listed }.presence(),
        (Subject::Setting(operation, name), Some(row)) => {
            Look { workspace, row, listed: &listed }.setting(operation, name)
        }
        _ => outside.find(it),
    });
    let architecture = architecture(&workspace.lab, &checks);
    let (lab, place, addresses) = (Some(survey.lab), survey.destination, addresses(&known));
    Ok(CheckedLab { lab, place, addresses, checks, architecture })
}

/// Returns the checks of the resources at some places, in the order of the lab.
pub(super) fn listed(lab: &Lab, wanted: impl Fn(usize) -> bool) -> Vec<Listed> {
    let places = (0..lab.members.len()).filter(|place| wanted(*place));
    places
        .flat_map(|place| {
            let about = lab.about(place);
            let (resource, part) = (about.id, lab.members[place].section.part());
            about.checks.iter().map(move |check| Listed { check, place, resource, part })
        })
        .collect()
}

/// Returns the values of everything that was found, whatever its state: what differs from the lab
/// answers all the same.
fn values(workspace: &Workspace, survey: &Survey) -> Values {
    let mut known = survey.known.clone();
    for row in survey.rows.iter().filter(|row| is_checked(&row.seen.owner) && row.seen.is_there()) {
        known.extend(&row.seen.values);
    }
    // An empty bucket has no site, but the address of one.
    if known.get(SITE_URL).is_none() && known.get(BUCKET_NAME).is_some() {
        let url = workspace.destination.website_url(&workspace.names.bucket);
        known.extend(&Values::of([(SITE_URL, &url)]));
    }
    known
}

/// Returns whether it is a lab's that is checked here: also one that was made by hand.
fn is_checked(owner: &Owner) -> bool {
    matches!(owner, Owner::Ours | Owner::NotTagged)
}

/// Returns what follows for a check without a value: whatever is wrong with what gives it.
fn without(lab: &Lab, missing: Placeholder) -> Found {
    let gives = |place: &usize| lab.about(*place).produces.contains(&missing);
    let places: Vec<_> = (0..lab.members.len()).filter(gives).collect();
    let all = lab.graph.with_all_before(places, Direction::Forward);
    let why = format!("{missing} is unknown");
    Found::Without { why, places: all.into_iter().collect(), checks: Vec::new() }
}

/// A look at a resource.
struct Look<'a> {
    workspace: &'a Workspace,
    row: &'a Row,
    listed: &'a [Listed],
}

impl Look<'_> {
    /// Returns whether it exists.
    fn presence(&self) -> Finding {
        let operation = self.row.about.operations.first();
        let seen_in = match (&self.row.seen.presence, operation) {
            // What was not looked at, or only in vain, was not seen anywhere.
            (Presence::Unknown(_) | Presence::NotUsed { .. }, _) | (_, None) => {
                self.row.about.title.clone()
            }
            (_, Some(operation)) => self.seen_in(operation),
        };
        Finding { result: self.is_there(), seen_in }
    }

    /// Returns where something was seen that AWS said with this operation.
    fn seen_in(&self, operation: &Operation) -> String {
        format!("{operation} of {}", self.row.about.title)
    }

    fn is_there(&self) -> Found {
        let (seen, row) = (&self.row.seen, self.row);
        let judged = |actual: String| Found::Judged(Judged::of(false, "there", actual));
        match &seen.presence {
            Presence::Absent => judged("not there".to_owned()),
            Presence::Unknown(why) if why.reason == Reason::Dependency => {
                self.without(why.words.clone())
            }
            Presence::Unknown(why) => Found::Nothing(why.words.clone()),
            Presence::NotUsed { why } => Found::Judged(Judged::same(format!("not needed: {why}"))),
            _ if !is_checked(&seen.owner) => judged(seen.owner.why_not_ours().unwrap_or_default()),
            _ if seen.duplicates > 0 => {
                judged(format!("there are {} with this name", seen.duplicates + 1))
            }
            Presence::Settling { status } => judged(format!("it is {status}")),
            // Which of its settings is the reason, a check of its own tells.
            Presence::Broken { why } if !self.has_a_check_that_fails(row) => judged(why.clone()),
            _ => Found::Judged(Judged::same("there")),
        }
    }

    fn has_a_check_that_fails(&self, row: &Row) -> bool {
        self.listed.iter().filter(|it| it.place == row.place).any(|it| match it.check.on {
            Subject::Setting(_, name) => matching(&row.seen.settings, name).any(Setting::differs),
            _ => false,
        })
    }

    /// Returns whether its settings with this name are as the lab wants them.
    fn setting(&self, operation: &Operation, name: &str) -> Finding {
        let seen = &self.row.seen;
        if let Presence::NotUsed { why } = &seen.presence {
            let result = Found::Judged(Judged::same(format!("not needed: {why}")));
            return Finding { result, seen_in: self.row.about.title.clone() };
        }
        let settings: Vec<_> = matching(&seen.settings, name).collect();
        let result = match settings.as_slice() {
            [] => {
                let result = self.without(format!("{name} was not compared"));
                return Finding { result, seen_in: String::new() };
            }
            [one] => Found::Judged(Judged {
                expected: one.expected.clone().into(),
                actual: one.actual.clone().into(),
            }),
            several => Found::Judged(together(several)),
        };
        Finding { result, seen_in: format!("{}: {name}", self.seen_in(operation)) }
    }

    fn without(&self, why: String) -> Found {
        let all = self.workspace.lab.graph.with_all_before([self.row.place], Direction::Forward);
        let places = all.into_iter().filter(|place| *place != self.row.place).collect();
        Found::Without { why, places, checks: Vec::new() }
    }
}

/// Returns the settings with this name, or below it.
fn matching<'s>(settings: &'s [Setting], name: &str) -> impl Iterator<Item = &'s Setting> {
    settings.iter().filter(move |setting| {
        setting
            .name
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ' ', '[']))
    })
}

/// Returns several settings as one.
fn together(settings: &[&Setting]) -> Judged {
    match settings.iter().filter(|it| it.differs()).map(|it| it.in_words()).collect::<Vec<_>>() {
        differing if differing.is_empty() => {
            Judged::same(format!("{} settings as in the lab", settings.len()))
        }
        differing => Judged::of(
            false,
            format!("{} settings as in the lab", settings.len()),
            differing.join("; "),
        ),
    }
}
