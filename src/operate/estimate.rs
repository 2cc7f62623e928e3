//! Estimates how long a run takes, before it begins.

use std::{collections::BTreeSet, time::Duration};

use super::{Survey, Workspace};
use crate::{
    engine::{Direction, Doing, Forecast, Presence},
    lab::Durations,
    resources::Lab,
};

impl Workspace {
    /// Returns how long `deploy` typically takes on AWS after this survey: the longest path through
    /// what is missing.
    pub(crate) fn deploy_takes(&self, survey: &Survey) -> Duration {
        let missing = |presence: &Presence| {
            matches!(
                presence,
                Presence::Absent | Presence::Settling { .. } | Presence::Broken { .. }
            )
        };
        let missing = survey.rows.iter().filter(|row| missing(&row.seen.presence));
        let places = missing.map(|row| row.place).collect();
        let way = (Doing::Deploy, Direction::Forward);
        forecast(&self.lab, &self.durations, 1.0, way, &places).all()
    }

    /// Returns the forecast of a run of these places here, without waits if the pace is unknown.
    pub(super) fn forecast(&self, way: (Doing, Direction), places: &BTreeSet<usize>) -> Forecast {
        let pace = self.destination.pace().unwrap_or_default();
        forecast(&self.lab, &self.durations, pace, way, places)
    }
}

fn forecast(
    lab: &Lab,
    durations: &Durations,
    pace: f64,
    (doing, direction): (Doing, Direction),
    places: &BTreeSet<usize>,
) -> Forecast {
    Forecast::new(&lab.graph, places, direction, |place| {
        let id = lab.about(place).id;
        let typical = match doing {
            Doing::Deploy => durations.deploy(id.0),
            Doing::Cleanup => durations.cleanup(id.0),
        };
        (id, typical.mul_f64(pace))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        destination::Destination,
        engine::Resource,
        lab::{AccountId, Names, Topology},
        resources::Choices,
    };

    fn lab(topology: Topology) -> (Lab, Durations) {
        let destination = Destination::never_asked("123456789012", "eu-west-1");
        let names = Names::new(&AccountId::new("123456789012"), &destination.region, None, None);
        let choices = Choices { topology: Some(topology), ..Choices::default() };
        let lab = Lab::new(&destination, &names, &choices).unwrap();
        (lab, Durations::of(topology).unwrap())
    }

    #[test]
    fn every_resource_has_a_duration_and_every_duration_a_resource() {
        let (lab, durations) = lab(Topology::Classic);
        let ids: BTreeSet<_> = lab.resources().map(|resource| resource.about().id.0).collect();
        let (deploy, cleanup) = durations.names();
        assert_eq!(deploy.into_iter().collect::<BTreeSet<_>>(), ids);
        let removed = lab.resources().map(Resource::about);
        let removed = removed.filter(|about| !about.goes_with_parent && !about.shared);
        let removed: BTreeSet<_> = removed.map(|about| about.id.0).collect();
        assert_eq!(cleanup.into_iter().collect::<BTreeSet<_>>(), removed);
    }

    #[test]
    fn the_whole_lab_takes_its_longest_path() {
        let takes = |topology, way| {
            let (lab, durations) = lab(topology);
            let all = (0..lab.members.len()).collect();
            forecast(&lab, &durations, 1.0, way, &all).all().as_secs()
        };
        let deploy = (Doing::Deploy, Direction::Forward);
        // Stack, load balancer, link, stage, site.
        assert_eq!(takes(Topology::Classic, deploy), 136 + 120 + 180 + 5 + 5);
        assert_eq!(takes(Topology::Economy, deploy), 36 + 120 + 180 + 5 + 5);
        // Stage, link, load balancer, stack.
        let cleanup = (Doing::Cleanup, Direction::Backward);
        assert_eq!(takes(Topology::Classic, cleanup), 1 + 120 + 20 + 80);
    }
}
