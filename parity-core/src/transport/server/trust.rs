//! Whose certificates are believed.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use crate::transport::TransportError;

/// Where distributions keep the authorities of the system.
const BUNDLES: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];

/// How TLS is spoken: with a certificate that is verified, or with any.
///
/// # Errors
/// The file of authorities that the user named cannot be read.
pub(super) fn configuration(verify: bool) -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(ring::default_provider());
    let failed = |error: Error| TransportError::new("tls", format!("TLS is not to be had: {error}"));
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    Ok(match verify {
        true => builder
            .with_root_certificates(authorities()?)
            .with_no_client_auth(),
        // What libpq does for `prefer` and `require`: nobody reads along, whoever is at the other end. A password is not sent there
        // (`Channel::keeps_secrets`).
        false => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
            .with_no_client_auth(),
    })
}

/// The authorities that the user named (`PGSSLROOTCERT`, `~/.postgresql/root.crt`, as libpq), else those of the system, else those of
/// Mozilla.
fn authorities() -> Result<RootCertStore, TransportError> {
    let mut store = RootCertStore::empty();
    let named = std::env::var_os("PGSSLROOTCERT")
        .map(PathBuf::from)
        .filter(|path| path != "system");
    let own = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".postgresql/root.crt"));
    if let Some(path) = named.or(own.filter(|path| path.is_file())) {
        let failed =
            |error| TransportError::new("tls", format!("{}: no certificates: {error}", path.display()));
        for certificate in CertificateDer::pem_file_iter(&path).map_err(|error| failed(error.to_string()))? {
            let certificate = certificate.map_err(|error| failed(error.to_string()))?;
            store
                .add(certificate)
                .map_err(|error| failed(error.to_string()))?;
        }
        return Ok(store);
    }
    for bundle in BUNDLES {
        if let Ok(certificates) = CertificateDer::pem_file_iter(bundle) {
            store.add_parsable_certificates(certificates.flatten());
            break;
        }
    }
    if store.is_empty() {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    Ok(store)
}

/// Believes every certificate, and that its owner is the one who speaks.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
