//! How long AWS typically takes for each resource of the lab. The figures are in the file that the
//! local cloud reads too.

use std::{collections::BTreeMap, sync::LazyLock, time::Duration};

use serde::Deserialize;

use super::Topology;
use crate::error::{Code, Error, Result};

const FILE: &str = include_str!("../../local/src/durations.toml");

/// Typical durations by the names of the lab's resources.
#[derive(Clone, Debug)]
pub(crate) struct Durations {
    deploy: BTreeMap<String, Duration>,
    cleanup: BTreeMap<String, Duration>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    aws: BTreeMap<String, u64>,
    deploy: BTreeMap<String, Vec<Part>>,
    deploy_economy: BTreeMap<String, Vec<Part>>,
    cleanup: BTreeMap<String, Vec<Part>>,
}

/// A part of the time that a resource takes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Part {
    /// This many seconds.
    Seconds(u64),
    /// The duration of this state on AWS.
    State(String),
}

impl Durations {
    /// Returns the durations of a lab with this network. The file is read once for each network: a
    /// class has hundreds of labs.
    ///
    /// # Errors
    /// When the embedded file is invalid, which a test rules out.
    pub(crate) fn of(topology: Topology) -> Result<Self> {
        static CLASSIC: LazyLock<Result<Durations>> =
            LazyLock::new(|| Durations::read(Topology::Classic));
        static ECONOMY: LazyLock<Result<Durations>> =
            LazyLock::new(|| Durations::read(Topology::Economy));
        match topology {
            Topology::Classic => CLASSIC.clone(),
            Topology::Economy => ECONOMY.clone(),
        }
    }

    fn read(topology: Topology) -> Result<Self> {
        let mut file: File = toml::from_str(FILE).map_err(|error| wrong(&error.to_string()))?;
        if topology == Topology::Economy {
            file.deploy.append(&mut file.deploy_economy);
        }
        Ok(Self {
            deploy: sums(&file.deploy, &file.aws)?,
            cleanup: sums(&file.cleanup, &file.aws)?,
        })
    }

    /// Returns how long it typically takes until this resource is ready.
    pub(crate) fn deploy(&self, id: &str) -> Duration {
        self.deploy.get(id).copied().unwrap_or_default()
    }

    /// Returns how long it typically takes until this resource is gone.
    pub(crate) fn cleanup(&self, id: &str) -> Duration {
        self.cleanup.get(id).copied().unwrap_or_default()
    }

    /// Returns the names of the resources that have durations.
    #[cfg(test)]
    pub(crate) fn names(&self) -> (Vec<&str>, Vec<&str>) {
        let (deploy, cleanup) = (self.deploy.keys(), self.cleanup.keys());
        (deploy.map(String::as_str).collect(), cleanup.map(String::as_str).collect())
    }
}

/// Sums up the parts of each resource.
fn sums(
    resources: &BTreeMap<String, Vec<Part>>,
    states: &BTreeMap<String, u64>,
) -> Result<BTreeMap<String, Duration>> {
    let seconds = |part: &Part| match part {
        Part::Seconds(seconds) => Ok(*seconds),
        Part::State(state) => states.get(state).copied().ok_or_else(|| wrong(state)),
    };
    let sum = |(id, parts): (&String, &Vec<Part>)| {
        let seconds: u64 = parts.iter().map(seconds).sum::<Result<u64>>()?;
        Ok((id.clone(), Duration::from_secs(seconds)))
    };
    resources.iter().map(sum).collect()
}

fn wrong(what: &str) -> Error {
    Error::new(Code::Lab, format!("durations.toml: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_takes_as_long_as_its_states() {
        let classic = Durations::of(Topology::Classic).unwrap();
        assert_eq!(classic.deploy("table"), Duration::from_secs(8));
        assert_eq!(classic.deploy("core-stack"), Duration::from_secs(15 + 3 + 15 + 100 + 3));
        assert_eq!(classic.cleanup("core-stack"), Duration::from_secs(60 + 20));
        let economy = Durations::of(Topology::Economy).unwrap();
        assert_eq!(economy.deploy("core-stack"), Duration::from_secs(15 + 3 + 3 + 15));
        assert_eq!(economy.deploy("table"), classic.deploy("table"));
    }
}
