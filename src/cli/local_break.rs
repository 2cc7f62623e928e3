//! `mysfits local break` and `heal`: faults of the local cloud, as lessons.

use clap::builder::PossibleValuesParser;

use crate::{
    destination::{
        breaks::{self, BREAKS, Break, Broken},
        local_cloud,
    },
    error::Result,
    report::{BreakList, Lesson, Screen},
};

/// Break something in the local cloud, to see what happens and what helps
///
/// It holds for everything in the local cloud until `mysfits local heal`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Port that it listens on [default: 4566]
    #[arg(long, env = "MYSFITS_LOCAL_PORT", hide_env_values = true, value_parser = super::local::port)]
    pub(super) port: Option<u16>,
    /// What to break; without it, all that can be broken is listed
    #[arg(value_parser = PossibleValuesParser::new(BREAKS.iter().map(|it| it.name)))]
    what: Option<String>,
}

/// Breaks what is named, or lists what can be broken.
pub(super) async fn run(port: u16, args: &Args, screen: &Screen) -> Result<()> {
    let Some(wanted) = args.what.as_deref().and_then(Break::named) else {
        // Reading the list needs no local cloud.
        let broken = match local_cloud::health(port).await? {
            Some(_) => breaks::broken(port).await?,
            None => Broken::default(),
        };
        screen.result(&BreakList(&broken));
        return Ok(());
    };
    breaks::break_it(port, wanted).await?;
    screen.result(&Lesson(wanted));
    Ok(())
}

/// Takes everything back.
pub(super) async fn heal(port: u16, screen: &Screen) -> Result<()> {
    let was = breaks::heal(port).await?;
    let names = was.names.into_iter().collect::<Vec<_>>().join(", ");
    screen.say(&match (names.as_str(), was.others) {
        ("", 0) => "nothing was broken".to_owned(),
        ("", others) => format!("healed: {others} other fault rules"),
        (_, 0) => format!("healed: {names}"),
        (_, others) => format!("healed: {names}, and {others} other fault rules"),
    });
    Ok(())
}
