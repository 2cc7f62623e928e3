//! A check of archives on their way to the reader of the `tar` crate, which keeps the long names and
//! other attributes of an entry in memory whatever their size is.

use std::io::{self, Read};

use tar::{EntryType, Header};

const BLOCK: usize = 512;

/// The most bytes that come with an entry: names and links have up to 4 KB, other attributes 64 KB.
const LARGEST: u64 = 1024 * 1024;

/// The most entries in an archive: as many files as the 20 GB of a task's disk have room for.
const MOST_ENTRIES: u32 = 1_000_000;

/// An archive that is read, and checked before anybody else sees it.
#[derive(Debug)]
pub(super) struct Capped<R> {
    archive: R,
    /// The header that is being read.
    header: Vec<u8>,
    /// How much follows before the next header.
    content: u64,
    /// The attributes that are being read, if that is what follows.
    attributes: Option<Vec<u8>>,
    entries: u32,
}

impl<R> Capped<R> {
    /// Checks this archive.
    pub(super) fn new(archive: R) -> Self {
        Self { archive, header: Vec::new(), content: 0, attributes: None, entries: 0 }
    }

    fn check(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let length = usize::try_from(self.content).unwrap_or(usize::MAX).min(bytes.len());
            let (content, rest) = bytes.split_at(length);
            if length > 0 {
                self.content -= length as u64;
                self.attributes.iter_mut().for_each(|kept| kept.extend_from_slice(content));
                bytes = rest;
                continue;
            }
            if let Some(attributes) = self.attributes.take() {
                check_attributes(&attributes)?;
            }
            let (part, rest) = bytes.split_at(bytes.len().min(BLOCK - self.header.len()));
            self.header.extend_from_slice(part);
            bytes = rest;
            if self.header.len() == BLOCK {
                let header = std::mem::take(&mut self.header);
                self.begin(Header::from_byte_slice(&header))?;
            }
        }
        Ok(())
    }

    fn begin(&mut self, header: &Header) -> io::Result<()> {
        // The end of an archive.
        if header.as_bytes().iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        self.entries += 1;
        if self.entries > MOST_ENTRIES {
            return Err(io::Error::other("no space left on device: a layer has too many files"));
        }
        let (kind, size) = (header.entry_type(), header.entry_size()?);
        match kind {
            EntryType::XHeader | EntryType::XGlobalHeader if size <= LARGEST => {
                self.attributes = Some(Vec::new());
            }
            EntryType::GNULongName | EntryType::GNULongLink if size <= LARGEST => {}
            EntryType::XHeader
            | EntryType::XGlobalHeader
            | EntryType::GNULongName
            | EntryType::GNULongLink => {
                return Err(io::Error::other("a name in a layer is too long"));
            }
            // What follows is not as long as the header says.
            EntryType::GNUSparse => {
                return Err(io::Error::other(
                    "a layer has a sparse file, which the local cloud does not unpack",
                ));
            }
            _ => {}
        }
        self.content = size.next_multiple_of(BLOCK as u64);
        Ok(())
    }
}

/// Refuses a size among the attributes, which only files of more than 8 GB need: the header would
/// not say how long they are.
fn check_attributes(attributes: &[u8]) -> io::Result<()> {
    for attribute in tar::PaxExtensions::new(attributes).flatten() {
        if attribute.key_bytes() == b"size" {
            return Err(io::Error::other(
                "a layer has a file of more than 8 GB, which the local cloud does not unpack",
            ));
        }
    }
    Ok(())
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.archive.read(buffer)?;
        self.check(&buffer[..read])?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use tar::{Archive, Builder};

    use super::*;

    fn entry(tar: &mut Builder<Vec<u8>>, kind: EntryType, content: &[u8]) {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_path("name").unwrap();
        header.set_cksum();
        tar.append(&header, content).unwrap();
    }

    /// Returns the names in an archive of these entries and a file.
    fn names(entries: &[(EntryType, &[u8])]) -> io::Result<Vec<String>> {
        let mut tar = Builder::new(Vec::new());
        for (kind, content) in entries {
            entry(&mut tar, *kind, content);
        }
        entry(&mut tar, EntryType::Regular, b"the file");
        let bytes = tar.into_inner().unwrap();
        let mut archive = Archive::new(Capped::new(bytes.as_slice()));
        let path = |entry: io::Result<tar::Entry<'_, _>>| {
            Ok(entry?.path()?.to_string_lossy().into_owned())
        };
        archive.entries()?.map(path).collect()
    }

    #[test]
    fn long_names_are_read() {
        let long = "n".repeat(3_000);
        assert_eq!(names(&[(EntryType::GNULongName, long.as_bytes())]).unwrap(), [long.as_str()]);
        let record = format!("3011 path={long}\n");
        assert_eq!(names(&[(EntryType::XHeader, record.as_bytes())]).unwrap(), [long.as_str()]);
    }

    #[test]
    fn names_beyond_all_measure_are_refused_before_they_are_read() {
        let endless = vec![b'n'; 2 * 1024 * 1024];
        for kind in [
            EntryType::GNULongName,
            EntryType::GNULongLink,
            EntryType::XHeader,
            EntryType::XGlobalHeader,
        ] {
            let refused = names(&[(EntryType::Regular, b"x"), (kind, &endless)]).unwrap_err();
            assert!(refused.to_string().contains("too long"), "{refused}");
        }
    }

    #[test]
    fn what_hides_how_long_it_is_is_refused() {
        assert!(names(&[(EntryType::XHeader, b"11 size=99\n")]).is_err());
        assert!(names(&[(EntryType::GNUSparse, b"")]).is_err());
    }
}
