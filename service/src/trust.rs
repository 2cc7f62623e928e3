//! TLS to others: which authorities this program trusts.

use std::fmt::Write as _;

use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_types::base64;

/// The library that does the TLS.
pub(crate) const PROVIDER: Provider = Provider::Rustls(CryptoMode::Ring);

/// The image contains nothing but this program, so the certificate authorities are part of it.
///
/// # Errors
/// When the trust store cannot be created, as text.
pub(crate) fn tls() -> Result<TlsContext, String> {
    let trust = TrustStore::empty().with_pem_certificate(authorities());
    TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .map_err(|error| format!("the certificate authorities: {error}"))
}

/// Returns Mozilla's list of certificate authorities, in the form that a trust store takes.
fn authorities() -> String {
    let mut pem = String::new();
    for certificate in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        let text = base64::encode(certificate);
        // Writing to a string cannot fail.
        let _ = writeln!(pem, "-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----");
    }
    pem
}
