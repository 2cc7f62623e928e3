//! The certificates of the authorities to trust.

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::settings::Bundle;
use crate::error::{Code, Error, Result};

/// Returns the content of a bundle. The connector takes certificates as they are, and ends the
/// program at one that is damaged, so they are read here first.
///
/// # Errors
/// When the file cannot be read, or holds no certificates.
pub(super) async fn read(bundle: &Bundle) -> Result<Vec<u8>> {
    let Bundle { setting, path } = bundle;
    let wrong = |why: String| {
        let path = path.display();
        let message = format!("the certificates in `{path}` (`{setting}`) cannot be used: {why}");
        Error::new(Code::Network, message)
            .hint(format!("correct `{setting}`, or remove it to trust the system's authorities"))
    };
    let content = tokio::fs::read(path).await.map_err(|error| wrong(error.to_string()))?;
    check(&content).map_err(wrong)?;
    Ok(content)
}

fn check(content: &[u8]) -> Result<(), String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(content) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.is_empty() {
        return Err("it holds no certificate in PEM form".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_bundle_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("campus.pem");
        let bundle = Bundle { setting: "AWS_CA_BUNDLE", path: path.clone() };
        let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let cut = "-----BEGIN CERTIFICATE-----\nAAAA\n";
        for content in [None, Some(""), Some("no certificate"), Some(damaged), Some(cut)] {
            if let Some(content) = content {
                std::fs::write(&path, content).unwrap();
            }
            let error = read(&bundle).await.unwrap_err();
            assert_eq!(error.code, Code::Network, "{content:?}");
            assert!(error.message.contains("campus.pem` (`AWS_CA_BUNDLE`)"), "{error}");
        }
    }
}
