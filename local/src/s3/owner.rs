//! How S3 writes who owns something.

use super::{checksums, xml::Xml};

/// Returns the name under which S3 knows an account's owner: 64 hexadecimal digits.
pub(super) fn canonical_user(account: &str) -> String {
    checksums::sha256(account)
}

/// Writes an `Owner` or `Initiator`.
pub(super) fn write(xml: &mut Xml, element: &str, account: &str) {
    xml.group(element, |xml| {
        xml.leaf("ID", canonical_user(account));
    });
}
