//! The two availability zones of the network.

use std::str::FromStr;

use serde::Deserialize;

use crate::error::{Code, Error};

/// The two availability zones of the network, by name: `eu-west-1a,eu-west-1b`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) struct Zones {
    /// The zone of the first two subnets.
    pub(crate) one: String,
    /// The zone of the other two subnets.
    pub(crate) two: String,
}

/// The forms of zones in a file: a single text, as on the command line, or a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    List(Vec<String>),
}

impl Zones {
    fn of(zones: &[&str]) -> Result<Self, Error> {
        match zones {
            [one, two] if one != two && is_name(one) && is_name(two) => {
                Ok(Self { one: (*one).to_owned(), two: (*two).to_owned() })
            }
            _ => {
                let message = format!("`{}` are not two different zones", zones.join(","));
                Err(Error::new(Code::Setting, message).hint(
                    "name two zones of the region: `--zones eu-west-1a,eu-west-1b`, or `zones = [\"eu-west-1a\", \"eu-west-1b\"]` in `mysfits.toml`",
                ))
            }
        }
    }
}

/// Returns whether a text may be the name of a zone. Zones have ids too, such as `euw1-az1`, which
/// CloudFormation does not accept.
fn is_name(zone: &str) -> bool {
    zone.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && zone.ends_with(|c: char| c.is_ascii_lowercase())
}

impl FromStr for Zones {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::of(&text.split(',').map(str::trim).collect::<Vec<_>>())
    }
}

impl TryFrom<Written> for Zones {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let zones = match &written {
            Written::Text(text) => text.parse(),
            Written::List(list) => Self::of(&list.iter().map(String::as_str).collect::<Vec<_>>()),
        };
        zones.map_err(|error| error.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_different_names_are_zones() {
        let zones: Zones = "eu-west-1a, eu-west-1c".parse().unwrap();
        assert_eq!((zones.one.as_str(), zones.two.as_str()), ("eu-west-1a", "eu-west-1c"));
    }

    #[test]
    fn anything_else_is_refused_and_both_ways_to_write_it_are_shown() {
        let three = "eu-west-1a,eu-west-1b,eu-west-1c";
        for text in ["", "eu-west-1a", "eu-west-1a,eu-west-1a", three, "euw1-az1,euw1-az2", "a,"] {
            let error = text.parse::<Zones>().unwrap_err();
            assert_eq!(error.message, format!("`{text}` are not two different zones"));
            let advice = error.advice();
            assert!(advice.contains("--zones") && advice.contains("zones = ["), "{advice}");
        }
    }

    #[test]
    fn a_file_has_them_in_either_form() {
        #[derive(Deserialize)]
        struct File {
            zones: Zones,
        }
        let read = |text: &str| toml::from_str::<File>(text).map(|file| file.zones);
        let zones: Zones = "eu-west-1a,eu-west-1b".parse().unwrap();
        assert_eq!(read("zones = \"eu-west-1a,eu-west-1b\"").as_ref(), Ok(&zones));
        assert_eq!(read("zones = [\"eu-west-1a\", \"eu-west-1b\"]").as_ref(), Ok(&zones));
        assert!(read("zones = [\"eu-west-1a\"]").is_err());
    }
}
