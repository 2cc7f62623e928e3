//! The user's browser. The system's own opener gets the address as one argument: no shell reads it.

use std::{env, process::Stdio, time::Duration};

use tokio::{process::Command, time::timeout};

use crate::error::{Code, Error, Result};

/// The program that opens an address, and its arguments before it.
const OPENER: (&str, &[&str]) = if cfg!(windows) {
    // Not `start`, which is a word of a shell.
    ("rundll32.exe", &["url.dll,FileProtocolHandler"])
} else if cfg!(target_os = "macos") {
    ("open", &[])
} else {
    ("xdg-open", &[])
};

/// How long an opener has for an error. One that is still at work may be the browser itself.
const PATIENCE: Duration = Duration::from_secs(3);

/// Returns whether there may be a browser: with a display, on systems that can do without.
pub(super) fn is_there() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(windows) || cfg!(target_os = "macos") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// Opens an address.
///
/// # Errors
/// When it is none, or could not be opened.
pub(super) async fn open(url: &str) -> Result<()> {
    if !is_address(url) {
        return Err(Error::new(Code::Browser, format!("`{url}` is not an address")));
    }
    let (program, arguments) = OPENER;
    let failed = |why: String| Error::new(Code::Browser, format!("`{program}`: {why}"));
    let mut opener = Command::new(program);
    opener.args(arguments).arg(url);
    opener.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut opener = opener.spawn().map_err(|error| failed(error.to_string()))?;
    match timeout(PATIENCE, opener.wait()).await {
        Ok(Ok(ended)) if !ended.success() => Err(failed(format!("ended with {ended}"))),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Ok(Ok(_)) | Err(_) => Ok(()),
    }
}

/// Returns whether this is an address of a kind that is opened here, in which nothing means anything
/// to a shell: some openers are scripts.
fn is_address(url: &str) -> bool {
    let scheme = ["https://", "http://", "file:///"].iter().any(|scheme| url.starts_with(scheme));
    scheme
        && url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~:/?=%[]@+,".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_are_opened() {
        for good in
            ["http://a.s3-website.localhost:4566", "https://[::1]:1/a?b=c", "file:///a%20b/"]
        {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "-version",
            "http://a/$(id)",
            "http://a/`id`",
            "http://a/;id",
            "http://a/&calc",
            "http://a/\"b",
            "http://a b",
            "http://a\n",
            "ftp://a",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
