//! What commands make of the settings: the lab to work on, and how commands for it are written.

use super::Settings;
use crate::{
    cli::{command_line::quoted, endpoint},
    destination::{self, Place, Profile},
    error::Result,
    lab::{AccountId, Lifetime, Nonce, Region, lab_flag},
    operate::{self, FoundLab, policy::Extent},
    report::Commands,
    resources::Choices,
};

impl Settings {
    /// Returns these settings for the lab whose API has this id.
    pub(in crate::cli) fn with_api(&self, id: Option<&str>) -> Self {
        Self { api: id.map(str::to_owned), ..self.clone() }
    }

    /// Returns how commands for the same account are written.
    pub(in crate::cli) fn commands(&self) -> Commands {
        let destination::Settings { place, profile, .. } = &self.destination;
        let mut flags = match place {
            Place::Local { .. } => return Commands { flags: vec!["--local".to_owned()] },
            Place::Endpoint(url) => endpoint::flags(url),
            Place::Aws => Vec::new(),
        };
        let named = |profile: &Profile| format!("--profile {}", quoted(&profile.name));
        flags.extend(profile.iter().map(named));
        Commands { flags }
    }

    /// Returns what a policy covers, in this account if it is known. AWS is not asked.
    ///
    /// # Errors
    /// When there is no such region.
    pub(in crate::cli) fn extent(&self, account: Option<AccountId>) -> Result<Extent> {
        let local = match &self.destination.place {
            Place::Local { account, .. } => Some(account.clone()),
            _ => None,
        };
        let region = self.destination.region.clone();
        Ok(Extent {
            account: account.or(local),
            region: region.map(Region::new).transpose()?,
            lab: self.lab.clone(),
            bucket: self.bucket.clone(),
        })
    }

    /// Returns the settings with this nonce for the site.
    pub(in crate::cli) fn with_nonce(&self, nonce: Option<Nonce>) -> Self {
        Self { choices: Choices { nonce, ..self.choices.clone() }, ..self.clone() }
    }

    /// Returns the settings with this lifetime for the lab.
    pub(in crate::cli) fn with_lifetime(&self, lifetime: Option<Lifetime>) -> Self {
        Self { lifetime, ..self.clone() }
    }

    /// Returns the settings for a lab that was found, in its region and with its names.
    pub(in crate::cli) fn of_found(&self, lab: &FoundLab) -> Self {
        let mut settings = self.clone();
        settings.destination.region = Some(lab.region.to_string());
        settings.lab = lab_flag(&lab.name).map(str::to_owned);
        settings.bucket = lab.bucket().map(str::to_owned);
        settings
    }

    /// Returns the settings for work on a lab of a class, in the region and with the name of its row.
    pub(in crate::cli) fn of_row(
        &self,
        region: Option<&Region>,
        lab: Option<String>,
    ) -> operate::Settings {
        let mut destination = self.destination.clone();
        destination.region = region.map(ToString::to_string).or(destination.region);
        operate::Settings { destination, lab, bucket: None, ..self.operate(false) }
    }

    /// Returns the settings for work on the lab.
    pub(in crate::cli) fn operate(&self, adopts: bool) -> operate::Settings {
        operate::Settings {
            destination: self.destination.clone(),
            lab: self.lab.clone(),
            bucket: self.bucket.clone(),
            lifetime: self.lifetime,
            api: self.api.clone(),
            choices: self.choices.clone(),
            adopts,
            access: self.access,
        }
    }
}
