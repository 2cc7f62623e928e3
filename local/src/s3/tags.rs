//! Tags of buckets and objects: their rules, their XML, and the operations on a bucket's.

use super::{
    Context, answers,
    element::Element,
    errors::{INVALID_TAG, NO_SUCH_TAGS, Outcome, S3Error, TOO_MANY_TAGS},
    state::Tags,
    xml::Xml,
};
use crate::{
    service::Answer,
    tags::{GivenTags, TagError},
};

/// How many tags a bucket may have.
pub(super) const MOST_OF_BUCKET: usize = 50;
/// How many tags an object may have.
pub(super) const MOST_OF_OBJECT: usize = 10;

/// Reads the elements `Tag` inside this one.
pub(super) fn read(set: &Element, most: usize) -> Outcome<Tags> {
    let pairs: Outcome<Vec<_>> = set
        .only(&["Tag"])?
        .all("Tag")
        .map(|tag| {
            tag.only(&["Key", "Value"])?;
            Ok((tag.need("Key")?.to_owned(), tag.need("Value")?.to_owned()))
        })
        .collect();
    collect(pairs?, most)
}

/// Reads a whole `Tagging` document.
fn read_document(root: &Element, most: usize) -> Outcome<Tags> {
    let set = root.only(&["TagSet"])?.one("TagSet")?;
    set.map_or_else(|| Ok(Tags::new()), |set| read(set, most))
}

/// Gathers tags, refusing what AWS refuses.
pub(super) fn collect(
    pairs: impl IntoIterator<Item = (String, String)>,
    most: usize,
) -> Outcome<Tags> {
    let pairs: Vec<_> = pairs.into_iter().collect();
    let unfit = |pair: &&(String, String)| !is_plain(&pair.0) || !is_plain(&pair.1);
    if let Some((key, value)) = pairs.iter().find(unfit) {
        let why =
            if is_plain(key) { TagError::Value(value.clone()) } else { TagError::Key(key.clone()) };
        return Err(refused(&why));
    }
    GivenTags::up_to(most, pairs).map(GivenTags::into_map).map_err(|why| refused(&why))
}

/// Returns whether a text has only the characters of S3's tags.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || "+-=._:/@".contains(c))
}

fn refused(why: &TagError) -> S3Error {
    let message = match why {
        TagError::Key(_) => "The TagKey you have provided is invalid",
        TagError::Value(_) => "The TagValue you have provided is invalid",
        TagError::Reserved(_) => "System tags cannot be added/updated by requester",
        TagError::Duplicate(_) => "Cannot provide multiple Tags with the same key",
        TagError::TooMany(most) => {
            let of_bucket = *most == MOST_OF_BUCKET;
            let whose = if of_bucket { "Bucket tag count" } else { "Object tags" };
            let message = format!("{whose} cannot be greater than {most}");
            return S3Error::saying(TOO_MANY_TAGS, message);
        }
    };
    S3Error::saying(INVALID_TAG, message)
}

/// Writes a `Tagging` document.
fn document(tags: &Tags) -> Answer {
    answers::xml(Xml::answer("Tagging", |xml| {
        xml.group("TagSet", |xml| {
            for (key, value) in tags {
                xml.group("Tag", |xml| {
                    xml.leaf("Key", key).leaf("Value", value);
                });
            }
        });
    }))
}

/// `GetBucketTagging`
pub(super) fn get_of_bucket(at: &Context) -> Outcome<Answer> {
    let tags = at.bucket.read(|state| state.tags.clone());
    if tags.is_empty() {
        return Err(S3Error::from(NO_SUCH_TAGS).with("BucketName", &at.request.bucket));
    }
    Ok(document(&tags))
}

/// `PutBucketTagging`
pub(super) fn put_of_bucket(at: &Context) -> Outcome<Answer> {
    let tags = read_document(&at.request.xml("Tagging")?, MOST_OF_BUCKET)?;
    set_of_bucket(at, tags)
}

/// `DeleteBucketTagging`
pub(super) fn delete_of_bucket(at: &Context) -> Outcome<Answer> {
    set_of_bucket(at, Tags::new())
}

fn set_of_bucket(at: &Context, tags: Tags) -> Outcome<Answer> {
    at.bucket.change(|state, _| {
        state.tags = tags;
        Ok(answers::no_content())
    })
}

/// `GetObjectTagging`
pub(super) fn get_of_object(at: &Context) -> Outcome<Answer> {
    let found = at.find_object()?;
    let mut answer = document(&found.content.tags);
    found.put_version(&mut answer);
    Ok(answer)
}

/// `PutObjectTagging`
pub(super) fn put_of_object(at: &Context) -> Outcome<Answer> {
    let tags = read_document(&at.request.xml("Tagging")?, MOST_OF_OBJECT)?;
    set_of_object(at, &tags, answers::ok())
}

/// `DeleteObjectTagging`
pub(super) fn delete_of_object(at: &Context) -> Outcome<Answer> {
    set_of_object(at, &Tags::new(), answers::no_content())
}

fn set_of_object(at: &Context, tags: &Tags, mut answer: Answer) -> Outcome<Answer> {
    let found = at.find_object()?;
    at.bucket.change_object(&at.request.key, |versions, _| {
        let version = versions.iter_mut().find(|version| version.id == found.version);
        if let Some(content) = version.and_then(|version| version.content.as_mut()) {
            content.tags.clone_from(tags);
        }
        Ok(())
    })?;
    found.put_version(&mut answer);
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(tags: &str) -> Outcome<Tags> {
        let body = format!("<Tagging><TagSet>{tags}</TagSet></Tagging>");
        read_document(&Element::read(body.as_bytes(), "Tagging")?, MOST_OF_BUCKET)
    }

    fn tag(key: &str) -> String {
        format!("<Tag><Key>{key}</Key><Value>v</Value></Tag>")
    }

    #[test]
    fn tags_are_read() {
        assert_eq!(parse(&tag("mysfits:lab")).unwrap()["mysfits:lab"], "v");
        assert!(parse("").unwrap().is_empty());
    }

    #[test]
    fn bad_tags_are_refused() {
        let code = |tags: &str| parse(tags).unwrap_err().error.code;
        assert_eq!(code(&tag("aws:x")), "InvalidTag");
        assert_eq!(code(&tag("")), "InvalidTag");
        assert_eq!(code(&(tag("a") + &tag("a"))), "InvalidTag");
        assert_eq!(code("<Tag><Key>a</Key></Tag>"), "MalformedXML");
        let many: String = (0..51).map(|i| tag(&i.to_string())).collect();
        assert_eq!(code(&many), "BadRequest");
    }
}
