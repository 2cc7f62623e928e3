//! What is left of the quotas, and how many labs fit into that.

use futures::future::{FutureExt as _, join_all};

use super::{Finding, late, usage, within};
use crate::{
    aws::{
        Failure, Input,
        operations::{ec2, quotas as op},
    },
    destination::Destination,
    error::Code,
    lab::Topology,
    resources::quotas::{QUOTAS, Quota},
};

/// A quota, and how much of it is used.
pub(super) struct Use {
    pub(super) quota: &'static Quota,
    /// How much is used, and of how much; `None` if there was no answer in time.
    seen: Option<(Result<f64, Failure>, Result<f64, Failure>)>,
}

/// How many more labs fit into the account and region; `None` if that could not be looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Room {
    /// In the classic topology.
    pub(crate) classic: Option<u64>,
    /// In the economy topology.
    pub(crate) economy: Option<u64>,
}

/// Looks at every quota.
pub(super) async fn look(destination: &Destination, ec2: &ec2::Client) -> Vec<Use> {
    let quotas = destination.client::<op::Client>();
    let look = |quota: &'static Quota| {
        let quotas = &quotas;
        async move {
            let used = usage::count(destination, ec2, quota.counts);
            let both = async { tokio::join!(used, limit(quotas, quota)) };
            Use { quota, seen: within(both.boxed()).await }
        }
    };
    join_all(QUOTAS.iter().map(look)).await
}

/// Returns how much of each quota is left, in the order of [`QUOTAS`]; `None` if that could not be
/// looked at.
pub(crate) async fn quota_left(destination: &Destination) -> Vec<Option<f64>> {
    let ec2 = destination.client::<ec2::Client>();
    look(destination, &ec2).await.iter().map(Use::left).collect()
}

/// Returns the quotas of the network that are certainly exhausted, and asks for no more than that
/// needs: a quota's value only once the default would be exhausted.
pub(super) async fn exhausted(
    destination: &Destination,
    ec2: &ec2::Client,
    topology: Topology,
) -> Vec<Finding> {
    let quotas = destination.client::<op::Client>();
    let look = |quota: &'static Quota| {
        let quotas = &quotas;
        async move {
            let used = usage::count(destination, ec2, quota.counts).await;
            let room = used.as_ref().map(|used| used + quota.takes(topology) <= quota.default);
            if room.unwrap_or(true) {
                return None;
            }
            let seen = Some((used, limit(quotas, quota).await));
            let finding = Use { quota, seen }.finding(topology, false);
            finding.stops.is_some().then_some(finding)
        }
    };
    let network = QUOTAS.iter().filter(|quota| quota.is_of_network(topology));
    join_all(network.map(look)).await.into_iter().flatten().collect()
}

/// Returns the account's value of a quota, or AWS's default where it has none of its own.
async fn limit(quotas: &op::Client, quota: &Quota) -> Result<f64, Failure> {
    let input = || {
        let input = Input::default().with("ServiceCode", quota.service);
        input.with("QuotaCode", quota.code)
    };
    let operation = &op::GET_SERVICE_QUOTA;
    let answer = match quotas.0.send(operation, input()).await {
        Err(failure) if failure.is("NoSuchResourceException") => {
            quotas.0.send(&op::GET_DEFAULT_SERVICE_QUOTA, input()).await?
        }
        other => other?,
    };
    let value = answer.get("Quota").and_then(|quota| quota.number("Value"));
    value.ok_or_else(|| Failure::of_item(operation, "NoValue", "the quota has no value"))
}

impl Use {
    /// Returns how much is left; `None` if that could not be looked at.
    fn left(&self) -> Option<f64> {
        let (used, limit) = self.seen.as_ref()?;
        let (used, limit) = (used.as_ref().ok()?, limit.as_ref().ok()?);
        Some((limit - used).max(0.0))
    }

    /// Returns what it means for a lab that does not stand yet, or does.
    pub(super) fn finding(&self, topology: Topology, stands: bool) -> Finding {
        let Self { quota, seen } = self;
        let check = format!("quota {}", quota.name);
        let (used, limit) = match seen {
            Some((Ok(used), Ok(limit))) => (used, limit),
            Some((Err(failure), _) | (_, Err(failure))) => {
                return Finding::unseen(check, failure.clone());
            }
            None => return late(&check),
        };
        let takes = quota.takes(topology);
        let actual = format!("{used} of {limit} used");
        if stands || used + takes <= *limit {
            return Finding::ok(check, actual);
        }
        Finding::fail(check, actual)
            .expected(format!("{takes} more for a lab"))
            .hint(quota.hint())
            .stops(Code::NoRoom)
    }
}

impl Room {
    /// Returns how many labs fit into what is left. A quota that could not be looked at makes that
    /// unknown, if labs take of it.
    pub(super) fn of(uses: &[Use]) -> Self {
        let labs = |topology| {
            let mut least: Option<f64> = None;
            for one in uses.iter().filter(|one| one.quota.takes(topology) > 0.0) {
                let labs = (one.left()? / one.quota.takes(topology)).floor();
                least = Some(least.map_or(labs, |least| least.min(labs)));
            }
            least.map(whole)
        };
        Self { classic: labs(Topology::Classic), economy: labs(Topology::Economy) }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is neither negative nor larger than any quota"
)]
fn whole(number: f64) -> u64 {
    number as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{operate::doctor::Verdict, resources::quotas::Counted};

    /// Everything is as in a new account, but for these.
    fn uses(of: &[(Counted, f64)]) -> Vec<Use> {
        let used = |what| of.iter().find(|(counted, _)| *counted == what).map_or(0.0, |it| it.1);
        let one = |quota: &'static Quota| Use {
            quota,
            seen: Some((Ok(used(quota.counts)), Ok(quota.default))),
        };
        QUOTAS.iter().map(one).collect()
    }

    fn room(uses: &[Use]) -> (Option<u64>, Option<u64>) {
        let Room { classic, economy } = Room::of(uses);
        (classic, economy)
    }

    #[test]
    fn the_scarcest_quota_decides() {
        // A lab takes two of five addresses.
        assert_eq!(room(&uses(&[])), (Some(2), Some(5)));
        assert_eq!(room(&uses(&[(Counted::Vpcs, 4.0)])), (Some(1), Some(1)));
        assert_eq!(room(&uses(&[(Counted::Addresses, 4.0)])), (Some(0), Some(5)));
        assert_eq!(room(&uses(&[(Counted::Addresses, 7.0)])), (Some(0), Some(5)));
        assert_eq!(room(&uses(&[(Counted::FargateProcessors, 5.5)])), (Some(2), Some(2)));
    }

    #[test]
    fn what_could_not_be_looked_at_is_no_room() {
        let denied = || Err(Failure::of_item(&op::GET_SERVICE_QUOTA, "AccessDenied", "no"));
        for seen in [Some((Ok(0.0), denied())), None] {
            let mut uses = uses(&[]);
            uses[0].seen = seen;
            // Economy labs take no addresses.
            assert_eq!(room(&uses), (None, Some(5)));
            assert_eq!(uses[0].finding(Topology::Classic, false).verdict, Verdict::Unknown);
        }
    }

    #[test]
    fn an_exhausted_quota_stops_only_a_lab_that_does_not_stand() {
        let uses = uses(&[(Counted::Addresses, 4.0)]);
        let addresses = uses.iter().find(|it| it.quota.counts == Counted::Addresses).unwrap();
        let verdict = |topology, stands| addresses.finding(topology, stands).verdict;
        assert_eq!(verdict(Topology::Classic, false), Verdict::Fail);
        assert_eq!(verdict(Topology::Classic, true), Verdict::Ok);
        assert_eq!(verdict(Topology::Economy, false), Verdict::Ok);
        let error = addresses.finding(Topology::Classic, false).error().unwrap();
        assert_eq!(error.code, Code::NoRoom);
        assert_eq!(
            error.message,
            "quota EC2-VPC Elastic IPs: 4 of 5 used, expected: 2 more for a lab"
        );
    }
}
