//! Restricts a resource to the operations that it declares, and explains exceeded quotas.

use async_trait::async_trait;

use super::quotas::explained;
use crate::{
    aws::declared,
    engine::{About, ByHand, LeftBehind, Presence, Purpose, Resource, Seen, Step},
    error::{Error, Result},
    lab::Values,
};

/// A resource that may send only its declared calls.
pub(super) struct Declared<R>(pub(super) R);

#[async_trait]
impl<R: Resource> Resource for Declared<R> {
    fn about(&self) -> &About {
        self.0.about()
    }

    fn by_hand(&self) -> ByHand {
        self.0.by_hand()
    }

    async fn inspect(&self, known: &Values, purpose: Purpose) -> Result<Seen> {
        declared(self.about().operations, self.0.inspect(known, purpose)).await
    }

    async fn exists(&self, arn: &str) -> Result<bool> {
        declared(self.about().operations, self.0.exists(arn)).await
    }

    async fn left_behind(&self, known: &Values) -> Result<Vec<LeftBehind>> {
        declared(self.about().operations, self.0.left_behind(known)).await
    }

    async fn check_input(&self) -> Result<Option<String>> {
        declared(self.about().operations, self.0.check_input()).await
    }

    async fn apply(&self, known: &Values, seen: &Seen, step: &Step) -> Result<()> {
        let applied = declared(self.about().operations, self.0.apply(known, seen, step)).await;
        applied.map_err(explained)
    }

    async fn diagnose(&self, known: &Values, error: Error) -> Error {
        explained(declared(self.about().operations, self.0.diagnose(known, error)).await)
    }

    async fn behind(&self, known: &Values) -> Result<Option<Presence>> {
        declared(self.about().operations, self.0.behind(known)).await
    }

    async fn remove(&self, known: &Values, step: &Step) -> Result<()> {
        declared(self.about().operations, self.0.remove(known, step)).await
    }
}
