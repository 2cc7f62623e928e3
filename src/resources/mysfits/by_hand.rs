//! The mysfits, by hand.

use super::Mysfits;
use crate::{
    aws::operations::dynamodb as op,
    engine::{ByHand, Command, Deed},
    lab::{
        LabFile, files,
        mysfits::{self as data, KEY},
    },
    resources::hand::goes_along,
};

impl Mysfits {
    /// Returns the commands that put them into the table, unless they are there: then they have the
    /// likes and adoptions of visitors.
    pub(super) fn commands(&self) -> ByHand {
        let items = self.items().unwrap_or_default();
        let first = items.iter().find_map(data::key).unwrap_or_default();
        let keys =
            format!(r#"{{"{}": {{"Keys": [{{"{KEY}": {{"S": "{first}"}}}}]}}}}"#, self.table);
        let look = Command::of(&op::BATCH_GET_ITEM)
            .arg("--request-items", keys)
            .query(format!("Responses.*[] | [0].{KEY}.S"));
        let put = Command::of(&op::BATCH_WRITE_ITEM).file("--request-items", &files::MYSFITS);
        let up = vec![Deed::Unless(look, vec![Deed::Run(put)])];
        let files = vec![LabFile::of(&files::MYSFITS)];
        ByHand { files, ..goes_along(up, "They go with their table.") }
    }
}
