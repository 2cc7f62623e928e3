//! `mysfits class status`: what stands in each lab, once or again and again.

use std::time::Duration;

use super::{Files, Of, Watch, files, page::Shown, run::show, session::Session};
use crate::{
    cli::{
        settings::Settings,
        watch::{Ended, Watcher, pace},
    },
    destination::Place,
    error::{Exit, Result},
    lab::parts::Part,
    operate::class::{self, Member, Record},
    report::ClassWatch,
};

/// From one look at a class to the next, on AWS. A look takes some sixty calls a lab.
const ON_AWS: Duration = Duration::from_secs(30);

pub(super) async fn run(
    settings: &Settings,
    of: &Of,
    part: Part,
    Watch { watch, page }: &Watch,
) -> Result<Exit> {
    files::check(&of.files.report)?;
    page.check()?;
    let history = of.history()?;
    let session = Session::open(settings, &of.files, None, of.meant(history.as_ref())).await?;
    let members = session.connect().await?;
    let page = page.open()?;
    let look = Look { session: &session, members, part, page: page.as_ref() };
    let exit = if *watch {
        look.again(settings, &of.files).await
    } else {
        match session.reading(async { Ok(look.once().await) }).await {
            Ok(records) => show(&session, &of.files, &records),
            Err(error) => Err(error),
        }
    };
    if let Some(page) = page {
        page.close().await?;
    }
    exit
}

/// A look at the labs.
struct Look<'a> {
    session: &'a Session<'a>,
    members: Vec<Member>,
    part: Part,
    page: Option<&'a Shown>,
}

impl Look<'_> {
    async fn once(&self) -> Vec<Record> {
        let records = class::status(self.members.clone(), self.part, &self.session.setup).await;
        if let Some(page) = self.page {
            page.board().looked(&records);
        }
        records
    }

    async fn again(&self, settings: &Settings, files: &Files) -> Result<Exit> {
        let is_local = matches!(settings.destination.place, Place::Local { .. });
        let watcher = Watcher {
            screen: &self.session.screen,
            interrupt: &self.session.setup.interrupt,
            between: if is_local { pace(true) } else { ON_AWS },
        };
        let mut view = ClassWatch::default();
        let look = async || Ok(self.once().await);
        let ended = watcher.watch(&mut view, look).await?;
        files::write(&files.report, view.records())?;
        Ok(match ended {
            Ended::Quit => view.exit(),
            Ended::Interrupted => Exit::Interrupted,
        })
    }
}
