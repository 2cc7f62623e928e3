//! Checks the labs of a class: in their accounts, or from outside with nothing but the addresses that
//! students handed in. It only reads.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Member, Setup,
    each::{OfAccount, each},
    listen::Nobody,
};
use crate::{
    engine::Interrupt,
    error::{Error, Exit, Result},
    http::Network,
    lab::{Scope, parts::Part, roster::SiteRow},
    operate::{CheckedLab, Settings, check_lab, check_site_of_a_list},
};

/// A student, as gradebooks know them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Student {
    /// The name.
    pub(crate) name: String,
    /// The address.
    pub(crate) email: Option<String>,
    /// The id in the gradebook.
    pub(crate) id: Option<String>,
}

/// A student's lab, and how its checks went.
#[derive(Clone, Debug)]
pub(crate) struct Graded {
    /// Whose it is.
    pub(crate) student: Student,
    /// The account; `None` if it was checked from outside, as the next two.
    pub(crate) account: Option<String>,
    /// The region, if it is known.
    pub(crate) region: Option<String>,
    /// The name of the lab.
    pub(crate) lab: Option<String>,
    /// The address of the site, if it is known.
    pub(crate) site: Option<String>,
    /// The checks, or why there are none.
    pub(crate) result: Result<CheckedLab>,
    /// What others handed in too.
    pub(crate) same: Vec<Same>,
}

/// An address that several students handed in, or that their sites name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Same {
    /// Of what: `site`, `api` or `backend`.
    pub(crate) what: &'static str,
    /// The names of the others.
    pub(crate) others: Vec<String>,
}

/// What the checks of a lab say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// All that give points pass.
    Pass,
    /// Some fail.
    Fail,
    /// Some could not be carried out: there is no grade.
    Unknown,
}

impl Graded {
    /// Creates what is known of a student's lab if nobody looked into its account.
    pub(crate) fn without_place(student: Student, result: Result<CheckedLab>) -> Self {
        let (account, region, lab, site) = (None, None, None, None);
        Self { student, account, region, lab, site, result, same: Vec::new() }
    }

    /// Returns what the checks say together.
    pub(crate) fn verdict(&self) -> Verdict {
        match &self.result {
            Ok(checked) if checked.undecided().next().is_none() => match checked.exit() {
                Exit::Done => Verdict::Pass,
                _ => Verdict::Fail,
            },
            _ => Verdict::Unknown,
        }
    }

    /// Returns the points; `None` if something could not be checked, which is not the same as wrong.
    pub(crate) fn grade(&self) -> Option<u32> {
        let checked = self.result.as_ref().ok()?;
        (self.verdict() != Verdict::Unknown).then(|| checked.score())
    }

    /// Returns the points of all checks, if there are any.
    pub(crate) fn most(&self) -> Option<u32> {
        self.result.as_ref().ok().map(CheckedLab::max_score)
    }
}

/// Returns the exit code: 1 if there is somebody without a grade, else 3 if something fails or was
/// handed in twice.
pub(crate) fn check_exit(all: &[Graded]) -> Exit {
    let is_interrupted = |it: &Graded| {
        it.result.as_ref().is_err_and(|error| error.code == crate::error::Code::Interrupted)
    };
    match all.iter().map(Graded::verdict).max() {
        _ if all.iter().any(is_interrupted) => Exit::Interrupted,
        Some(Verdict::Unknown) => Exit::Failed,
        Some(Verdict::Fail) => Exit::Partly,
        _ if all.iter().any(|it| !it.same.is_empty()) => Exit::Partly,
        _ => Exit::Done,
    }
}

/// Checks a part of each lab in its account. What students made by hand counts.
pub(crate) async fn check(members: Vec<Member>, part: Part, setup: &Setup) -> Vec<Graded> {
    let interrupt = setup.interrupt.clone();
    each(members, setup.at_once, move |member: Member| {
        let interrupt = interrupt.clone();
        async move { of_member(&member, part, &interrupt).await }
    })
    .await
}

async fn of_member(member: &Member, part: Part, interrupt: &Interrupt) -> Graded {
    let seat = &member.seat;
    let result = checked(member, part, interrupt).await;
    let lab = result.as_ref().ok().and_then(|checked| checked.lab.as_ref());
    let region = lab.map(|lab| lab.region.to_string());
    Graded {
        student: Student {
            name: seat.student.clone(),
            email: seat.email.clone(),
            id: seat.id.clone(),
        },
        account: Some(seat.account.to_string()),
        region: region.or_else(|| seat.region().map(str::to_owned)),
        lab: Some(seat.lab().to_owned()),
        site: result.as_ref().ok().and_then(site),
        result,
        same: Vec::new(),
    }
}

async fn checked(member: &Member, part: Part, interrupt: &Interrupt) -> Result<CheckedLab> {
    let place = member.place.clone()?;
    // What students make by hand carries no tag.
    let settings = Settings { adopts: true, ..member.seat.settings.clone() };
    let seat = super::Seat { settings, ..super::Seat::clone(&member.seat) };
    let workspace = seat.workspace(&place, interrupt, Arc::new(Nobody))?;
    Box::pin(check_lab(&workspace, Scope::Part(part))).await
}

/// Returns the address of the site of a lab.
fn site(checked: &CheckedLab) -> Option<String> {
    let site = checked.addresses.iter().find(|(name, _)| *name == "site");
    site.map(|(_, address)| address.clone())
}

/// One site is asked for one student at a time.
impl OfAccount for SiteRow {
    fn account(&self) -> &str {
        &self.site
    }
}

/// Checks a part of each site from outside, so many at once, and finds addresses that several
/// students handed in.
pub(crate) async fn check_sites(
    rows: Vec<SiteRow>,
    part: Part,
    network: Network,
    at_once: usize,
) -> Vec<Graded> {
    let network = Arc::new(network);
    let mut all = each(rows, at_once, move |row: SiteRow| {
        let network = network.clone();
        async move {
            let SiteRow { name, site, nonce, email, id } = row;
            let scope = Scope::Part(part);
            let checking = check_site_of_a_list(&network, &site, scope, nonce.as_str());
            let result: Result<CheckedLab, Error> = Box::pin(checking).await;
            let student = Student { name, email, id };
            Graded { site: Some(site), ..Graded::without_place(student, result) }
        }
    })
    .await;
    compare(&mut all);
    all
}

/// Tells each student's lab which of its addresses others have too.
fn compare(all: &mut [Graded]) {
    let mut places: BTreeMap<(&'static str, String), Vec<usize>> = BTreeMap::new();
    for (place, graded) in all.iter().enumerate() {
        let named = graded.result.iter().flat_map(|checked| &checked.addresses);
        for (what, address) in named {
            let same = places.entry((what, bare(address))).or_default();
            same.push(place);
        }
    }
    for ((what, _), places) in places.into_iter().filter(|(_, places)| places.len() > 1) {
        for place in &places {
            let others = places.iter().filter(|other| *other != place);
            let others = others.map(|other| all[*other].student.name.clone()).collect();
            all[*place].same.push(Same { what, others });
        }
    }
}

/// Returns an address as all that lead to the same place are written: the names of hosts have no
/// case, and an API of API Gateway is its host, whatever the stage.
fn bare(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_lowercase();
    let (name, port) = host.split_once(':').unwrap_or((&host, ""));
    let name = name.trim_end_matches('.');
    let port = if ["80", "443"].contains(&port) { "" } else { port };
    let is_api = name.contains(".execute-api.");
    let path = path.trim_end_matches('/').trim_end_matches("index.html").trim_end_matches('/');
    format!("{name}:{port}/{}", if is_api { "" } else { path })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn graded(name: &str, addresses: &[(&'static str, &str)]) -> Graded {
        let addresses = addresses.iter().map(|(what, it)| (*what, (*it).to_owned())).collect();
        let checked = CheckedLab {
            lab: None,
            place: String::new(),
            addresses,
            checks: Vec::new(),
            architecture: Vec::new(),
        };
        let student = Student { name: name.to_owned(), ..Student::default() };
        Graded::without_place(student, Ok(checked))
    }

    #[test]
    fn addresses_of_others_are_found_however_they_are_written() {
        let mut all = [
            graded(
                "anna",
                &[
                    ("site", "http://a.example"),
                    ("api", "https://x.execute-api.eu-west-1.amazonaws.com/prod"),
                ],
            ),
            graded("bert", &[("site", "HTTP://A.example:80/index.html")]),
            graded(
                "cora",
                &[
                    ("site", "http://c.example"),
                    ("api", "https://X.execute-api.eu-west-1.amazonaws.com/v2/"),
                ],
            ),
            graded("dora", &[("site", "http://c.example:81")]),
        ];
        compare(&mut all);
        let same = |place: usize| {
            let same = all[place].same.iter();
            same.map(|it| (it.what, it.others.join("+"))).collect::<Vec<_>>()
        };
        assert_eq!(same(0), [("api", "cora".to_owned()), ("site", "bert".to_owned())]);
        assert_eq!(same(1), [("site", "anna".to_owned())]);
        assert_eq!(same(2), [("api", "anna".to_owned())]);
        assert_eq!(same(3), []);
        assert_eq!(check_exit(&all), Exit::Partly);
        assert_eq!(check_exit(&all[3..]), Exit::Done);
    }

    #[test]
    fn what_could_not_be_checked_is_no_grade() {
        let mut all = vec![graded("anna", &[])];
        assert_eq!((all[0].grade(), check_exit(&all)), (Some(0), Exit::Done));
        all[0].result = Err(Error::new(Code::Setting, "no"));
        assert_eq!((all[0].grade(), all[0].most(), check_exit(&all)), (None, None, Exit::Failed));
    }
}
