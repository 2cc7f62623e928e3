//! What a running local cloud reports about itself.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Shown;
use crate::destination::{breaks::Broken, local_cloud::Health};

/// A running local cloud.
pub(crate) struct LocalStatus<'a> {
    /// Its port.
    pub(crate) port: u16,
    /// What it reports about itself.
    pub(crate) health: &'a Health,
    /// What is broken in it on purpose.
    pub(crate) broken: &'a Broken,
}

impl LocalStatus<'_> {
    /// Returns its build, or its version if it is from before there were builds.
    fn build(&self) -> &str {
        self.health.build.as_deref().unwrap_or(&self.health.version)
    }
}

impl Shown for LocalStatus<'_> {
    fn text(&self, _: bool) -> String {
        let Health { pid, folder, pace, .. } = self.health;
        let (port, build) = (self.port, self.build());
        let mut text = format!(
            "the local cloud is running\n  port     {port}\n  folder   {folder}\n  pace     {pace}\n  \
             process  {pid}\n  version  {build}"
        );
        if let Some(rehearsal) = &self.health.rehearsal {
            let _ = write!(text, "\n  as       {rehearsal}");
        }
        if let Some(calls) = self.health.calls_left {
            let _ = write!(text, "\n  session  ends after {calls} more calls");
        }
        let Broken { names, others } = self.broken;
        if !names.is_empty() {
            let names = names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            let _ = write!(text, "\n  broken   {names} (`mysfits local heal`)");
        }
        if *others > 0 {
            let _ = write!(text, "\n  faults   {others} other rules");
        }
        text
    }

    fn json(&self) -> Vec<Value> {
        let Health { version, pid, folder, pace, rehearsal, calls_left, .. } = self.health;
        vec![json!({
            "type": "local",
            "port": self.port,
            "folder": folder,
            "pace": pace,
            "pid": pid,
            "version": version,
            "build": self.build(),
            "as": rehearsal,
            "calls_left": calls_left,
            "broken": self.broken.names,
            "other_faults": self.broken.others,
        })]
    }
}
