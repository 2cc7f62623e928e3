//! The desired configuration of the site. Unknown values are kept from the current one: a failed
//! look must not remove the backend's address from a working site.

use super::files::{File, config_key};
use crate::{
    engine::Setting,
    error::Result,
    lab::{Nonce, Placeholder, Value, Values, files::SITE_CONFIG, placeholders::NONCE},
};

/// The desired configuration.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    /// The file; `None` if the current one must stay unchanged, whatever it contains.
    pub(super) text: Option<String>,
    /// What is kept, and why: sentences.
    pub(super) kept: Vec<String>,
    /// The nonce in it.
    pub(super) nonces: Nonces,
}

impl Config {
    /// Returns this configuration, given that it stands in the bucket.
    pub(super) fn that_stands(mut self) -> Self {
        self.nonces.standing = self.nonces.wanted.as_ref().map(ToString::to_string);
        self
    }

    /// Returns whether the object with this `ETag` is this file.
    pub(super) fn is(&self, etag: &str) -> bool {
        let file = |text: &String| File {
            key: config_key().to_owned(),
            content: text.clone().into_bytes().into(),
        };
        self.text.as_ref().is_some_and(|text| file(text).etag() == etag)
    }
}

/// The nonce that the site is to have, and the one that it has.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Nonces {
    wanted: Option<Nonce>,
    standing: Option<String>,
}

impl Nonces {
    /// One that was chosen is wanted, or else the one that the configuration has.
    fn new(chosen: Option<&Nonce>, standing: Option<&str>) -> Self {
        let standing = standing.and_then(|standing| SITE_CONFIG.value_in(standing, NONCE));
        let standing = standing.filter(|nonce| !nonce.is_empty());
        // What somebody has typed into the file, and what is no nonce, is not kept.
        let kept = || standing.as_ref().and_then(|nonce| nonce.parse().ok());
        Self { wanted: chosen.cloned().or_else(kept), standing }
    }

    /// Returns what is to be filled in.
    pub(super) fn values(&self) -> Values {
        match &self.wanted {
            Some(nonce) => Values::of([(NONCE, nonce.as_str())]),
            None => Values::all(&[NONCE], &Value::Absent),
        }
    }

    /// Returns the setting, if it differs.
    pub(super) fn setting(&self) -> Option<Setting> {
        let wanted = self.wanted.as_ref()?;
        let name = format!("`nonce` in `{}`", config_key());
        let setting = Setting::maybe(name, wanted, self.standing.as_ref());
        setting.differs().then_some(setting)
    }
}

/// Returns the optional placeholders with unknown values. The nonce is the site's own.
pub(super) fn unknown(known: &Values) -> impl Iterator<Item = (Placeholder, &str)> {
    let others = SITE_CONFIG.optional.iter().filter(|placeholder| **placeholder != NONCE);
    others.filter_map(|placeholder| match known.value(*placeholder) {
        Value::Known(_) | Value::Absent => None,
        Value::NotOurs(..) => Some((*placeholder, "its resource is not the lab's")),
        Value::Unknown(why) => Some((*placeholder, why.as_str())),
    })
}

/// Returns the configuration from the known values, with the chosen nonce or else the current one,
/// given the current configuration in the bucket, if any.
/// While a required value is missing, there is none, and nothing to compare.
///
/// # Errors
/// When the file has a placeholder that is not the lab's.
pub(super) fn wanted(
    known: &Values,
    nonce: Option<&Nonce>,
    standing: Option<&str>,
) -> Result<Config> {
    let nonces = Nonces::new(nonce, standing);
    if SITE_CONFIG.missing(known)?.is_some() {
        return Ok(Config::default());
    }
    let mut values = known.with(&nonces.values());
    let mut kept = Vec::new();
    for (placeholder, why) in unknown(known) {
        let Some(standing) = standing else {
            // Nothing to keep: the site works without it.
            values.extend(&Values::all(&[placeholder], &Value::Absent));
            continue;
        };
        let Some(value) = SITE_CONFIG.value_in(standing, placeholder) else {
            let kept = format!("`{}` is kept as it is: {placeholder} is unknown", SITE_CONFIG.path);
            return Ok(Config { text: None, kept: vec![kept], nonces });
        };
        kept.extend(in_words(placeholder, &value, why));
        let value = if value.is_empty() { Value::Absent } else { Value::Known(value) };
        values.extend(&Values::all(&[placeholder], &value));
    }
    Ok(Config { text: Some(SITE_CONFIG.render(&values)?), kept, nonces })
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
        wanted(&known(&values), None, None).unwrap().text.unwrap()
    }

    fn value(config: &Config, placeholder: Placeholder) -> String {
        SITE_CONFIG.value_in(config.text.as_deref().unwrap(), placeholder).unwrap()
    }

    #[test]
    fn what_is_absent_is_emptied_and_what_is_unknown_is_kept() {
        let standing = standing();
        let emptied = wanted(&known(&Values::default()), None, Some(&standing)).unwrap();
        assert_eq!((value(&emptied, API_URL).as_str(), emptied.kept.len()), ("", 0));
        let foreign = Values::of([(API_URL, "http://other")]).not_ours(&Owner::NotTagged);
        for unknown in [Values::all(&[API_URL], &Value::Unknown("access denied".into())), foreign] {
            let kept = wanted(&known(&unknown), None, Some(&standing)).unwrap();
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
        let config = wanted(&known(&unknown), None, None).unwrap();
        assert_eq!((value(&config, API_URL).as_str(), config.kept.len()), ("", 0));
    }

    #[test]
    fn a_configuration_that_cannot_be_read_is_left_alone() {
        let unknown = Values::all(&[API_URL], &Value::Unknown(String::new()));
        let config = wanted(&known(&unknown), None, Some("typed by hand")).unwrap();
        assert_eq!((config.text, config.kept.len()), (None, 1));
    }

    #[test]
    fn a_nonce_is_kept_unless_another_is_chosen() {
        let (old, new): (Nonce, Nonce) = ("old".parse().unwrap(), "new".parse().unwrap());
        let known = known(&Values::default());
        let nonce = |config: &Config| value(config, NONCE);
        let first = wanted(&known, None, Some(&standing())).unwrap();
        assert_eq!((nonce(&first).as_str(), first.nonces.setting()), ("", None));
        let given = wanted(&known, Some(&old), Some(&standing())).unwrap();
        let setting = given.nonces.setting().unwrap().in_words();
        assert_eq!(nonce(&given), "old");
        assert_eq!(setting, "`nonce` in `config.js` is not set, expected old");
        assert_eq!(wanted(&known, Some(&old), None).unwrap().that_stands().nonces.setting(), None);
        let kept = wanted(&known, None, given.text.as_deref()).unwrap();
        assert_eq!((nonce(&kept).as_str(), kept.nonces.setting()), ("old", None));
        assert_eq!(kept.text, given.text);
        let other = wanted(&known, Some(&new), given.text.as_deref()).unwrap();
        let setting = other.nonces.setting().unwrap().in_words();
        assert_eq!((nonce(&other).as_str(), other.kept.len()), ("new", 0));
        assert_eq!(setting, "`nonce` in `config.js` is old, expected new");
    }

    #[test]
    fn what_is_no_nonce_is_not_kept() {
        let known = known(&Values::default());
        for typed in ["</script>", "REPLACE_ME_NONCE", "", "a b"] {
            let typed = format!("  nonce: \"{typed}\",");
            let config = wanted(&known, None, Some(&typed)).unwrap();
            assert_eq!(value(&config, NONCE), "", "{typed}");
        }
    }
}
