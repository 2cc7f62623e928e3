//! What every command on the lab begins with: the local cloud when it is asked for, a screen, what
//! Ctrl-C does, and the lab itself.

use std::sync::Arc;

use super::{interrupt, settings::Settings};
use crate::{
    aws::Access,
    destination::{Place, local_cloud},
    engine::Interrupt,
    error::{Code, Error, Result},
    operate::Workspace,
    report::Screen,
};

/// A command at work on the lab.
pub(super) struct Session {
    /// The lab.
    pub(super) workspace: Workspace,
    /// Where it is shown.
    pub(super) screen: Arc<Screen>,
    /// Whether the user asked to stop.
    pub(super) interrupt: Interrupt,
    /// Whether every question is answered with yes.
    pub(super) yes: bool,
}

impl Session {
    /// Finds the account, starting the local cloud when it is asked for and not running. `access` is
    /// the most that the command may do there.
    ///
    /// # Errors
    /// When the local cloud does not start, or the account cannot be reached.
    pub(super) async fn open(settings: &Settings, access: Access, adopts: bool) -> Result<Self> {
        let screen = Arc::new(Screen::new(settings.screen));
        let interrupt = interrupt::watch(screen.clone());
        if let Some(file) = settings.file.as_ref().filter(|_| settings.screen.verbose) {
            screen.say(&format!("settings from `{}`", file.display()));
        }
        if let Place::Local { .. } = settings.destination.place {
            start_local_cloud(settings, &screen).await?;
        }
        let operate = settings.operate(access, adopts);
        let opening = Box::pin(Workspace::open(operate, interrupt.clone(), screen.report()));
        let workspace = unless_interrupted(&screen, &interrupt, opening).await?;
        Ok(Self { workspace, screen, interrupt, yes: settings.yes })
    }

    /// Waits for what only reads: Ctrl-C ends it at once, because nothing has to be finished.
    ///
    /// # Errors
    /// Its own, and when the user interrupted.
    pub(super) async fn reading<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        unless_interrupted(&self.screen, &self.interrupt, work).await
    }
}

async fn unless_interrupted<T>(
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

async fn start_local_cloud(settings: &Settings, screen: &Screen) -> Result<()> {
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
