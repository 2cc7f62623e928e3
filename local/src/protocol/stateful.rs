//! Operations that read or change the state of a place, and nothing else of their service.

use serde::{Serialize, de::DeserializeOwned};

use super::operations::{self, Handler, Operation, Output, Tabled, signer};
use crate::{
    clock::Moment,
    params::Params,
    place::Place,
    regional::{Regional, Settle},
    service::{AwsError, Call},
};

/// A service whose operations read or change the state of a place.
pub(crate) trait Stateful: Tabled {
    /// The state.
    type State: 'static;
    /// What an operation uses besides the state and its parameters: where, when.
    type Context: 'static;

    /// Looks at the state of a place as it is now.
    fn look<R>(
        &self,
        place: &Place,
        look: impl FnOnce(&Self::State, &Self::Context) -> Result<R, AwsError>,
    ) -> Result<R, AwsError>;

    /// Changes the state of a place; a failed change has no effect.
    fn change<R>(
        &self,
        place: &Place,
        change: impl FnOnce(&mut Self::State, &Self::Context) -> Result<R, AwsError>,
    ) -> Result<R, AwsError>;
}

/// A service that has a state for each account and region.
pub(crate) trait ByRegion: Tabled {
    /// As [`Stateful::State`].
    type State: Settle + Serialize + DeserializeOwned + Default + Clone + 'static;
    /// As [`Stateful::Context`].
    type Context: 'static;

    /// Returns all states.
    fn regions(&self) -> &Regional<Self::State>;

    /// Returns the context of an operation in a place that begins now.
    fn context(&self, place: &Place) -> Self::Context;

    /// Returns the moment of a context.
    fn moment(context: &Self::Context) -> &Moment;

    /// Called after the state was changed.
    ///
    /// # Errors
    /// When what depends on it cannot follow.
    fn changed(&self, _context: &Self::Context) -> Result<(), AwsError> {
        Ok(())
    }
}

impl<S: ByRegion> Stateful for S {
    type State = S::State;
    type Context = S::Context;

    fn look<R>(
        &self,
        place: &Place,
        look: impl FnOnce(&S::State, &S::Context) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        let context = self.context(place);
        let look = |state: &S::State| look(state, &context);
        let looked = self.regions().look(place, S::moment(&context), look);
        looked.map_err(|error| S::PROTOCOL.internal(&error))?
    }

    fn change<R>(
        &self,
        place: &Place,
        change: impl FnOnce(&mut S::State, &S::Context) -> Result<R, AwsError>,
    ) -> Result<R, AwsError> {
        let context = self.context(place);
        let change = |state: &mut S::State| change(state, &context);
        let changed = self.regions().change(place, S::moment(&context), change);
        let answer = changed.map_err(|error| S::PROTOCOL.internal(&error))??;
        self.changed(&context)?;
        Ok(answer)
    }
}

/// A handler of the state of a place, with the parameters of a Query call.
#[derive(Debug)]
pub(crate) enum OnState<T, C> {
    Look(fn(&T, &C, &Params) -> Output),
    Change(fn(&mut T, &C, &Params) -> Output),
}

impl<T: 'static, C: 'static> OnState<T, C> {
    /// Runs an operation in a place.
    pub(crate) fn run_in<S>(&self, service: &S, place: &Place, params: &Params) -> Output
    where
        S: Stateful<State = T, Context = C>,
    {
        let kept = |output| S::PROTOCOL.unless_dry(params, output);
        match self {
            Self::Look(run) => {
                service.look(place, |state, context| run(state, context, params).and_then(kept))
            }
            Self::Change(run) => {
                service.change(place, |state, context| run(state, context, params).and_then(kept))
            }
        }
    }
}

impl<S, T: 'static, C: 'static> Handler<S> for OnState<T, C>
where
    S: Stateful<State = T, Context = C>,
{
    fn run(&self, service: &S, call: &Call) -> Output {
        self.run_in(service, signer::<S>(call)?, call.form())
    }
}

/// Declares an operation that changes the state of a place.
pub(crate) const fn change<T, C>(
    name: &'static str,
    run: fn(&mut T, &C, &Params) -> Output,
) -> Operation<OnState<T, C>> {
    operations::change(name, OnState::Change(run))
}

/// Declares an operation that reads the state of a place.
pub(crate) const fn look<T, C>(
    name: &'static str,
    run: fn(&T, &C, &Params) -> Output,
) -> Operation<OnState<T, C>> {
    operations::look(name, OnState::Look(run))
}
