//! What every command on the lab begins with: where, under which names, which resources, and how
//! it is shown. And what Ctrl-C does.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::{FutureExt, future::BoxFuture};

use super::survey::{known_beside, named};
use crate::{
    engine::{
        About, Direction, Doing, Event, Interrupt, Job, Outcome, Schedule, Values, bring_up, run,
    },
    error::{Exit, Result},
    lab::{Names, Scope},
    local_cloud,
    report::{End, Screen},
    resources::Lab,
    settings::Settings,
    target::Target,
};

/// A command at work.
pub(super) struct Session {
    pub(super) settings: Settings,
    pub(super) target: Target,
    pub(super) names: Names,
    pub(super) lab: Lab,
    pub(super) screen: Arc<Screen>,
    pub(super) interrupt: Interrupt,
}

/// How a run goes.
pub(super) struct Run {
    /// What is being done.
    pub(super) doing: Doing,
    /// Which way through the graph.
    pub(super) direction: Direction,
    /// What is known before it begins.
    pub(super) known: Values,
}

impl Session {
    /// Finds the account (starting the local cloud when it is asked for and not running), and makes
    /// the lab's resources for it.
    pub(super) async fn open(settings: Settings, adopt: bool) -> Result<Self> {
        let screen = Arc::new(Screen::new(&settings));
        let interrupt = watch_for_interrupt(screen.clone());
        if settings.local && local_cloud::ensure_running(&settings).await? {
            screen.say(&format!(
                "the local cloud was started on port {} (`mysfits local stop` ends it)",
                settings.local_port
            ));
        }
        let target = Target::connect(&settings).await?;
        let names = Names::new(
            &target.account,
            &target.region,
            settings.lab.as_deref(),
            settings.bucket.as_deref(),
        );
        let lab = Lab::new(&target, &names, &settings, adopt)?;
        Ok(Self { settings, target, names, lab, screen, interrupt })
    }

    /// What a person types to go on: this very command, with all its flags.
    pub(super) fn again() -> String {
        let quoted = |word: String| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
            let is_plain = !word.is_empty() && word.chars().all(plain);
            if is_plain { word } else { format!("'{}'", word.replace('\'', "'\\''")) }
        };
        let words = std::env::args().skip(1).map(quoted);
        std::iter::once("mysfits".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
    }

    /// The places that a scope means when it is brought up or looked at: its own and what they need.
    pub(super) fn to_bring_up(&self, scope: Scope) -> BTreeSet<usize> {
        let own = self.places(|section| scope.brings_up(section));
        self.lab.graph.with_all_before(own, Direction::Forward)
    }

    /// The places that a scope means when it is taken down: its own and what stands on them.
    pub(super) fn to_take_down(&self, scope: Scope) -> BTreeSet<usize> {
        let own = self.places(|section| scope.takes_down(section));
        self.lab.graph.with_all_before(own, Direction::Backward)
    }

    /// Brings these places up. What they use and is not among them is looked at only.
    pub(super) async fn bring_up(&self, places: &BTreeSet<usize>) -> Result<End> {
        for place in places {
            self.lab.resource(*place).check_input().await?;
        }
        let known = known_beside(self, places).await?;
        Ok(self.bring_up_from(places, known).await)
    }

    /// Brings these places up, and nothing of what they need: its values are among these.
    pub(super) async fn bring_up_from(&self, places: &BTreeSet<usize>, known: Values) -> End {
        let job = |place: usize, known: Values| {
            async move {
                let resource = self.lab.resource(place);
                bring_up(resource, &known, self.screen.report(), &self.interrupt).await
            }
            .boxed()
        };
        let how = Run { doing: Doing::Deploy, direction: Direction::Forward, known };
        self.run(how, places, job).await
    }

    /// Runs a job for these places and tells the screen of it.
    pub(super) async fn run<'a>(
        &'a self,
        how: Run,
        places: &BTreeSet<usize>,
        job: impl Fn(usize, Values) -> BoxFuture<'a, Result<(Outcome, Values)>>,
    ) -> End {
        let report = self.screen.report();
        // In the order of the lab, in which people know it.
        let abouts: Vec<&About> = places.iter().map(|place| self.lab.about(*place)).collect();
        report.event(&Event::RunStarted { doing: how.doing, resources: &abouts });
        let mut end = End { outcomes: Vec::new(), known: how.known.clone() };
        let started = |place: usize, known: Values| {
            report.event(&Event::Started { id: self.lab.about(place).id });
            let work = job(place, known);
            async move { work.await.map(|(outcome, values)| ((outcome, values.clone()), values)) }
                .boxed()
        };
        let over = |place: usize, job: &Job<(Outcome, Values)>| {
            let about = self.lab.about(place);
            let (outcome, elapsed) = match job {
                Job::Ran { result: Ok((outcome, values)), elapsed } => {
                    end.known.extend(values);
                    (outcome.clone(), *elapsed)
                }
                Job::Ran { result: Err(error), elapsed } => {
                    (Outcome::Failed(Box::new(named(about.id.0, error.clone()))), *elapsed)
                }
                Job::NotStarted { because_of } => {
                    let because_of = because_of.map(|place| self.lab.about(place).id);
                    (Outcome::NotStarted { because_of }, Duration::ZERO)
                }
            };
            report.event(&Event::Finished { id: about.id, outcome: &outcome, elapsed });
            end.outcomes.push((about.id, outcome));
        };
        let tick = || report.event(&Event::Tick);
        let (graph, interrupt) = (&self.lab.graph, &self.interrupt);
        let schedule = Schedule { graph, places, direction: how.direction, interrupt };
        run(schedule, how.known, started, over, tick).await;
        report.event(&Event::RunFinished);
        end
    }

    fn places(&self, wanted: impl Fn(crate::lab::Section) -> bool) -> Vec<usize> {
        let members = self.lab.members.iter().enumerate();
        members.filter(|(_, member)| wanted(member.section)).map(|(place, _)| place).collect()
    }
}

/// Ctrl-C once: the engine finishes the calls in flight and starts nothing new. Twice: stop now.
fn watch_for_interrupt(screen: Arc<Screen>) -> Interrupt {
    let (switch, interrupt) = Interrupt::switch();
    tokio::spawn(async move {
        if asked_to_stop().await.is_ok() {
            screen.report().event(&Event::Interrupted);
            // Nobody listens any more when the command is over already.
            let _ = switch.send(true);
            if asked_to_stop().await.is_ok() {
                std::process::exit(Exit::Interrupted as i32);
            }
        }
        // Without signals there is nothing to wait for, but the switch must stay.
        std::future::pending::<()>().await;
    });
    interrupt
}

#[cfg(unix)]
pub(super) async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
pub(super) async fn asked_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
