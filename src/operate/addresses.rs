//! The addresses of a lab.

use crate::lab::{
    Placeholder, Values,
    placeholders::{API_URL, SERVICE_URL, SITE_URL},
};

/// An address worth showing: its name and the address itself.
pub(crate) type Address = (&'static str, String);

/// What is worth showing, in this order.
const WANTED: [(&str, Placeholder); 3] =
    [("site", SITE_URL), ("api", API_URL), ("backend", SERVICE_URL)];

/// Returns the place and the name of the address that is called so, if one is.
pub(crate) fn address_named(name: &str) -> Option<(usize, &'static str)> {
    let mut names = WANTED.into_iter().map(|(name, _)| name).enumerate();
    names.find(|(_, known)| *known == name)
}

/// Returns the addresses among the values; the site, which people open, comes first.
pub(crate) fn addresses(known: &Values) -> Vec<Address> {
    let found = |(name, placeholder)| Some((name, known.get(placeholder)?.to_owned()));
    WANTED.into_iter().filter_map(found).collect()
}
