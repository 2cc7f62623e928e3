//! Whether each account has room for all its new labs together: every one of them alone may fit where
//! two do not.

use std::collections::BTreeMap;

use super::Planned;
use crate::{
    destination::Destination,
    engine::Presence,
    error::{Code, Error},
    lab::Topology,
    operate::{Survey, quota_left},
    resources::quotas::{Counted, QUOTAS, Quota},
};

/// How much of each quota a lab takes, in the order of [`QUOTAS`].
pub(super) type Takes = [f64; QUOTAS.len()];

/// How much of each quota is left; `None` if that could not be looked at.
type Left = Vec<Option<f64>>;

/// Returns how much of each quota a lab takes that is to be as it was surveyed: what stands has its
/// share already.
pub(super) fn takes(survey: &Survey, topology: Topology) -> Takes {
    let is_new = |id: &str| {
        let row = survey.rows.iter().find(|row| row.about.id.0 == id);
        row.is_some_and(|row| row.seen.presence == Presence::Absent)
    };
    QUOTAS.each_ref().map(
        |quota| {
            if is_new(taken_by(quota.counts)) { quota.takes(topology) } else { 0.0 }
        },
    )
}

/// Returns the name of the resource that takes of a quota.
fn taken_by(counted: Counted) -> &'static str {
    match counted {
        Counted::Vpcs
        | Counted::InternetGateways
        | Counted::Addresses
        | Counted::NatGatewaysInZone => "core-stack",
        Counted::FargateProcessors => "service",
        Counted::LoadBalancers => "load-balancer",
        Counted::VpcLinks => "vpc-link",
    }
}

/// Looks at the room of the accounts and regions in which several labs are to be made. In the order of
/// the roster, what does not fit any more cannot be done.
pub(super) async fn check(all: &mut [Planned]) {
    for places in together(all).into_values().filter(|places| places.len() > 1) {
        let destination = places.first().and_then(|place| all[*place].member.place.clone().ok());
        let Some(destination) = destination else { continue };
        let left = quota_left(&destination).await;
        distribute(all, &places, (&destination, &left));
    }
}

/// Returns the labs that take of quotas, by account and region.
fn together(all: &[Planned]) -> BTreeMap<(String, String), Vec<usize>> {
    let mut together: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, one) in all.iter().enumerate() {
        if let (Ok(destination), Ok(plan)) = (&one.member.place, &one.plan)
            && plan.takes.iter().any(|takes| *takes > 0.0)
        {
            let key = (destination.account.to_string(), destination.region.to_string());
            together.entry(key).or_default().push(place);
        }
    }
    together
}

fn distribute(all: &mut [Planned], places: &[usize], (of, left): (&Destination, &Left)) {
    let takes = places.iter().filter_map(|place| Some(all[*place].plan.as_ref().ok()?.takes));
    let takes: Vec<Takes> = takes.collect();
    for ((place, takes), short) in places.iter().zip(&takes).zip(shortages(&takes, left)) {
        if let Some(short) = short {
            all[*place].plan = Err(no_room(of, &short));
        } else if let Ok(plan) = &mut all[*place].plan {
            let quotas = QUOTAS.iter().zip(takes).zip(left);
            let unseen = quotas.filter(|((_, takes), left)| **takes > 0.0 && left.is_none());
            plan.notes.extend(unseen.map(|((quota, _), _)| unseen_quota(of, quota)));
        }
    }
}

/// What a lab cannot have.
struct Short {
    quota: &'static Quota,
    left: f64,
    /// How much this lab takes, with those before it that fit.
    wanted: f64,
}

/// Returns what each of these labs cannot have once the ones before it have theirs. One that does not
/// fit takes nothing.
fn shortages(labs: &[Takes], left: &Left) -> Vec<Option<Short>> {
    let mut taken = Takes::default();
    let of_lab = |takes: &Takes| {
        let quotas = QUOTAS.iter().zip(left).zip(taken.iter().zip(takes));
        let mut short = quotas.filter_map(|((quota, left), (taken, takes))| {
            let (left, wanted) = ((*left)?, taken + takes);
            (*takes > 0.0 && wanted > left).then_some(Short { quota, left, wanted })
        });
        let short = short.next();
        if short.is_none() {
            taken.iter_mut().zip(takes).for_each(|(sum, takes)| *sum += takes);
        }
        short
    };
    labs.iter().map(of_lab).collect()
}

fn no_room(of: &Destination, Short { quota, left, wanted }: &Short) -> Error {
    let (account, region) = (&of.account, &of.region);
    let message = format!(
        "account {account} in {region} has too little room: {left} left of \"{}\", and this lab and \
         the ones before it in the roster take {wanted}",
        quota.name
    );
    Error::new(Code::NoRoom, message).hint(quota.hint())
}

fn unseen_quota(of: &Destination, quota: &Quota) -> String {
    let (account, region) = (&of.account, &of.region);
    format!("account {account} in {region}: what is left of \"{}\" is unknown", quota.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Takes {
        QUOTAS.each_ref().map(|quota| quota.takes(Topology::Classic))
    }

    #[test]
    fn what_does_not_fit_beside_the_others_cannot_be_done() {
        let left: Left = QUOTAS.iter().map(|quota| Some(quota.default)).collect();
        let short = shortages(&[whole(); 3], &left);
        assert!(short[0].is_none() && short[1].is_none());
        let of = Destination::never_asked("111111111111", "eu-west-1");
        let error = no_room(&of, short[2].as_ref().unwrap());
        assert_eq!(error.code, Code::NoRoom);
        assert_eq!(
            error.message,
            "account 111111111111 in eu-west-1 has too little room: 5 left of \"EC2-VPC Elastic \
             IPs\", and this lab and the ones before it in the roster take 6"
        );
    }

    #[test]
    fn one_that_does_not_fit_leaves_its_room_to_the_next() {
        let left: Left = QUOTAS.iter().map(|_| Some(1.0)).collect();
        // A classic lab takes two addresses, an economy one none.
        let economy = QUOTAS.each_ref().map(|quota| quota.takes(Topology::Economy));
        let is_short: Vec<_> =
            shortages(&[whole(), economy, economy], &left).iter().map(Option::is_some).collect();
        assert_eq!(is_short, [true, false, true]);
    }

    #[test]
    fn what_takes_nothing_or_is_unknown_stops_nothing() {
        let none: Left = vec![Some(0.0); QUOTAS.len()];
        assert!(shortages(&[Takes::default()], &none)[0].is_none());
        let unknown: Left = vec![None; QUOTAS.len()];
        assert!(shortages(&[whole(); 9], &unknown).iter().all(Option::is_none));
    }
}
