//! The site's configuration, as the site itself serves it. Somebody else may have written it.

use crate::lab::{Placeholder, files::SITE_CONFIG};

/// The key of the nonce.
const NONCE: &str = "nonce";

/// Returns the value in the configuration for a placeholder; `None` if it is not there or empty.
pub(super) fn value(config: &str, placeholder: Placeholder) -> Option<String> {
    let line = SITE_CONFIG.text.lines().find(|line| line.contains(placeholder.name()))?;
    let (key, _) = line.split_once(':')?;
    let typed = || literal(config, key.trim());
    SITE_CONFIG.value_in(config, placeholder).or_else(typed).filter(|value| !value.is_empty())
}

/// Returns the nonce in the configuration.
pub(super) fn nonce(config: &str) -> Option<String> {
    literal(config, NONCE).filter(|nonce| !nonce.is_empty())
}

/// Returns the text after a key, in quotes of either kind, as a person may have typed it.
fn literal(config: &str, key: &str) -> Option<String> {
    config.lines().find_map(|line| {
        let bare = line.trim_start().trim_start_matches(['"', '\'']);
        let rest = bare.strip_prefix(key)?.trim_start_matches(['"', '\'']);
        let rest = rest.trim_start().strip_prefix(':')?.trim_start();
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, _) = rest[1..].split_once(quote)?;
        (!value.contains('\\')).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{
        Value, Values,
        placeholders::{API_URL, BUCKET_NAME, REGION, SERVICE_URL},
    };

    #[test]
    fn values_are_read_as_they_were_written() {
        let known = Values::all(SITE_CONFIG.optional, &Value::Absent).with(&Values::of([
            (BUCKET_NAME, "b"),
            (REGION, "r"),
            (API_URL, "https://a/prod"),
        ]));
        let written = SITE_CONFIG.render(&known).unwrap();
        assert_eq!(value(&written, API_URL).as_deref(), Some("https://a/prod"));
        assert_eq!(value(&written, SERVICE_URL), None);
        for typed in
            ["api : 'https://a/prod'", "\"api\": \"https://a/prod\",", "  api:\"https://a/prod\""]
        {
            assert_eq!(value(typed, API_URL).as_deref(), Some("https://a/prod"), "{typed}");
        }
        for other in ["apis: 'x'", "api: x", "api: 'x", "", "api: \"a\\nb\""] {
            assert_eq!(value(other, API_URL), None, "{other}");
        }
    }

    #[test]
    fn a_nonce_is_one_of_the_keys() {
        assert_eq!(nonce("  nonce: \"x-1\",").as_deref(), Some("x-1"));
        assert_eq!(nonce("  nonce: \"\","), None);
        assert_eq!(nonce("  api: \"nonce\","), None);
    }
}
