//! Digests of bodies: `Content-MD5`, the `ETag`, and the five checksums that SDKs send and ask for.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use http::HeaderMap;
use md5::Md5;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::{
    answers,
    errors::{BAD_DIGEST, INVALID_DIGEST, INVALID_REQUEST, Outcome, S3Error},
    xml::Xml,
};
use crate::service::Answer;

/// An algorithm of S3's checksums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    /// All of them: name, header and XML element.
    const TABLE: [(Self, &'static str, &'static str, &'static str); 5] = [
        (Self::Crc32, "CRC32", "x-amz-checksum-crc32", "ChecksumCRC32"),
        (Self::Crc32c, "CRC32C", "x-amz-checksum-crc32c", "ChecksumCRC32C"),
        (Self::Crc64Nvme, "CRC64NVME", "x-amz-checksum-crc64nvme", "ChecksumCRC64NVME"),
        (Self::Sha1, "SHA1", "x-amz-checksum-sha1", "ChecksumSHA1"),
        (Self::Sha256, "SHA256", "x-amz-checksum-sha256", "ChecksumSHA256"),
    ];

    fn row(self) -> (&'static str, &'static str, &'static str) {
        let row = Self::TABLE.iter().find(|row| row.0 == self);
        row.map_or_else(|| unreachable!("every algorithm has a row"), |row| (row.1, row.2, row.3))
    }

    /// Returns its name, such as `CRC32`.
    pub(super) fn name(self) -> &'static str {
        self.row().0
    }

    /// Returns its header, such as `x-amz-checksum-crc32`.
    pub(super) fn header(self) -> &'static str {
        self.row().1
    }

    /// Returns its XML element, such as `ChecksumCRC32`.
    pub(super) fn element(self) -> &'static str {
        self.row().2
    }

    /// Finds the algorithm of this name.
    pub(super) fn named(name: &str) -> Outcome<Self> {
        let row = Self::TABLE.iter().find(|row| row.1.eq_ignore_ascii_case(name));
        row.map(|row| row.0).ok_or_else(|| {
            let message = format!("Checksum algorithm provided is unsupported: {name}");
            S3Error::saying(INVALID_REQUEST, message)
        })
    }

    /// Returns all names of XML elements.
    pub(super) fn elements() -> [&'static str; 5] {
        Self::TABLE.map(|row| row.3)
    }

    /// Returns the checksum's bytes.
    pub(super) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Crc32 => crc_fast::crc32_iso_hdlc(bytes).to_be_bytes().to_vec(),
            Self::Crc32c => crc_fast::crc32_iscsi(bytes).to_be_bytes().to_vec(),
            Self::Crc64Nvme => crc_fast::crc64_nvme(bytes).to_be_bytes().to_vec(),
            Self::Sha1 => Sha1::digest(bytes).to_vec(),
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
        }
    }
}

/// Whether a checksum is of the whole object or of the checksums of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    FullObject,
    Composite,
}

impl Kind {
    /// Returns it as S3 writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::FullObject => "FULL_OBJECT",
            Self::Composite => "COMPOSITE",
        }
    }
}

/// The checksum of an object or a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checksum {
    pub(super) algorithm: Algorithm,
    /// Base 64; of a composite one with `-` and the number of parts.
    pub(super) value: String,
    pub(super) kind: Kind,
}

impl Checksum {
    /// Computes the checksum of these bytes.
    pub(super) fn of(algorithm: Algorithm, bytes: &[u8]) -> Self {
        let value = BASE64.encode(algorithm.digest(bytes));
        Self { algorithm, value, kind: Kind::FullObject }
    }

    /// Computes the checksum of the checksums of parts.
    pub(super) fn of_parts<'a>(
        algorithm: Algorithm,
        parts: impl ExactSizeIterator<Item = &'a Self>,
    ) -> Self {
        let count = parts.len();
        let joined: Vec<u8> =
            parts.flat_map(|part| BASE64.decode(&part.value).unwrap_or_default()).collect();
        let value = format!("{}-{count}", BASE64.encode(algorithm.digest(&joined)));
        Self { algorithm, value, kind: Kind::Composite }
    }

    /// Writes it into the headers of an answer.
    pub(super) fn put(&self, answer: &mut Answer) {
        answers::set(answer, self.algorithm.header(), &self.value);
        answers::set(answer, "x-amz-checksum-type", self.kind.name());
    }

    /// Writes it into the XML of an answer.
    pub(super) fn write(&self, xml: &mut Xml) {
        xml.leaf(self.algorithm.element(), &self.value).leaf("ChecksumType", self.kind.name());
    }
}

/// Checks the digests sent with a body: `Content-MD5` and at most one checksum.
pub(super) fn verify(headers: &HeaderMap, body: &[u8]) -> Outcome<Option<Checksum>> {
    verify_md5(headers, body)?;
    let mut sent = Algorithm::TABLE.iter().filter(|row| headers.contains_key(row.2));
    let Some(&(algorithm, name, header, _)) = sent.next() else { return Ok(None) };
    if sent.next().is_some() {
        let message =
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
        return Err(S3Error::saying(INVALID_REQUEST, message));
    }
    let checksum = Checksum::of(algorithm, body);
    if headers.get(header).is_some_and(|value| value.as_bytes() == checksum.value.as_bytes()) {
        return Ok(Some(checksum));
    }
    let message = format!("The {name} you specified did not match the calculated checksum.");
    Err(S3Error::saying(BAD_DIGEST, message))
}

/// Returns whether the caller sent anything that guards the body.
pub(super) fn is_guarded(headers: &HeaderMap) -> bool {
    headers.contains_key("content-md5")
        || Algorithm::TABLE.iter().any(|row| headers.contains_key(row.2))
}

fn verify_md5(headers: &HeaderMap, body: &[u8]) -> Outcome<()> {
    let Some(sent) = headers.get("content-md5") else { return Ok(()) };
    let digest = BASE64.decode(sent.as_bytes()).map_err(|_| INVALID_DIGEST)?;
    if digest.len() != 16 {
        return Err(INVALID_DIGEST.into());
    }
    if digest == md5(body) { Ok(()) } else { Err(BAD_DIGEST.into()) }
}

fn md5(bytes: &[u8]) -> [u8; 16] {
    Md5::digest(bytes).into()
}

/// Returns the `ETag` of a body: its MD5.
pub(super) fn etag(bytes: &[u8]) -> String {
    hex::encode(md5(bytes))
}

/// Returns the `ETag` of an object made of parts: the MD5 of their MD5s, and how many they are.
pub(super) fn etag_of_parts<'a>(etags: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = etags.len();
    let joined: Vec<u8> = etags.flat_map(|etag| hex::decode(etag).unwrap_or_default()).collect();
    format!("{}-{count}", etag(&joined))
}

/// Returns the SHA-256 of a text or of bytes: 64 hexadecimal digits.
pub(super) fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn sent(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))])
    }

    /// The values that the definitions of the algorithms give for "123456789".
    #[test]
    fn the_algorithms_are_the_ones_meant() {
        let hex = |algorithm: Algorithm| hex::encode(algorithm.digest(b"123456789"));
        assert_eq!(hex(Algorithm::Crc32), "cbf43926");
        assert_eq!(hex(Algorithm::Crc32c), "e3069283");
        assert_eq!(hex(Algorithm::Crc64Nvme), "ae8b14860a799888");
        assert_eq!(hex(Algorithm::Sha1), "f7c3bc1d808e04732adf679965ccc34ca7ae3441");
        assert!(hex(Algorithm::Sha256).starts_with("15e2b0d3c33891eb"));
    }

    #[test]
    fn a_right_checksum_is_kept_and_a_wrong_one_refused() {
        let right = verify(&sent("x-amz-checksum-crc32", "y/Q5Jg=="), b"123456789").unwrap();
        assert_eq!(right.unwrap().algorithm, Algorithm::Crc32);
        let wrong = verify(&sent("x-amz-checksum-crc32", "y/Q5Jg=="), b"12345678").unwrap_err();
        assert_eq!(wrong.error.code, "BadDigest");
        assert_eq!(verify(&HeaderMap::new(), b"").unwrap(), None);
    }

    #[test]
    fn the_md5_is_checked() {
        assert!(verify(&sent("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="), b"").is_ok());
        let code = |value| verify(&sent("content-md5", value), b"a").unwrap_err().error.code;
        assert_eq!(code("1B2M2Y8AsgTpgAmY7PhCfg=="), "BadDigest");
        assert_eq!(code("not base 64"), "InvalidDigest");
        assert_eq!(code("YQ=="), "InvalidDigest");
    }

    #[test]
    fn the_etag_of_parts_counts_them() {
        let (a, b) = (etag(b"a"), etag(b"b"));
        let joined = [hex::decode(&a).unwrap(), hex::decode(&b).unwrap()].concat();
        let whole = etag_of_parts([a.as_str(), b.as_str()].into_iter());
        assert_eq!(whole, format!("{}-2", etag(&joined)));
    }

    #[test]
    fn a_composite_checksum_counts_its_parts() {
        let parts = [Checksum::of(Algorithm::Crc32, b"a"), Checksum::of(Algorithm::Crc32, b"b")];
        let whole = Checksum::of_parts(Algorithm::Crc32, parts.iter());
        assert!(whole.value.ends_with("==-2"));
        assert_eq!(whole.kind, Kind::Composite);
    }
}
