//! Who calls, and whether the policies of who calls allow it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{pipeline::internal_failure, services::Services};
use crate::{
    authorize::Identity,
    ecs::Ecs,
    iam::Iam,
    place::{AccountId, Place},
    ports::Authority as _,
    service::{AwsError, Call, Caller, Service, Subject},
    sigv4,
    sts::{self, Known},
    times::now,
    work,
};

/// The sessions of the students of the accounts that are rehearsed. There is one at a time, for all
/// accounts.
#[derive(Debug)]
pub(super) struct Sessions {
    iam: Iam,
    /// Whose tasks have keys of their own, which are those of the account.
    ecs: Arc<Ecs>,
    /// When it began.
    issued: AtomicU64,
    /// How many calls it lasts, and how many there were.
    limit: AtomicU64,
    calls: AtomicU64,
}

/// No number of calls reaches it.
const NEVER: u64 = u64::MAX;

impl Sessions {
    /// Begins a session that lasts this many calls, or until the next one.
    pub(super) fn new(iam: Iam, ecs: Arc<Ecs>, limit: Option<u64>) -> Self {
        let (issued, limit) = (AtomicU64::new(now()), AtomicU64::new(limit.unwrap_or(NEVER)));
        Self { iam, ecs, issued, limit, calls: AtomicU64::new(0) }
    }

    /// Begins another session, later than the one before, whatever the clock says.
    pub(super) fn renew(&self, limit: Option<u64>) {
        let before = self.issued.load(Ordering::SeqCst);
        self.limit.store(limit.unwrap_or(NEVER), Ordering::SeqCst);
        self.calls.store(0, Ordering::SeqCst);
        self.issued.store(now().max(before + 1), Ordering::SeqCst);
    }

    /// Returns how many calls are left, if it does not last.
    pub(super) fn calls_left(&self) -> Option<u64> {
        let limit = self.limit.load(Ordering::SeqCst);
        (limit != NEVER).then(|| limit.saturating_sub(self.calls.load(Ordering::SeqCst)))
    }

    /// Counts a call; one that is too many ends the session.
    fn count(&self, who: &Identity) -> Result<(), AwsError> {
        let limit = self.limit.load(Ordering::SeqCst);
        if self.calls.fetch_add(1, Ordering::SeqCst) < limit {
            return Ok(());
        }
        self.iam.cancel_sessions(&who.account, self.issued.load(Ordering::SeqCst))
    }

    /// Returns the student who makes a call with the keys of an account, unless a task does.
    fn student(&self, account: &AccountId, call: &Call) -> Option<Identity> {
        let token = call.headers.get("x-amz-security-token").and_then(|token| token.to_str().ok());
        if token.is_some_and(|token| self.ecs.credentials(token).is_some()) {
            return None;
        }
        self.iam.student(account, self.issued.load(Ordering::SeqCst))
    }
}

impl Services {
    /// Notes in a call which principal makes it.
    ///
    /// # Errors
    /// That its keys have expired, in the words of the service.
    pub(super) fn identify(&self, call: &mut Call) -> Result<(), AwsError> {
        let Caller::Signed { place, service } = &call.caller else { return Ok(()) };
        // Keys of twelve digits are those of owners, and are not looked up.
        let key = (place.account.as_str() == AccountId::DEFAULT)
            .then(|| sigv4::access_key(&call.headers, &call.uri))
            .flatten()
            .filter(|key| key.starts_with(sts::KEYS));
        match key.and_then(|key| self.sts.known(&key)) {
            Some(Known::Of(identity)) => {
                let place =
                    Place { account: identity.account.clone(), region: place.region.clone() };
                call.caller = Caller::Signed { place, service: service.clone() };
                call.identity = Some(Arc::new(identity));
            }
            Some(Known::Expired) => return Err(self.named(service)?.expired()),
            None => {
                let sessions = self.sessions.as_ref();
                let student = sessions.and_then(|all| all.student(&place.account, call));
                call.identity = student.map(Arc::new);
            }
        }
        Ok(())
    }

    /// Notes that something was made in the account of a caller: with that it exists.
    pub(super) async fn meet(&self, caller: &Caller) {
        let Caller::Signed { place, .. } = caller else { return };
        if self.organizations.knows(&place.account) {
            return;
        }
        let (organizations, account) = (self.organizations.clone(), place.account.clone());
        // The call is done. An account that could not be noted is noted by its next change.
        let _ = work::run(move || organizations.meet(&account)).await;
    }

    /// Refuses what the policies of who calls do not allow.
    ///
    /// # Errors
    /// The error with which the service denies a call.
    pub(super) async fn authorize(
        &self,
        service: &dyn Service,
        call: &Call,
        subject: &Subject,
    ) -> Result<(), AwsError> {
        let (Some(who), Caller::Signed { place, .. }) = (&call.identity, &call.caller) else {
            return Ok(());
        };
        // An operation that the service does not have is refused by the service.
        let needed = service.needs(call, &subject.operation.name).unwrap_or_default();
        if needed.is_empty() {
            return Ok(());
        }
        let (iam, sessions) = (Iam::clone(&self.iam), self.sessions.clone());
        let (who, region) = (Arc::clone(who), place.region.clone());
        let evaluated = work::run(move || {
            if let Some(sessions) = sessions.filter(|_| iam.is_student(&who)) {
                sessions.count(&who)?;
            }
            Ok::<_, AwsError>(iam.refusal(&who, &region, &needed))
        });
        match evaluated.await.map_err(|lost| internal_failure(&lost))?? {
            Some(refusal) => Err(service.denied(refusal.message)),
            None => Ok(()),
        }
    }
}
