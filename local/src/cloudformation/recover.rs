//! Stacks after a restart.

use super::{CloudFormation, drive};
use crate::open::{OpenError, Recover};

impl Recover for CloudFormation {
    /// Continues every stack that was under way.
    fn recover(&self) -> Result<(), OpenError> {
        for entry in self.shared.stacks.everywhere() {
            drive::start(&self.shared, &entry);
        }
        Ok(())
    }
}
