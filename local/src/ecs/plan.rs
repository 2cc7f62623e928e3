//! The arithmetic of deployments: which tasks are started and stopped, so that never fewer work,
//! nor more exist, than the service allows; and when a deployment has failed.

use super::state::Rules;

/// A task of a service that is there and not about to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) id: String,
    /// Whether it belongs to the deployment that is wanted.
    pub(super) primary: bool,
    /// Whether it runs and is healthy.
    pub(super) ready: bool,
}

/// What to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) start: usize,
    pub(super) stop: Vec<String>,
}

/// Returns what to do so that `desired` tasks of the primary deployment run.
pub(super) fn plan(desired: usize, rules: &Rules, members: &[Member], may_start: bool) -> Plan {
    let most = desired * rules.max_percent / 100;
    let fewest = (desired * rules.min_percent).div_ceil(100);
    let (primary, old): (Vec<&Member>, Vec<&Member>) =
        members.iter().partition(|member| member.primary);
    let ready = primary.iter().filter(|member| member.ready).count();

    let surplus = primary.len().saturating_sub(desired);
    // Each old task stays until a new one has taken its place.
    let kept = desired.saturating_sub(ready);
    let mut gone = old.len().saturating_sub(kept);
    let missing = if may_start { desired.saturating_sub(primary.len()) } else { 0 };
    let mut room = most.saturating_sub(primary.len() - surplus + old.len() - gone);
    if missing > 0 && room == 0 {
        // There is room for new tasks only where old ones go first.
        let working = ready + working_after(&old, gone);
        let not_working = (old.len() - gone) - working_after(&old, gone);
        let spare = working.saturating_sub(fewest) + not_working;
        let more = spare.min(old.len() - gone).min(missing);
        gone += more;
        room = most.saturating_sub(primary.len() - surplus + old.len() - gone);
    }
    let stop = first(&primary, surplus).chain(first(&old, gone)).collect();
    Plan { start: missing.min(room), stop }
}

/// Returns how many of the remaining tasks are ready if this many go, unready ones first.
fn working_after(tasks: &[&Member], gone: usize) -> usize {
    let ready = tasks.iter().filter(|member| member.ready).count();
    ready.min(tasks.len() - gone)
}

/// Returns the tasks that go first: the unready ones.
fn first(tasks: &[&Member], count: usize) -> impl Iterator<Item = String> {
    let mut order: Vec<&Member> = tasks.to_vec();
    order.sort_by_key(|member| member.ready);
    let ids: Vec<String> = order.into_iter().take(count).map(|member| member.id.clone()).collect();
    ids.into_iter()
}

/// Returns after how many failed tasks in a row the circuit breaker opens.
pub(super) fn threshold(desired: usize) -> usize {
    const FEWEST: usize = 3;
    const MOST: usize = 200;
    desired.div_ceil(2).clamp(FEWEST, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(min_percent: usize, max_percent: usize) -> Rules {
        Rules { min_percent, max_percent, breaker: false, rollback: false }
    }

    /// `P` and `p` are primary tasks, `O` and `o` old ones; those in capitals are ready.
    fn members(of: &str) -> Vec<Member> {
        of.chars()
            .enumerate()
            .map(|(number, kind)| Member {
                id: format!("{kind}{number}"),
                primary: kind.eq_ignore_ascii_case(&'p'),
                ready: kind.is_uppercase(),
            })
            .collect()
    }

    fn planned(desired: usize, rules: &Rules, of: &str) -> (usize, Vec<String>) {
        let plan = plan(desired, rules, &members(of), true);
        (plan.start, plan.stop)
    }

    #[test]
    fn a_new_service_starts_what_is_wanted() {
        assert_eq!(planned(2, &rules(100, 200), ""), (2, vec![]));
        assert_eq!(planned(2, &rules(100, 200), "p"), (1, vec![]));
        assert_eq!(planned(2, &rules(100, 200), "Pp"), (0, vec![]));
        assert_eq!(planned(0, &rules(100, 200), "P"), (0, vec!["P0".to_owned()]));
    }

    #[test]
    fn an_old_task_stays_until_a_new_one_is_ready() {
        for min in [0, 100] {
            let rules = rules(min, 200);
            assert_eq!(planned(1, &rules, "O"), (1, vec![]));
            assert_eq!(planned(1, &rules, "Op"), (0, vec![]));
            assert_eq!(planned(1, &rules, "OP"), (0, vec!["O0".to_owned()]));
        }
        assert_eq!(planned(2, &rules(100, 200), "OoP"), (1, vec!["o1".to_owned()]));
    }

    #[test]
    fn without_room_old_tasks_go_first_if_they_may() {
        assert_eq!(planned(1, &rules(0, 100), "O"), (1, vec!["O0".to_owned()]));
        assert_eq!(planned(1, &rules(100, 100), "O"), (0, vec![]));
        assert_eq!(planned(1, &rules(100, 100), "o"), (1, vec!["o0".to_owned()]));
        assert_eq!(planned(4, &rules(50, 100), "OOOO").0, 2);
        assert_eq!(planned(2, &rules(100, 150), "OO"), (1, vec![]));
    }

    #[test]
    fn less_is_wanted_than_there_is() {
        assert_eq!(
            planned(1, &rules(100, 200), "PpP"),
            (0, vec!["p1".to_owned(), "P0".to_owned()])
        );
    }

    #[test]
    fn a_failed_deployment_starts_nothing_and_leaves_the_old_ones() {
        let plan = plan(1, &rules(100, 200), &members("O"), false);
        assert_eq!(plan, Plan::default());
    }

    #[test]
    fn the_breaker_opens_after_three_or_half() {
        assert_eq!([1, 6, 7, 100, 1000].map(threshold), [3, 3, 4, 50, 200]);
    }
}
