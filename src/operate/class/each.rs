//! Runs work for every lab: accounts at the same time, the labs of one account one after the other.
//! API Gateway deletes one API in thirty seconds and DynamoDB makes one table with indexes at a time,
//! in each account.

use std::{collections::BTreeMap, sync::Arc};

use tokio::{sync::Semaphore, task::JoinSet};

use super::{Member, Seat};

/// What belongs to an account.
pub(super) trait OfAccount {
    /// Returns the twelve digits of the account.
    fn account(&self) -> &str;
}

impl OfAccount for Arc<Seat> {
    fn account(&self) -> &str {
        self.account.as_str()
    }
}

impl OfAccount for Member {
    fn account(&self) -> &str {
        self.seat.account.as_str()
    }
}

/// Runs work for each, in at most so many accounts at once, and returns the results in the order of
/// what was given. Dropping the future ends all work.
pub(super) async fn each<T, R, F>(
    all: Vec<T>,
    at_once: usize,
    work: impl Fn(T) -> F + Clone + Send + 'static,
) -> Vec<R>
where
    T: OfAccount + Send + 'static,
    R: Send + 'static,
    F: Future<Output = R> + Send,
{
    let mut accounts: BTreeMap<String, Vec<(usize, T)>> = BTreeMap::new();
    // In the order of the first lab of each: nobody expects the order of the numbers.
    let mut order = Vec::new();
    for (place, one) in all.into_iter().enumerate() {
        let account = one.account().to_owned();
        let labs = accounts.entry(account.clone()).or_insert_with(|| {
            order.push(account);
            Vec::new()
        });
        labs.push((place, one));
    }
    let turns = Arc::new(Semaphore::new(at_once.max(1)));
    let mut tasks = JoinSet::new();
    for labs in order.iter().filter_map(|account| accounts.remove(account)) {
        let work = work.clone();
        // Waited for here, so that accounts begin in their order. It is never closed.
        let turn = turns.clone().acquire_owned().await;
        tasks.spawn(async move {
            let _turn = turn;
            let mut done = Vec::new();
            for (place, one) in labs {
                done.push((place, work(one).await));
            }
            done
        });
    }
    let mut results = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok(done) => results.extend(done),
            // A task is ended by its own panic only.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    struct Lab(&'static str, usize);

    impl OfAccount for Lab {
        fn account(&self) -> &str {
            self.0
        }
    }

    #[tokio::test]
    async fn labs_of_an_account_come_one_after_the_other_and_accounts_are_bounded() {
        let labs = [("b", 0), ("a", 1), ("b", 2), ("c", 3), ("a", 4), ("b", 5)];
        let labs = labs.map(|(account, number)| Lab(account, number)).into();
        let at_work: Arc<Mutex<Vec<&str>>> = Arc::default();
        let seen = at_work.clone();
        let results = each(labs, 2, move |Lab(account, number)| {
            let at_work = seen.clone();
            async move {
                {
                    let mut at_work = at_work.lock().unwrap();
                    assert!(!at_work.contains(&account), "{account} twice");
                    at_work.push(account);
                    assert!(at_work.len() <= 2, "{at_work:?}");
                }
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                at_work.lock().unwrap().retain(|other| *other != account);
                number
            }
        })
        .await;
        assert_eq!(results, [0, 1, 2, 3, 4, 5]);
    }
}
