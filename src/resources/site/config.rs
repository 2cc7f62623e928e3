//! The desired configuration of the site. Unknown values are kept from the current one: a failed
//! look must not remove the backend's address from a working site.

use crate::{
    error::Result,
    lab::{Placeholder, Value, Values, files::SITE_CONFIG},
};

/// The desired configuration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Config {
    /// The file; `None` if the current one must stay unchanged, whatever it contains.
    pub(super) text: Option<String>,
    /// What is kept, and why: sentences.
    pub(super) kept: Vec<String>,
}

/// Returns the optional placeholders with unknown values.
pub(super) fn unknown(known: &Values) -> impl Iterator<Item = (Placeholder, &str)> {
    SITE_CONFIG.optional.iter().filter_map(|placeholder| match known.value(*placeholder) {
        Value::Known(_) | Value::Absent => None,
        Value::NotOurs(..) => Some((*placeholder, "its resource is not the lab's")),
        Value::Unknown(why) => Some((*placeholder, why.as_str())),
    })
}

/// Returns the configuration from the known values, given the current one in the bucket, if any.
/// While a required value is missing, there is none, and nothing to compare.
///
/// # Errors
/// When the file has a placeholder that is not the lab's.
pub(super) fn wanted(known: &Values, standing: Option<&str>) -> Result<Config> {
    if SITE_CONFIG.missing(known)?.is_some() {
        return Ok(Config { text: None, kept: Vec::new() });
    }
    let mut values = known.clone();
    let mut kept = Vec::new();
    for (placeholder, why) in unknown(known) {
        let Some(standing) = standing else {
            // Nothing to keep: the site works without it.
            values.extend(&Values::all(&[placeholder], &Value::Absent));
            continue;
        };
        let Some(value) = SITE_CONFIG.value_in(standing, placeholder) else {
            let kept = format!("`{}` is kept as it is: {placeholder} is unknown", SITE_CONFIG.path);
            return Ok(Config { text: None, kept: vec![kept] });
        };
        kept.extend(in_words(placeholder, &value, why));
        let value = if value.is_empty() { Value::Absent } else { Value::Known(value) };
        values.extend(&Values::all(&[placeholder], &value));
    }
    Ok(Config { text: Some(SITE_CONFIG.render(&values)?), kept })
}

/// Describes what is kept; `None` for an absent address.
fn in_words(placeholder: Placeholder, value: &str, why: &str) -> Option<String> {
    (!value.is_empty()).then(|| format!("the site keeps {value} ({placeholder}): {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{
        Owner,
        placeholders::{API_URL, BUCKET_NAME, REGION, SERVICE_URL},
    };

    /// Returns values that are all absent but these.
    fn known(more: &Values) -> Values {
        let absent = Values::all(SITE_CONFIG.optional, &Value::Absent);
        absent.with(&Values::of([(BUCKET_NAME, "b"), (REGION, "eu-west-1")])).with(more)
    }

    fn standing() -> String {
        let values = Values::of([(SERVICE_URL, "http://nlb"), (API_URL, "http://api")]);
        wanted(&known(&values), None).unwrap().text.unwrap()
    }

    fn value(config: &Config, placeholder: Placeholder) -> String {
        SITE_CONFIG.value_in(config.text.as_deref().unwrap(), placeholder).unwrap()
    }

    #[test]
    fn what_is_absent_is_emptied_and_what_is_unknown_is_kept() {
        let standing = standing();
        let emptied = wanted(&known(&Values::default()), Some(&standing)).unwrap();
        assert_eq!((value(&emptied, API_URL).as_str(), emptied.kept.len()), ("", 0));
        let foreign = Values::of([(API_URL, "http://other")]).not_ours(&Owner::NotTagged);
        for unknown in [Values::all(&[API_URL], &Value::Unknown("access denied".into())), foreign] {
            let kept = wanted(&known(&unknown), Some(&standing)).unwrap();
            assert_eq!(value(&kept, API_URL), "http://api");
            assert_eq!(value(&kept, SERVICE_URL), "");
            assert!(
                kept.kept[0].contains("the site keeps http://api (REPLACE_ME_API_URL)"),
                "{:?}",
                kept.kept
            );
        }
    }

    #[test]
    fn a_first_site_goes_without_what_is_unknown() {
        let unknown = Values::all(&[API_URL], &Value::Unknown("access denied".into()));
        let config = wanted(&known(&unknown), None).unwrap();
        assert_eq!((value(&config, API_URL).as_str(), config.kept.len()), ("", 0));
    }

    #[test]
    fn a_configuration_that_cannot_be_read_is_left_alone() {
        let unknown = Values::all(&[API_URL], &Value::Unknown(String::new()));
        let config = wanted(&known(&unknown), Some("typed by hand")).unwrap();
        assert_eq!((config.text, config.kept.len()), (None, 1));
    }
}
