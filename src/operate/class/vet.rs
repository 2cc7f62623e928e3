//! Whether the accounts of a class may be used. Every refusal comes before anything but looks.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, stream};

use super::Member;
use crate::{
    aws::{
        Input, Node,
        operations::{iam, organizations},
    },
    destination::Destination,
    error::{Code, Error},
    lab::AccountId,
    operate::organization,
};

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Vetted {
    /// Why the class cannot be worked on: an error for each account.
    pub(crate) refusals: Vec<Error>,
    /// What could not be asked, and does not matter because the list of accounts answers it.
    pub(crate) notes: Vec<String>,
}

/// The states of the accounts of the caller's organization, by number.
enum States {
    Known(BTreeMap<String, String>),
    /// The caller is in no organization.
    NoOrganization,
    Unasked(String),
}

/// What is known of an account; an `Err` could not be asked.
struct Facts {
    /// The aliases.
    aliases: Result<Vec<String>, String>,
    /// The account that manages its organization, if it is in one.
    manager: Result<Option<String>, String>,
    /// Its state, if it is in an organization.
    state: Result<Option<String>, String>,
}

/// Looks at the accounts of these labs. `own` is where the command's own credentials lead: only the
/// account that manages an organization can ask for the states of others. `allowed` is the list of
/// accounts, if there is one.
pub(crate) async fn vet(
    members: &[Member],
    own: Option<&Destination>,
    allowed: Option<&[AccountId]>,
    at_once: usize,
) -> Vetted {
    let states = match own {
        Some(own) => states(own).await,
        None => States::Unasked("the command has no credentials of its own".to_owned()),
    };
    let mut seen = BTreeSet::new();
    let places = members.iter().filter_map(|member| member.place.as_ref().ok());
    let places = places.filter(|place| seen.insert(place.account.as_str()));
    let facts = places.map(|place| async { (&place.account, facts(place, &states).await) });
    let facts: Vec<_> = stream::iter(facts).buffered(at_once.max(1)).collect().await;
    let mut vetted = Vetted::default();
    for member in members {
        if let Err(error) = &member.place
            && error.code == Code::WrongAccount
        {
            vetted.refusals.push(error.clone());
        }
    }
    for (account, facts) in &facts {
        vetted.refusals.extend(refusal(account.as_str(), facts, allowed));
    }
    let unasked: BTreeSet<String> = facts.iter().flat_map(|(_, facts)| facts.unasked()).collect();
    // If there is no list, each refusal says it.
    if allowed.is_some() {
        vetted.notes = unasked.into_iter().collect();
    }
    vetted
}

impl Facts {
    /// Returns what could not be asked.
    fn unasked(&self) -> Vec<String> {
        let words = |what: &str, why: &str| format!("{what} could not be asked for: {why}");
        let aliases = self.aliases.as_ref().err().map(|why| words("aliases of accounts", why));
        let manager = self.manager.as_ref().err().map(|why| words("organizations", why));
        let state = self.state.as_ref().err().map(|why| words("states of accounts", why));
        aliases.into_iter().chain(manager).chain(state).collect()
    }
}

/// Returns why an account may not be used; `None` if it may.
fn refusal(account: &str, facts: &Facts, allowed: Option<&[AccountId]>) -> Option<Error> {
    if facts.manager.as_ref().is_ok_and(|it| it.as_deref() == Some(account)) {
        let message = format!("account {account} manages an organization");
        return Some(Error::new(Code::ManagementAccount, message));
    }
    if let Ok(Some(state)) = &facts.state
        && state != "ACTIVE"
    {
        let message = format!("account {account} is not active: Organizations says {state}");
        return Some(Error::new(Code::SuspendedAccount, message));
    }
    let aliases = facts.aliases.iter().flatten();
    if let Some(alias) = aliases.into_iter().find(|alias| is_of_production(alias)) {
        let message = format!("account {account} has the alias `{alias}`");
        return Some(Error::new(Code::ProductionAccount, message));
    }
    match allowed {
        Some(allowed) if allowed.iter().any(|it| it.as_str() == account) => None,
        Some(_) => {
            let message = format!("account {account} is not among `allow-accounts`");
            Some(Error::new(Code::NotAllowed, message))
        }
        None => {
            let unasked = facts.unasked();
            let message = format!("account {account}: {}", unasked.join("; "));
            (!unasked.is_empty()).then(|| Error::new(Code::NotVouched, message))
        }
    }
}

/// Returns whether an alias has the word `prod` or a longer form of it; a product is none.
fn is_of_production(alias: &str) -> bool {
    let alias = alias.to_lowercase();
    let is_it = |word: &str| {
        word.starts_with("production") || word.starts_with("prod") && !word.starts_with("product")
    };
    alias.split(|c: char| !c.is_alphanumeric()).any(is_it)
}

async fn facts(place: &Destination, states: &States) -> Facts {
    let (aliases, manager) = tokio::join!(aliases(place), manager(place));
    let state = match (states, &manager) {
        (States::Known(all), _) if all.contains_key(place.account.as_str()) => {
            Ok(all.get(place.account.as_str()).cloned())
        }
        // Nobody else can close it.
        (_, Ok(None)) => Ok(None),
        (States::Unasked(why), _) => Err(why.clone()),
        (States::Known(_) | States::NoOrganization, _) => {
            Err("the account is in another organization".to_owned())
        }
    };
    Facts { aliases, manager, state }
}

async fn aliases(place: &Destination) -> Result<Vec<String>, String> {
    let client = place.client::<aws_sdk_iam::Client>();
    let sent = client.list_account_aliases().send();
    match crate::aws::call(&iam::LIST_ACCOUNT_ALIASES, sent).await {
        Ok(answer) => Ok(answer.account_aliases),
        Err(failure) => Err(Error::from(failure).in_short()),
    }
}

async fn manager(place: &Destination) -> Result<Option<String>, String> {
    let manager = organization::manager(&place.client()).await;
    manager.map_err(|failure| Error::from(failure).in_short())
}

async fn states(own: &Destination) -> States {
    let client = own.client::<organizations::Client>();
    let listed = client.0.list(&organizations::LIST_ACCOUNTS, Input::default(), "Accounts").await;
    let accounts = match listed {
        Ok(accounts) => accounts,
        Err(failure) if organization::is_none(&failure) => return States::NoOrganization,
        Err(failure) => return States::Unasked(Error::from(failure).in_short()),
    };
    let state = |account: &Node| {
        let (id, state) = (account.text("Id")?, organization::state(account)?);
        Some((id.to_owned(), state.to_owned()))
    };
    States::Known(accounts.iter().filter_map(state).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "111111111111";

    fn fine() -> Facts {
        Facts { aliases: Ok(Vec::new()), manager: Ok(None), state: Ok(None) }
    }

    fn code(facts: &Facts, allowed: Option<&[&str]>) -> Option<Code> {
        let allowed: Option<Vec<_>> =
            allowed.map(|all| all.iter().map(|id| AccountId::new(*id)).collect());
        refusal(OWN, facts, allowed.as_deref()).map(|error| error.code)
    }

    #[test]
    fn each_refusal_has_its_reason() {
        assert_eq!(code(&fine(), None), None);
        assert_eq!(code(&fine(), Some(&[OWN])), None);
        assert_eq!(code(&fine(), Some(&["222222222222"])), Some(Code::NotAllowed));
        let manager = |id: &str| Facts { manager: Ok(Some(id.to_owned())), ..fine() };
        assert_eq!(code(&manager(OWN), Some(&[OWN])), Some(Code::ManagementAccount));
        assert_eq!(code(&manager("222222222222"), None), None);
        let suspended = Facts { state: Ok(Some("SUSPENDED".to_owned())), ..fine() };
        assert_eq!(code(&suspended, Some(&[OWN])), Some(Code::SuspendedAccount));
        let alias = Facts { aliases: Ok(vec!["shop-prod".to_owned()]), ..fine() };
        assert_eq!(code(&alias, Some(&[OWN])), Some(Code::ProductionAccount));
    }

    #[test]
    fn what_cannot_be_asked_needs_the_list() {
        let denied = || Err("access denied".to_owned());
        for facts in [
            Facts { aliases: denied(), ..fine() },
            Facts { manager: Err("access denied".to_owned()), ..fine() },
            Facts { state: Err("access denied".to_owned()), ..fine() },
        ] {
            assert_eq!(code(&facts, None), Some(Code::NotVouched));
            assert_eq!(code(&facts, Some(&[OWN])), None);
            assert_eq!(facts.unasked().len(), 1);
        }
    }

    #[test]
    fn a_product_is_no_production() {
        for alias in ["prod", "my-prod", "prod1-eu", "PRODUCTION", "x-productions"] {
            assert!(is_of_production(alias), "{alias}");
        }
        for alias in ["product-lab", "nonprodigy", "class-7", "reprod"] {
            assert!(!is_of_production(alias), "{alias}");
        }
    }
}
