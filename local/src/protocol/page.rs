//! Pages of a list. The token is the key of the last entry of the page before, so that nothing is
//! kept between pages and entries that come or go do not shift the rest.

/// Returns the entries after the one that the token names, at most `limit`, and the token of the
/// next page. The entries are in the order of their keys.
pub(crate) fn page<T>(
    entries: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> String,
    token: Option<&str>,
    limit: usize,
) -> (Vec<T>, Option<String>) {
    let mut rest = entries
        .into_iter()
        .filter(|entry| token.is_none_or(|token| key(entry).as_str() > token))
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
        let (first, token) = page(["a", "b", "c"], key, None, 2);
        assert_eq!((first, token.as_deref()), (vec!["a", "b"], Some("b")));
        assert_eq!(page(["a", "b", "c"], key, Some("b"), 2), (vec!["c"], None));
        assert_eq!(page(["a", "b"], key, None, 2), (vec!["a", "b"], None));
    }
}
