//! What is checked from outside. With nothing but the address of a site, that is all there is.

use super::{
    CheckedLab, Listed,
    address::Address,
    architecture::architecture,
    config,
    evaluate::{Finding, Found, evaluate},
    probes::{self, Answers, Ask, no_site, of_a_proxy, unanswered},
};
use crate::{
    destination::Destination,
    engine::{Judged, Probe, Subject},
    error::Result,
    http::{Answer, Network},
    lab::{
        AccountId, Names, Placeholder, Region, Scope, Values,
        files::SITE_CONFIG,
        placeholders::{API_ID, API_URL, COGNITO_URL, SERVICE_URL, SITE_URL},
    },
    operate::addresses,
    resources::{Choices, Lab},
};

/// The site's configuration.
const CONFIG: &str = "/config.js";
/// The nonce of a site that was typed by hand.
const NONCE: &str = "/nonce.txt";
/// The values of the configuration that are addresses.
const ADDRESSES: [Placeholder; 3] = [SERVICE_URL, API_URL, COGNITO_URL];

/// What was seen from outside.
pub(super) struct Outside<'a> {
    /// The addresses that were asked, and the values that were sent.
    pub(super) known: &'a Values,
    /// What they answered.
    pub(super) answers: &'a Answers,
    /// What the configuration must name, if that is known from elsewhere.
    pub(super) lab: Option<&'a Values>,
    /// The nonce that the site must hold.
    pub(super) nonce: Option<&'a str>,
    /// Returns what follows for a check without this value.
    pub(super) without: &'a dyn Fn(Placeholder) -> Found,
}

/// Returns the requests of these checks.
///
/// # Errors
/// When a probe has a placeholder that is not the lab's.
pub(super) fn asks(listed: &[Listed], known: &Values) -> Result<Vec<Ask>> {
    let mut asks = Vec::new();
    for listed in listed {
        match &listed.check.on {
            Subject::Probe(probe) => asks.extend(Ask::of(probe, known)?.ok()),
            Subject::Named(_) | Subject::Encrypted(_) => asks.extend(Ask::of_site(CONFIG, known)),
            Subject::Nonce => {
                asks.extend([CONFIG, NONCE].iter().filter_map(|path| Ask::of_site(path, known)));
            }
            Subject::Presence | Subject::Setting(..) => {}
        }
    }
    Ok(asks)
}

impl Outside<'_> {
    /// Returns what was found for a check from outside.
    pub(super) fn find(&self, listed: &Listed) -> Finding {
        match &listed.check.on {
            Subject::Probe(probe) => self.probe(probe),
            Subject::Named(placeholder) => self.of_config(|it| self.named(it, *placeholder)),
            Subject::Encrypted(placeholder) => self.of_config(|it| encrypted(it, *placeholder)),
            Subject::Nonce => self.of_nonce(),
            Subject::Presence | Subject::Setting(..) => {
                let result = Found::Nothing("it shows in the account only".to_owned());
                Finding { result, seen_in: String::new() }
            }
        }
    }

    fn probe(&self, probe: &Probe) -> Finding {
        match Ask::of(probe, self.known) {
            Ok(Ok(ask)) => {
                let judge = |answer: &Answer| Found::Judged((probe.judge)(answer));
                Finding { result: self.judged(&ask, judge), seen_in: ask.shown() }
            }
            Ok(Err(missing)) => Finding { result: (self.without)(missing), seen_in: String::new() },
            Err(error) => Finding { result: Found::Nothing(error.message), seen_in: String::new() },
        }
    }

    /// Returns what to think of the answer to a request. If nothing answers at all, the network of
    /// this machine may be the reason.
    fn judged(&self, ask: &Ask, judge: impl Fn(&Answer) -> Found) -> Found {
        match self.answers.get(ask) {
            Some(Ok(answer)) => match of_a_proxy(answer) {
                Some(why) => Found::Nothing(why),
                None => judge(answer),
            },
            Some(Err(error)) if self.answers.values().any(Result::is_ok) => {
                Found::Judged(Judged::of(false, "an answer", unanswered(error)))
            }
            Some(Err(error)) => Found::Nothing(unanswered(error)),
            None => Found::Nothing("it was not asked".to_owned()),
        }
    }

    fn of_config(&self, judge: impl Fn(&str) -> Found) -> Finding {
        let Some(ask) = Ask::of_site(CONFIG, self.known) else {
            return Finding { result: (self.without)(SITE_URL), seen_in: String::new() };
        };
        let result = self.judged(&ask, |answer| match answer.status {
            200 => judge(&answer.body),
            status => Found::Nothing(format!("`config.js` answers with status {status}")),
        });
        Finding { result, seen_in: ask.shown() }
    }

    /// Returns whether the configuration names what it should.
    fn named(&self, config: &str, placeholder: Placeholder) -> Found {
        let actual = config::value(config, placeholder);
        let shown = actual.clone().unwrap_or_else(|| "none".to_owned());
        let Some(lab) = self.lab else {
            let problem = actual.and_then(|actual| self.problem(placeholder, &actual));
            let passed = problem.is_none() && shown != "none";
            let otherwise =
                problem.map_or_else(|| "none".to_owned(), |it| format!("`{shown}`, {it}"));
            return Found::Judged(Judged::of(passed, expected_of(placeholder), otherwise));
        };
        let Some(expected) = lab.get(placeholder) else { return (self.without)(placeholder) };
        let is_it = actual.is_some_and(|actual| is_same(placeholder, &actual, expected, lab));
        Found::Judged(Judged::of(is_it, expected.to_owned(), shown))
    }

    /// Returns what is wrong with a value that is called from here.
    fn problem(&self, placeholder: Placeholder, value: &str) -> Option<&'static str> {
        if !ADDRESSES.contains(&placeholder) {
            return None;
        }
        let site = Address::new(self.known.get(SITE_URL)?).ok()?;
        may_be_called(&site, value).err()
    }

    fn of_nonce(&self) -> Finding {
        let Some(nonce) = self.nonce else {
            let result = Found::Nothing("there is no nonce".to_owned());
            return Finding { result, seen_in: String::new() };
        };
        let body = |path| {
            let ask = Ask::of_site(path, self.known)?;
            let answer = self.answers.get(&ask)?.as_ref().ok()?;
            (answer.status == 200).then_some(answer.body.as_str())
        };
        let object = body(NONCE).map(|text| text.trim().to_owned());
        let found = body(CONFIG).and_then(config::nonce);
        let passed = [&found, &object].into_iter().any(|it| it.as_deref() == Some(nonce));
        // What was given out stays with the grader.
        let otherwise = if found.or(object).is_some() { "another one" } else { "none" };
        let at = self.known.get(SITE_URL).unwrap_or_default();
        let result = Found::Judged(Judged::of(passed, "the nonce", otherwise));
        Finding { result, seen_in: format!("GET {at}{CONFIG} and {at}{NONCE}") }
    }
}

/// Returns what the value of a configuration is, in words.
fn expected_of(placeholder: Placeholder) -> &'static str {
    if ADDRESSES.contains(&placeholder) { "an address of the web" } else { "a value" }
}

/// Returns whether two values mean the same. An API has several addresses, and its id in all.
fn is_same(placeholder: Placeholder, actual: &str, expected: &str, lab: &Values) -> bool {
    let bare = |url: &str| url.trim_end_matches('/').to_owned();
    let names = |id: &str| actual.split(|c: char| !c.is_ascii_alphanumeric()).any(|it| it == id);
    let stage = |url: &str| url.trim_end_matches('/').rsplit('/').next().map(str::to_owned);
    bare(actual) == bare(expected)
        || (placeholder == API_URL
            && lab.get(API_ID).is_some_and(names)
            && stage(actual) == stage(expected))
}

fn encrypted(config: &str, placeholder: Placeholder) -> Found {
    let actual = config::value(config, placeholder);
    let is_safe = actual.as_deref().is_some_and(|it| Address::new(it).is_ok_and(|it| it.is_safe()));
    let actual = actual.unwrap_or_else(|| "none".to_owned());
    Found::Judged(Judged::of(is_safe, "an address with https://", actual))
}

/// Returns whether a text is the address of a site.
///
/// # Errors
/// What else it is.
pub(crate) fn is_site(text: &str) -> std::result::Result<(), &'static str> {
    Address::new(text).map(drop)
}

fn may_be_called(site: &Address, value: &str) -> std::result::Result<Address, &'static str> {
    let address = Address::new(value)?;
    if address.may_be_named_by(site) { Ok(address) } else { Err("which is in a private network") }
}

/// Checks a site from outside, without credentials: all of these checks that need none. With a
/// nonce, the site must hold it.
///
/// # Errors
/// When that is no address of a site.
pub(crate) async fn check_site(
    network: &Network,
    url: &str,
    scope: Scope,
    nonce: Option<&str>,
) -> Result<CheckedLab> {
    let site = Address::new(url).map_err(|why| no_site(url, why))?;
    // Who types the address may mean one in their own network.
    checked(&network.public_but(&site.host), &site, scope, nonce).await
}

/// Checks a site that somebody handed in, in the same way. It is on the internet; or on this machine,
/// as in a rehearsal.
///
/// # Errors
/// When that is no address of such a site.
pub(crate) async fn check_site_of_a_list(
    network: &Network,
    url: &str,
    scope: Scope,
    nonce: &str,
) -> Result<CheckedLab> {
    let site = Address::new(url).map_err(|why| no_site(url, why))?;
    if !site.may_be_handed_in() {
        return Err(no_site(url, "it is in a private network"));
    }
    checked(&network.public_but(""), &site, scope, Some(nonce)).await
}

async fn checked(
    network: &Network,
    site: &Address,
    scope: Scope,
    nonce: Option<&str>,
) -> Result<CheckedLab> {
    let (lab, listed) = listed(scope, nonce.is_some())?;
    let client = probes::client(network);
    let mut known = Values::of([(SITE_URL, &site.text)]);
    let config = Ask::of_site(CONFIG, &known);
    let first = probes::send(&client, config.into_iter().collect()).await;
    if let Some(Ok(answer)) = first.values().next()
        && answer.status == 200
    {
        known.extend(&named_by(&answer.body, site));
    }
    let mut rest = asks(&listed, &known)?;
    rest.retain(|ask| !first.contains_key(ask));
    let mut answers = probes::send(&client, rest).await;
    answers.extend(first);
    let without = |missing| without(&listed, missing);
    let outside = Outside { known: &known, answers: &answers, lab: None, nonce, without: &without };
    let checks = evaluate(&listed, |listed| outside.find(listed));
    let architecture = architecture(&lab, &checks);
    let (place, addresses) = (site.text.clone(), addresses(&known));
    Ok(CheckedLab { lab: None, place, addresses, checks, architecture })
}

/// Returns the values of a configuration that are used.
fn named_by(config: &str, site: &Address) -> Values {
    let mut known = Values::default();
    for placeholder in SITE_CONFIG.optional {
        let Some(value) = config::value(config, *placeholder) else { continue };
        if !ADDRESSES.contains(placeholder) {
            known.extend(&Values::of([(*placeholder, value.as_str())]));
        } else if let Ok(address) = may_be_called(site, &value) {
            known.extend(&Values::of([(*placeholder, address.text.as_str())]));
        }
    }
    known
}

/// Returns the checks from outside of a scope.
fn listed(scope: Scope, with_nonce: bool) -> Result<(Lab, Vec<Listed>)> {
    // Declarations are the same in every account.
    let destination = Destination::never_called(AccountId::any(), Region::any());
    let names = Names::of_all_labs(&destination.account, &destination.region, None);
    let lab = Lab::new(&destination, &names, &Choices::default())?;
    let mut listed =
        super::account::listed(&lab, |place| scope.brings_up(lab.members[place].section));
    listed.retain(|it| match it.check.on {
        Subject::Nonce => with_nonce,
        ref on => on.is_outside(),
    });
    Ok((lab, listed))
}

/// Returns what follows for a check without a value: the check that looks for it in the
/// configuration tells.
fn without(listed: &[Listed], missing: Placeholder) -> Found {
    let looks = |it: &&Listed| match it.check.on {
        Subject::Named(named) | Subject::Encrypted(named) => named == missing,
        _ => false,
    };
    Found::Without {
        why: format!("the site does not name {missing}"),
        places: Vec::new(),
        checks: listed.iter().filter(looks).map(|it| it.check.id).collect(),
    }
}
