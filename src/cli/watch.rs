//! Watching: looks again and again, until `q` or Ctrl-C.

use std::{pin::pin, time::Duration};

use super::{
    keyboard::{self, Keyboard},
    workspace::unless_interrupted,
};
use crate::{
    engine::Interrupt,
    error::{Code, Result},
    report::{QUIT, Screen, Watched, Window},
};

/// From one look to the next. A look at a whole lab takes some sixty calls, and API Gateway answers ten a
/// second for all who work in the account: a class that watches must leave room for deployments.
const ON_AWS: Duration = Duration::from_secs(5);
/// The same in the local cloud, which has no such limit.
const LOCALLY: Duration = Duration::from_secs(1);
/// How often the age of the last look is drawn.
const TICK: Duration = Duration::from_secs(1);

/// Returns the time from one look to the next.
pub(super) fn pace(is_local: bool) -> Duration {
    if is_local { LOCALLY } else { ON_AWS }
}

/// How watching ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// By `q`.
    Quit,
    /// By Ctrl-C.
    Interrupted,
}

/// Looks again and again.
#[derive(Clone, Copy)]
pub(super) struct Watcher<'a> {
    /// Where it is shown.
    pub(super) screen: &'a Screen,
    /// Whether the user asked to stop.
    pub(super) interrupt: &'a Interrupt,
    /// The time from one look to the next.
    pub(super) between: Duration,
}

impl Watcher<'_> {
    /// Shows each look: on a terminal as a page that obeys keys, else as a line for each change.
    ///
    /// # Errors
    /// Those of a look.
    pub(super) async fn watch<W: Watched>(
        self,
        watched: &mut W,
        look: impl AsyncFn() -> Result<W::Look>,
    ) -> Result<Ended> {
        let keyboard = self.screen.draws().then(Keyboard::open).flatten();
        let ended = match keyboard {
            Some(keyboard) => self.on_a_page(keyboard, watched, look).await,
            None => self.in_lines(watched, look).await,
        };
        match ended {
            // It is a way to end it: nothing was going on that could be left half done.
            Err(error) if error.code == Code::Interrupted => Ok(Ended::Interrupted),
            Err(error) => Err(error),
            Ok(()) => Ok(Ended::Quit),
        }
    }

    /// Writes lines until an error, of which an interrupt is one.
    async fn in_lines<W: Watched>(
        self,
        watched: &mut W,
        look: impl AsyncFn() -> Result<W::Look>,
    ) -> Result<()> {
        loop {
            let looked = self.reading(look()).await?;
            for said in watched.take(looked) {
                self.screen.result(said.as_ref());
            }
            self.reading(self.pause()).await?;
        }
    }

    async fn on_a_page<W: Watched>(
        self,
        keyboard: Keyboard,
        watched: &mut W,
        look: impl AsyncFn() -> Result<W::Look>,
    ) -> Result<()> {
        let (window, _drawn) = self.screen.window();
        let mut drawn = Drawn { window, keyboard };
        let ended = self.until_quit(&mut drawn, watched, look).await;
        drawn.window.close(watched);
        ended
    }

    async fn until_quit<W: Watched>(
        self,
        drawn: &mut Drawn,
        watched: &mut W,
        look: impl AsyncFn() -> Result<W::Look>,
    ) -> Result<()> {
        loop {
            let Some(looked) = drawn.during(watched, self.reading(look())).await? else {
                return Ok(());
            };
            watched.take(looked);
            drawn.window.looked();
            if drawn.during(watched, self.reading(self.pause())).await?.is_none() {
                return Ok(());
            }
        }
    }

    async fn reading<T>(self, work: impl Future<Output = Result<T>>) -> Result<T> {
        unless_interrupted(self.screen, self.interrupt, work).await
    }

    /// Waits until the next look.
    async fn pause(self) -> Result<()> {
        tokio::time::sleep(self.between).await;
        Ok(())
    }
}

/// A page on the terminal.
struct Drawn {
    window: Window,
    keyboard: Keyboard,
}

impl Drawn {
    /// Draws the page and obeys keys while something is going on. Returns its result; `None` if the user
    /// wants no more.
    async fn during<T>(
        &mut self,
        watched: &mut impl Watched,
        work: impl Future<Output = Result<T>>,
    ) -> Result<Option<T>> {
        let mut work = pin!(work);
        loop {
            self.window.draw(watched);
            tokio::select! {
                result = &mut work => return result.map(Some),
                key = self.keyboard.next() => {
                    if key == QUIT {
                        return Ok(None);
                    }
                    self.window.press(key);
                    watched.press(key);
                }
                () = tokio::time::sleep(TICK) => keyboard::keep(),
            }
        }
    }
}
