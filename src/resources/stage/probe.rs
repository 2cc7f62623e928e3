//! Whether the API does what it is for, seen from outside: everybody may look, and who has not
//! signed in may not like.

use crate::http;

/// The header without which a page cannot read an answer.
const CORS: &str = "access-control-allow-origin";

/// What is still missing, in words; `None` when nothing is.
pub(super) async fn missing(api: &str) -> Option<String> {
    match http::ask("GET", &format!("{api}/mysfits")).await {
        Ok(answer) if answer.status == 200 => {}
        Ok(answer) => return Some(format!("the API answers with status {}", answer.status)),
        Err(error) => return Some(format!("the API does not answer yet ({error})")),
    }
    // A mysfit that does not exist: should the guard be missing, nothing is liked.
    match http::ask("POST", &format!("{api}/mysfits/nobody/like")).await {
        Ok(answer) if answer.status == 401 && answer.has(CORS) => None,
        Ok(answer) if answer.status == 401 => {
            Some("pages cannot read why the API refuses them".to_owned())
        }
        Ok(answer) => Some(format!(
            "the API answers a visitor who has not signed in with status {} instead of 401",
            answer.status
        )),
        Err(error) => Some(format!("the API does not answer yet ({error})")),
    }
}
