//! What every command on the lab starts with: the local cloud if requested, a screen, the handling
//! of Ctrl-C, and the lab itself.

use std::sync::Arc;

use super::{interrupt, settings::Settings};
use crate::{
    destination::{Place, local_cloud},
    engine::Interrupt,
    error::{Code, Error, Result},
    operate::Workspace,
    report::{Place as PlaceShown, Screen},
};

/// A command in progress on the lab.
pub(super) struct Session {
    /// The lab.
    pub(super) workspace: Workspace,
    /// The screen for its output.
    pub(super) screen: Arc<Screen>,
    /// Whether the user asked to stop.
    pub(super) interrupt: Interrupt,
    /// Whether every question is answered with yes.
    pub(super) yes: bool,
}

impl Session {
    /// Determines the account and says it, and starts the local cloud if it is requested and not
    /// running. The settings have the command's level of access.
    ///
    /// # Errors
    /// When the local cloud does not start, or the account cannot be reached.
    pub(super) async fn open(settings: &Settings, adopts: bool) -> Result<Self> {
        let session = Self::open_unsaid(settings, adopts).await?;
        session.screen.say_place(&PlaceShown(&session.workspace.destination));
        if let Some(note) = session.workspace.learner_lab_note() {
            session.screen.say(&note);
        }
        Ok(session)
    }

    /// Opens a session, and leaves it to the command to say where it works, and as whom.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(super) async fn open_unsaid(settings: &Settings, adopts: bool) -> Result<Self> {
        let screen = Arc::new(Screen::new(settings.screen));
        let interrupt = interrupt::watch(screen.clone());
        if let Some(file) = settings.file.as_ref().filter(|_| settings.screen.verbose) {
            screen.say(&format!("settings from `{}`", file.display()));
        }
        if let Place::Local { .. } = settings.destination.place {
            start_local_cloud(settings, &screen).await?;
        }
        let operate = settings.operate(adopts);
        let opening = Box::pin(Workspace::open(operate, interrupt.clone(), screen.report()));
        let workspace = unless_interrupted(&screen, &interrupt, opening).await?;
        Ok(Self { workspace, screen, interrupt, yes: settings.yes })
    }

    /// Opens the same session on another lab.
    ///
    /// # Errors
    /// As for the first one.
    pub(super) async fn of(&self, settings: &Settings) -> Result<Self> {
        let (screen, interrupt) = (self.screen.clone(), self.interrupt.clone());
        let opening = Workspace::open(settings.operate(false), interrupt.clone(), screen.report());
        let workspace = self.reading(Box::pin(opening)).await?;
        Ok(Self { workspace, screen, interrupt, yes: settings.yes })
    }

    /// Runs work that only reads: Ctrl-C ends it at once, because nothing has to be finished.
    ///
    /// # Errors
    /// Those of `work`, and when the user interrupted.
    pub(super) async fn reading<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        unless_interrupted(&self.screen, &self.interrupt, work).await
    }
}

/// Runs work that only reads, until the user interrupts it.
///
/// # Errors
/// Those of `work`, and when the user interrupted.
pub(super) async fn unless_interrupted<T>(
    screen: &Screen,
    interrupt: &Interrupt,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let _at_rest = screen.at_rest();
    tokio::select! {
        result = work => result,
        () = interrupt.wait() => {
            Err(Error::new(Code::Interrupted, "interrupted; nothing was changed").no_hint())
        }
    }
}

/// Starts the local cloud if it is not running, and says so.
///
/// # Errors
/// When it does not start.
pub(super) async fn start_local_cloud(settings: &Settings, screen: &Screen) -> Result<()> {
    use local_cloud::Found;
    let port = settings.local_cloud.port;
    match local_cloud::ensure_running(&settings.local_cloud).await? {
        Found::Running => {}
        Found::Started => screen.say(&format!(
            "the local cloud was started on port {port} (`mysfits local stop` ends it)"
        )),
        Found::OtherBuild(build) => screen.say(&format!(
            "the local cloud on port {port} is another build of mysfits: {build}, this one is {}; \
             restart it with `mysfits local stop` and this command again: it keeps its state",
            settings.local_cloud.build
        )),
    }
    Ok(())
}
