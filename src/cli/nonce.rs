//! The flag `--nonce`.

use super::settings::Settings;
use crate::{
    error::{Code, Error, Result},
    lab::{Nonce, Scope, Section},
};

/// The nonce of the site
#[derive(Debug, clap::Args)]
pub(super) struct NonceFlag {
    /// Write this word into the site, by which `mysfits check --url` knows whose it is [default: unchanged]
    #[arg(long, value_name = "WORD")]
    nonce: Option<Nonce>,
}

impl NonceFlag {
    /// Returns the settings with this nonce.
    ///
    /// # Errors
    /// When there is a nonce, but the command does not cover the site.
    pub(super) fn add_to(&self, settings: &Settings, scope: Scope) -> Result<Settings> {
        if self.nonce.is_some() && !scope.brings_up(Section::Bucket) {
            let message = "`--nonce` is written into the site, which this command does not deploy";
            let hint = "add it to `mysfits deploy` or `mysfits bucket deploy`";
            return Err(Error::new(Code::CommandLine, message).hint(hint));
        }
        Ok(settings.with_nonce(self.nonce.clone()))
    }
}
