//! Two labs of two accounts in one process: they are kept apart, and interrupting one does not stop
//! the other.

use std::sync::{Arc, Mutex};

use mysfits_local::{LocalCloud, pace::Pace};
use tempfile::TempDir;
use tokio::sync::watch;

use super::{End, Settings, Survey, Workspace, deploy};
use crate::{
    aws::Access,
    destination::{self, Place},
    engine::{Event, Id, Interrupt, Outcome, Report},
    error::Exit,
    lab::{AccountId, LabId, Scope, parts::Part},
    resources::Choices,
};

const ANNA: &str = "111111111111";
const BERT: &str = "222222222222";

/// Starts a local cloud in this process, and returns its port.
async fn local_cloud(folder: &TempDir) -> u16 {
    let settings = mysfits_local::Settings {
        port: 0,
        folder: folder.path().to_owned(),
        pace: Pace::new(0.0).unwrap(),
        stand_in: None,
        launcher: None,
        rehearsal: None,
        session_calls: None,
        build: "test".to_owned(),
    };
    let cloud = LocalCloud::open(settings).await.unwrap();
    let port = cloud.port();
    tokio::spawn(cloud.serve(std::future::pending()));
    port
}

/// Records the events, and stops a lab at the first event of one of its resources.
struct Listener {
    told: Mutex<Vec<(AccountId, Id)>>,
    stop: Option<(Id, watch::Sender<bool>)>,
}

impl Report for Listener {
    fn event(&self, lab: &LabId, event: &Event<'_>) {
        let Event::Started { id } = event else { return };
        self.told.lock().unwrap().push((lab.account.clone(), *id));
        if let Some((at, switch)) = self.stop.as_ref().filter(|(at, _)| at == id) {
            switch.send(true).unwrap_or_else(|_| panic!("nobody listens at {at}"));
        }
    }
}

/// Opens the lab of an account, which stops at the first event of `stop_at`.
async fn open(
    port: u16,
    account: &str,
    access: Access,
    stop_at: Option<Id>,
) -> (Workspace, Arc<Listener>) {
    let (switch, interrupt) = Interrupt::switch();
    let stop = Some((stop_at.unwrap_or(Id("nothing")), switch));
    let listener = Arc::new(Listener { told: Mutex::default(), stop });
    let place = Place::Local { port, account: AccountId::new(account) };
    let settings = Settings {
        destination: destination::Settings {
            place,
            region: None,
            profile: None,
            keys_end: None,
            network: crate::http::settings::Settings::default(),
            pool: destination::Pool::default(),
            loan: None,
            ask_code: None,
        },
        lab: None,
        bucket: None,
        lifetime: None,
        api: None,
        choices: Choices::default(),
        adopts: false,
        access,
    };
    let workspace = Workspace::open(settings, interrupt, listener.clone()).await.unwrap();
    (workspace, listener)
}

fn outcome(end: &End, id: &str) -> Outcome {
    end.outcomes.iter().find(|(other, _)| other.0 == id).unwrap().1.clone()
}

const PART_2: Scope = Scope::Part(Part::Two);

#[tokio::test]
async fn one_of_two_labs_is_interrupted_and_the_other_finishes() {
    let folder = tempfile::tempdir().unwrap();
    let port = local_cloud(&folder).await;
    let (anna, told_of_anna) = open(port, ANNA, Access::Write, Some(Id("mysfits"))).await;
    let (bert, told_of_bert) = open(port, BERT, Access::Write, None).await;

    let (stopped, finished) = tokio::join!(deploy(&anna, PART_2), deploy(&bert, PART_2));
    let (stopped, finished) = (stopped.unwrap(), finished.unwrap());
    assert_eq!(stopped.failed(), Some(Exit::Interrupted));
    assert_eq!(outcome(&stopped, "table"), Outcome::Created);
    assert_eq!(finished.failed(), None);
    assert_eq!(outcome(&finished, "mysfits"), Outcome::Created);
    assert!(!Survey::of(&bert, PART_2).await.unwrap().changes());

    for (listener, account) in [(told_of_anna, ANNA), (told_of_bert, BERT)] {
        let told = listener.told.lock().unwrap();
        assert!(!told.is_empty() && told.iter().all(|(of, _)| of.as_str() == account), "{told:?}");
    }
    // And the interrupted one continues where it stopped.
    let (anna, _) = open(port, ANNA, Access::Write, None).await;
    let again = deploy(&anna, PART_2).await.unwrap();
    assert_eq!((again.failed(), outcome(&again, "table")), (None, Outcome::Unchanged));
}

#[tokio::test]
async fn a_command_that_only_reads_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let port = local_cloud(&folder).await;
    let (workspace, _listener) = open(port, ANNA, Access::Read, None).await;
    let end = deploy(&workspace, PART_2).await.unwrap();
    let Outcome::Failed(error) = outcome(&end, "table") else { panic!("{:?}", end.outcomes) };
    let said = error.aws.as_ref().map(|aws| aws.message.as_str());
    assert_eq!(said, Some("dynamodb CreateTable writes, and this command only reads"));
}
