//! The addresses of a lab.

use crate::lab::{
    Placeholder, Values,
    placeholders::{API_URL, SERVICE_URL, SITE_URL},
};

/// An address worth showing: its name and the address itself.
pub(crate) type Address = (&'static str, String);

/// Returns the addresses among the values; the site, which people open, comes first.
pub(crate) fn addresses(known: &Values) -> Vec<Address> {
    const WANTED: [(&str, Placeholder); 3] =
        [("site", SITE_URL), ("api", API_URL), ("backend", SERVICE_URL)];
    let found = |(name, placeholder)| Some((name, known.get(placeholder)?.to_owned()));
    WANTED.into_iter().filter_map(found).collect()
}
