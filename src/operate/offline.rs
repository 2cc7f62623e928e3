//! A lab that nobody looks at: what its resources declare, for those who have no credentials.

use super::Settings;
use crate::{
    destination::{Destination, Place},
    error::Result,
    lab::{Names, Values, placeholders},
    resources::Lab,
};

/// A lab that nobody looks at.
pub(crate) struct Offline {
    /// The names of its resources. Those that contain the account contain its placeholder.
    pub(crate) names: Names,
    /// Its resources.
    pub(crate) lab: Lab,
    /// What is known without asking.
    pub(crate) known: Values,
    /// The name of its region.
    pub(crate) region: String,
}

impl Offline {
    /// Creates the lab of these settings.
    ///
    /// # Errors
    /// When there is no such region.
    pub(crate) async fn of(settings: &Settings) -> Result<Self> {
        let Settings { destination: to, lab, bucket, choices, .. } = settings;
        let destination = Destination::not_connected(to).await?;
        let (account, region) = (&destination.account, &destination.region);
        let names = Names::new(account, region, lab.as_deref(), bucket.as_deref());
        let lab = Lab::new(&destination, &names, choices)?;
        let mut known = Values::of([(placeholders::REGION, region.as_str())]);
        if let Place::Local { .. } = to.place {
            known = destination.given();
        }
        let region = region.as_str().to_owned();
        Ok(Self { names, lab, known, region })
    }
}
