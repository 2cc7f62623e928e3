//! Estimates how long a class still takes.

use std::{collections::BTreeMap, time::Duration};

/// How far a lab is.
#[derive(Clone, Copy)]
pub(super) enum Course {
    Waiting,
    /// For so long already; how long it still takes, if its own work tells.
    AtWork {
        spent: Duration,
        left: Option<Duration>,
    },
    /// How long it took, if it ended well.
    Over(Option<Duration>),
}

/// Returns how long labs still take, each given with its account; `None` when there is no basis for an
/// estimate. The labs of an account come one after the other, so that the class takes at least as
/// long as its longest account, and as all work shared by the accounts at work.
pub(super) fn left<'a>(labs: impl Iterator<Item = (&'a str, Course)> + Clone) -> Option<Duration> {
    let usual = usual(labs.clone().map(|(_, course)| course));
    let mut accounts: BTreeMap<&str, (Duration, bool)> = BTreeMap::new();
    for (account, course) in labs {
        let (left, is_at_work) = match course {
            Course::Waiting => (usual?, false),
            Course::AtWork { left: Some(left), .. } => (left, true),
            Course::AtWork { spent, left: None } => (usual?.saturating_sub(spent), true),
            Course::Over(_) => continue,
        };
        let sum = accounts.entry(account).or_default();
        *sum = (sum.0 + left, sum.1 || is_at_work);
    }
    let longest = accounts.values().map(|(left, _)| *left).max()?;
    let all: Duration = accounts.values().map(|(left, _)| *left).sum();
    let at_work = accounts.values().filter(|(_, is_at_work)| *is_at_work).count();
    let shared = all / u32::try_from(at_work.max(1)).ok()?;
    Some(longest.max(shared)).filter(|left| !left.is_zero())
}

/// Returns what a lab takes on average, of those for which that is known.
fn usual(labs: impl Iterator<Item = Course>) -> Option<Duration> {
    let known = labs.filter_map(|course| match course {
        Course::Over(took) => took,
        Course::AtWork { spent, left } => left.map(|left| spent + left),
        Course::Waiting => None,
    });
    let (sum, count) = known.fold((Duration::ZERO, 0), |(sum, count), one| (sum + one, count + 1));
    (count > 0).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::{Course::*, *};

    const fn minutes(number: u64) -> Duration {
        Duration::from_secs(60 * number)
    }

    fn at_work(spent: u64, left: Option<u64>) -> Course {
        AtWork { spent: minutes(spent), left: left.map(minutes) }
    }

    #[test]
    fn accounts_at_work_at_once_do_not_add_up() {
        let names: Vec<String> = (0..30).map(|number| number.to_string()).collect();
        let courses = |place| if place == 0 { Over(Some(minutes(5))) } else { at_work(5, Some(1)) };
        let labs = names.iter().enumerate().map(|(place, name)| (name.as_str(), courses(place)));
        assert_eq!(left(labs), Some(minutes(1)));
    }

    #[test]
    fn the_labs_of_an_account_add_up_and_what_waits_is_shared() {
        let of_one = [("a", at_work(4, Some(2))), ("a", Waiting), ("b", at_work(4, Some(2)))];
        assert_eq!(left(of_one.into_iter()), Some(minutes(8)));
        let many = [
            ("a", at_work(4, Some(2))),
            ("b", at_work(4, Some(2))),
            ("c", Waiting),
            ("d", Waiting),
            ("e", Waiting),
            ("f", Waiting),
        ];
        assert_eq!(left(many.into_iter()), Some(minutes(14)));
    }

    #[test]
    fn what_nobody_knows_is_not_estimated() {
        assert_eq!(left([("a", at_work(1, None)), ("b", Waiting)].into_iter()), None);
        assert_eq!(left([("a", Over(None)), ("b", Waiting)].into_iter()), None);
        assert_eq!(left([("a", Over(Some(minutes(5))))].into_iter()), None);
        // One that takes longer than the others did.
        let late = [("a", Over(Some(minutes(5)))), ("b", at_work(6, None))];
        assert_eq!(left(late.into_iter()), None);
    }
}
