//! A table, by hand.

use super::Table;
use crate::{
    aws::operations::dynamodb as op,
    engine::{ByHand, Command, Deed},
    lab::LabFile,
    resources::hand::tag,
};

impl Table {
    /// Returns the commands that make it, and that delete it.
    pub(super) fn commands(&self) -> ByHand {
        let named = |command: Command| command.arg("--table-name", &self.name);
        let look = || named(Command::of(&op::DESCRIBE_TABLE)).query("Table.TableName");
        let [template] = self.about.templates else { return ByHand::default() };
        let create = Command::of(&op::CREATE_TABLE)
            .file("--cli-input-json", template)
            .arg("--tags", tag(&self.lab.name));
        let wait = |until| Deed::Run(named(Command::wait(&op::DESCRIBE_TABLE, until)));
        ByHand {
            up: vec![
                Deed::Set(self.placeholder, self.name.clone()),
                Deed::Unless(look(), vec![Deed::Run(create)]),
                wait("table-exists"),
            ],
            down: vec![
                Deed::If(look(), vec![Deed::Run(named(Command::of(&op::DELETE_TABLE)))]),
                wait("table-not-exists"),
            ],
            files: vec![LabFile::of(template)],
        }
    }
}
