//! Moves a stack from one state to the next. A driver is a background task that looks at its stack,
//! does everything that can be done, and sleeps until there is more. Its whole state is in the
//! stack's file, so a new driver continues where one was killed.

mod build;
mod create;
mod remove;
mod update;

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use http::StatusCode;

use super::{
    providers::Providers,
    stack::{Resource, Stack},
    stacks::{Entry, Export, Stacks},
    status::StackStatus,
};
use crate::{
    clock::{Clock, Transition},
    pace::Pace,
    ports::Authority,
    provision::Act,
    service::AwsError,
    times::{Millis, now},
    work::{self, Lost},
};

/// How long a driver waits before it repeats a step that could not be written: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What drivers share with the service.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(super) stacks: Stacks,
    pub(super) providers: Providers,
    pub(super) authority: Arc<dyn Authority>,
    pub(super) clock: Clock,
    /// Whether drivers may still touch anything. When the local cloud is reset, other services
    /// take over the same files.
    pub(super) open: RwLock<bool>,
}

/// What a step needs besides its stack.
#[derive(Debug)]
struct World<'a> {
    providers: &'a Providers,
    authority: &'a dyn Authority,
    pace: Pace,
    exports: BTreeMap<String, Export>,
}

impl World<'_> {
    /// Admits what is to be done with a resource, in the name of who changes the stack or of the
    /// role that the stack was given.
    ///
    /// # Errors
    /// `AccessDenied`, when the policies do not allow it.
    fn admit(&self, stack: &Stack, resource: &Resource, act: Act) -> Result<(), AwsError> {
        let (Some(caller), Some(provider)) = (&stack.by, self.providers.of(&resource.kind)) else {
            return Ok(());
        };
        let role = stack.settings.role_arn.as_deref();
        let role = role.and_then(|role| self.authority.session(role, "AWSCloudFormation"));
        let (id, properties) = (resource.physical_id.as_deref(), &resource.properties);
        let needed = provider.needs(&stack.scope(resource), &resource.kind, act, id, properties);
        let region = &stack.region;
        match self.authority.refusal(role.as_ref().unwrap_or(caller), region, &needed) {
            Some(refusal) => {
                Err(AwsError::new(StatusCode::FORBIDDEN, "AccessDenied", refusal.message))
            }
            None => Ok(()),
        }
    }
}

/// When there is more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Now,
    At(Millis),
    /// When no hold names this transition any more.
    Released(Transition),
    Never,
}

/// Drives the operation of a stack that has just begun.
pub(super) fn start(shared: &Arc<Shared>, entry: &Arc<Entry>) {
    let operation = entry.store.read(|stack| stack.operation);
    tokio::spawn(drive(Arc::clone(shared), Arc::clone(entry), operation));
}

async fn drive(shared: Arc<Shared>, entry: Arc<Entry>, operation: u64) {
    let mut pause = FIRST_PAUSE;
    loop {
        let (for_step, entry) = (Arc::clone(&shared), Arc::clone(&entry));
        // Steps write files.
        let step = work::run(move || step(&for_step, &entry, operation)).await;
        if matches!(step, Ok(Ok(_))) {
            pause = FIRST_PAUSE;
        }
        match step {
            Ok(Ok(Next::Now)) => {}
            Ok(Ok(Next::At(time))) => {
                tokio::time::sleep(Duration::from_millis(time.saturating_sub(now()))).await;
            }
            Ok(Ok(Next::Released(transition))) => shared.clock.released(transition).await,
            // The disk may have room again, or the system threads. The stack is as it was before
            // the step, and what the step created is found again by its token.
            Ok(Err(_)) | Err(Lost::NoThread(_)) => {
                tokio::time::sleep(pause).await;
                pause = LONGEST_PAUSE.min(pause * 2);
            }
            Ok(Ok(Next::Never)) | Err(Lost::Panicked) => return,
        }
    }
}

/// Runs one step of an operation, unless a newer operation has replaced it.
pub(super) fn step(shared: &Shared, entry: &Entry, operation: u64) -> Result<Next, AwsError> {
    let open = shared.open.read().unwrap_or_else(PoisonError::into_inner);
    if !*open {
        return Ok(Next::Never);
    }
    if let Some(held) = held(shared, entry) {
        return Ok(Next::Released(held));
    }
    let place = entry.store.read(Stack::place);
    // Looked up first: the stacks that export are locked while they are read.
    let exports = shared.stacks.exports(&place);
    let (providers, authority) = (&shared.providers, shared.authority.as_ref());
    let world = World { providers, authority, pace: shared.clock.pace, exports };
    entry.change(|stack| {
        if stack.operation != operation {
            return Ok(Next::Never);
        }
        Ok(advance(stack, &world))
    })
}

/// Returns the transition under way if a hold names it. The stack and its resources then stay in
/// the states they are in.
fn held(shared: &Shared, entry: &Entry) -> Option<Transition> {
    let under_way = entry.store.read(|stack| stack.status.transition());
    under_way.filter(|transition| shared.clock.moment().holds(*transition))
}

/// Runs one step of the operation that is in a stack's state.
fn advance(stack: &mut Stack, world: &World<'_>) -> Next {
    match stack.status {
        StackStatus::CreateInProgress => create::advance(stack, world),
        StackStatus::RollbackInProgress => {
            remove::all(stack, world, StackStatus::RollbackComplete, StackStatus::RollbackFailed)
        }
        StackStatus::DeleteInProgress => {
            remove::all(stack, world, StackStatus::DeleteComplete, StackStatus::DeleteFailed)
        }
        StackStatus::UpdateInProgress => update::advance(stack, world),
        StackStatus::UpdateCompleteCleanupInProgress => {
            remove::leaving(stack, world, StackStatus::UpdateComplete)
        }
        StackStatus::UpdateRollbackInProgress => update::roll_back(stack, world),
        StackStatus::UpdateRollbackCompleteCleanupInProgress => {
            remove::leaving(stack, world, StackStatus::UpdateRollbackComplete)
        }
        _ => Next::Never,
    }
}

/// Returns the error of a resource's service, as CloudFormation shows it.
fn handler_message(kind: &str, error: &AwsError) -> String {
    let service = kind.split("::").nth(1).unwrap_or_default();
    let service = match service {
        "EC2" => "Ec2",
        "IAM" => "Iam",
        other => other,
    };
    let code = match error.code.as_str() {
        code if code.ends_with("AlreadyExists") || code == "AlreadyExistsException" => {
            "AlreadyExists"
        }
        "AccessDenied" => "AccessDenied",
        code if code.ends_with("LimitExceeded") => "ServiceLimitExceeded",
        code if code.starts_with("NoSuch") || code.ends_with("NotFound") => "NotFound",
        "Throttling" | "RequestLimitExceeded" => "Throttling",
        _ if error.status.is_server_error() => "ServiceInternalError",
        _ => "InvalidRequest",
    };
    format!(
        "Resource handler returned message: \"{} (Service: {service}, Status Code: {}, Request ID: \
         {})\" (RequestToken: {}, HandlerErrorCode: {code})",
        error.message,
        error.status.as_u16(),
        super::stack::uuid(),
        super::stack::uuid(),
    )
}
