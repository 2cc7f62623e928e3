//! Answers from before a change, as from a replica that has not seen it yet: on AWS a resource can
//! still be shown for a while after its deletion.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Thing, xml::replaced};
use crate::service::Answer;

/// What has been answered to reads while a rule is in force. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Earlier(Arc<Mutex<BTreeMap<Thing, Remembered>>>);

/// The first answer to a read, and how many later ones differed from it.
#[derive(Debug)]
struct Remembered {
    answer: Answer,
    differing: u64,
}

/// Two of them are the same when they share what they remember.
impl PartialEq for Earlier {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Earlier {}

impl Earlier {
    /// Returns the answer to a read in place of the true one: the first one, to as many of the
    /// differing reads as a rule strikes (`times`, all without), after those that it lets through.
    pub(super) fn instead_of(
        &self,
        answer: Answer,
        thing: Thing,
        skip: u64,
        times: Option<u64>,
    ) -> Answer {
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = remembered
            .entry(thing)
            .or_insert_with(|| Remembered { answer: answer.clone(), differing: 0 });
        if is_same(&first.answer, &answer) {
            return answer;
        }
        first.differing += 1;
        let struck = first.differing.saturating_sub(skip);
        if struck > 0 && times.is_none_or(|times| struck <= times) {
            first.answer.clone()
        } else {
            answer
        }
    }
}

/// Returns whether two answers differ in nothing but the id of their request.
fn is_same(one: &Answer, other: &Answer) -> bool {
    let body = |answer: &Answer| {
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        replaced(&text, "RequestId", "")
    };
    one.status() == other.status() && body(one) == body(other)
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::protocol;

    fn answered(earlier: &Earlier, truly: &str, skip: u64, times: Option<u64>) -> String {
        let answer = protocol::answer(StatusCode::OK, "text/xml", truly.to_owned());
        let answer = earlier.instead_of(answer, Thing::default(), skip, times);
        String::from_utf8(answer.body().to_vec()).unwrap()
    }

    #[test]
    fn what_is_gone_is_shown_again() {
        let earlier = Earlier::default();
        let seen = ["there", "there", "gone", "gone", "gone", "gone"]
            .map(|truly| answered(&earlier, truly, 1, Some(2)));
        assert_eq!(seen, ["there", "there", "gone", "there", "there", "gone"]);
    }

    #[test]
    fn another_request_id_is_no_difference() {
        let earlier = Earlier::default();
        let body = |id: u8| format!("<R>there</R><RequestId>{id}</RequestId>");
        answered(&earlier, &body(1), 0, None);
        assert_eq!(answered(&earlier, &body(2), 0, None), body(2));
        assert_eq!(answered(&earlier, "gone", 0, None), body(1));
    }
}
