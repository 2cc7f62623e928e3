//! Pages of a list. What leads from one to the next is the key of the last entry, so that nothing is
//! kept between pages and entries that come or go do not shift the rest. Callers see it as a token:
//! see [`super::tokens`].

/// Returns the entries behind the key at which the page before ended, at most `limit`, and the key at
/// which this page ends, if there are more. The entries are in the order of their keys.
pub(crate) fn page<T>(
    entries: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> String,
    after: Option<&str>,
    limit: usize,
) -> (Vec<T>, Option<String>) {
    let mut rest = entries
        .into_iter()
        .filter(|entry| after.is_none_or(|after| key(entry).as_str() > after))
        .peekable();
    let page: Vec<T> = rest.by_ref().take(limit.max(1)).collect();
    let next = rest.peek().and(page.last()).map(key);
    (page, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another() {
        let key = |entry: &&str| (*entry).to_owned();
        let (first, end) = page(["a", "b", "c"], key, None, 2);
        assert_eq!((first, end.as_deref()), (vec!["a", "b"], Some("b")));
        assert_eq!(page(["a", "b", "c"], key, Some("b"), 2), (vec!["c"], None));
        assert_eq!(page(["a", "b"], key, None, 2), (vec!["a", "b"], None));
    }
}
