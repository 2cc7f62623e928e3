//! The core stack, by hand.

use super::CoreStack;
use crate::{
    aws::operations::cloudformation as op,
    engine::{ByHand, Command, Deed},
    lab::{LabFile, files::CORE_STACK},
    resources::hand::tag,
};

/// The template's path among the lab's files.
const TEMPLATE: &str = "templates/core.yml";

impl CoreStack {
    /// Returns the commands that make it, and that delete it.
    pub(super) fn commands(&self) -> ByHand {
        let named = |command: Command| command.arg("--stack-name", &self.name);
        let look = || named(Command::of(&op::DESCRIBE_STACKS));
        let status = || look().query("Stacks[0].StackStatus");
        let wait = |until| Deed::Run(named(Command::wait(&op::DESCRIBE_STACKS, until)));
        let outputs = look().query("Stacks[0].Outputs[].[Description, OutputValue]");
        ByHand {
            up: vec![
                Deed::Unless(status(), vec![Deed::Run(self.create_command())]),
                wait("stack-create-complete"),
                Deed::Say("The description of each output is the name of the value."),
                Deed::NoteAll(outputs),
            ],
            down: vec![
                Deed::If(status(), vec![Deed::Run(named(Command::of(&op::DELETE_STACK)))]),
                wait("stack-delete-complete"),
            ],
            files: vec![LabFile::plain(TEMPLATE, CORE_STACK.as_bytes())],
        }
    }

    fn create_command(&self) -> Command {
        let mut create = Command::of(&op::CREATE_STACK)
            .arg("--stack-name", &self.name)
            .plain_file("--template-body", TEMPLATE)
            .word("--parameters");
        for parameter in self.parameters.of_new() {
            let name = parameter.parameter_key().unwrap_or_default();
            let value = parameter.parameter_value().unwrap_or_default();
            create = create.word(format!("ParameterKey={name},ParameterValue={value}"));
        }
        if self.parameters.makes_a_role(None) {
            create = create.arg("--capabilities", "CAPABILITY_IAM");
        }
        create.arg("--tags", tag(&self.lab.name))
    }
}
