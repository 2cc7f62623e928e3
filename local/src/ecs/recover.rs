//! What a start of the local cloud finds of the previous run: tasks whose processes are gone, and
//! what they held.

use super::{
    Ecs,
    state::{Phase, Region, StopCode, Task},
};
use crate::{
    open::{OpenError, Recover},
    place::Place,
    times,
};

impl Recover for Ecs {
    /// Ends the tasks of the previous run. They did not fail, so no circuit breaker opens.
    fn recover(&self) -> Result<(), OpenError> {
        for (place, store) in self.regions.all() {
            let left: Vec<Task> = store.read(|region| unfinished(region).cloned().collect());
            for task in &left {
                self.give_back(&place, task);
            }
            if !left.is_empty() {
                store.change(|region| region.tasks.values_mut().for_each(end))?;
            }
        }
        Ok(())
    }
}

impl Ecs {
    fn give_back(&self, place: &Place, task: &Task) {
        let Some(interface) = &task.interface else { return };
        for balancer in &task.load_balancers {
            let (group, port) = (&balancer.target_group, balancer.port);
            self.neighbours.targets.deregister(place, group, &interface.ip, port);
        }
        self.neighbours.network.detach(place, &interface.id);
    }
}

fn unfinished(region: &Region) -> impl Iterator<Item = &Task> {
    region.tasks.values().filter(|task| task.phase != Phase::Stopped)
}

fn end(task: &mut Task) {
    if task.phase == Phase::Stopped {
        return;
    }
    task.phase = Phase::Stopped;
    task.to_stop = true;
    task.noted = true;
    task.stop_code = task.stop_code.or(Some(StopCode::TerminationNotice));
    task.reason.get_or_insert_with(|| "The local cloud was stopped.".to_owned());
    task.times.insert("stoppedAt".to_owned(), times::now());
    for container in &mut task.containers {
        container.phase = Phase::Stopped;
    }
}
