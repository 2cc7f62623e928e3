//! The log group, by hand.

use super::{DAYS, LogGroup};
use crate::{
    aws::operations::logs as op,
    engine::{ByHand, Command, Deed},
    lab::placeholders::LOG_GROUP_NAME,
    resources::hand::mapped_tag,
};

impl LogGroup {
    /// Returns the commands that make it, and that delete it.
    pub(super) fn commands(&self) -> ByHand {
        let named = |operation| Command::of(operation).arg("--log-group-name", &self.name);
        let look = || {
            Command::of(&op::DESCRIBE_LOG_GROUPS)
                .arg("--log-group-name-prefix", &self.name)
                .query(format!("logGroups[?logGroupName=='{}'].logGroupName | [0]", self.name))
        };
        let create = named(&op::CREATE_LOG_GROUP).arg("--tags", mapped_tag(&self.lab.name));
        let keep = named(&op::PUT_RETENTION_POLICY).arg("--retention-in-days", DAYS.to_string());
        ByHand {
            up: vec![
                Deed::Set(LOG_GROUP_NAME, self.name.clone()),
                Deed::Unless(look(), vec![Deed::Run(create)]),
                Deed::Run(keep),
            ],
            down: vec![Deed::If(look(), vec![Deed::Run(named(&op::DELETE_LOG_GROUP))])],
            files: Vec::new(),
        }
    }
}
