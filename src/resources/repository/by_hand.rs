//! The repository, by hand.

use super::Repository;
use crate::{
    aws::operations::ecr as op,
    engine::{ByHand, Command, Deed},
    lab::placeholders::REPOSITORY_URI,
    resources::hand::tag,
};

impl Repository {
    /// Returns the commands that make it, and that delete it with its images.
    pub(super) fn commands(&self) -> ByHand {
        let named = |operation| Command::of(operation).arg("--repository-name", &self.name);
        let look = || {
            Command::of(&op::DESCRIBE_REPOSITORIES)
                .arg("--repository-names", &self.name)
                .noting(REPOSITORY_URI, "repositories[0].repositoryUri")
        };
        let create = named(&op::CREATE_REPOSITORY)
            .arg("--tags", tag(&self.lab.name))
            .noting(REPOSITORY_URI, "repository.repositoryUri");
        let delete = named(&op::DELETE_REPOSITORY).word("--force");
        ByHand {
            up: vec![Deed::Unless(look(), vec![Deed::Run(create)])],
            down: vec![Deed::If(look(), vec![Deed::Run(delete)])],
            files: Vec::new(),
        }
    }
}
