//! Checks from outside that the API does its job: everybody may look, and visitors who have not
//! signed in may not like.

use super::super::reached::{answered, not_reached};
use crate::{engine::Presence, http::Network};

/// The header without which a page cannot read a response.
const CORS: &str = "access-control-allow-origin";

/// Returns whether it does.
pub(super) async fn presence(network: &Network, api: &str) -> Presence {
    match network.ask("GET", &format!("{api}/mysfits")).await {
        Ok(answer) if answer.status == 200 => {}
        Ok(answer) => return answered("the API", &answer),
        Err(error) => return not_reached("the API", &error),
    }
    let waiting = |status: String| Presence::Waiting { status };
    // A mysfit that does not exist: if the authorizer is missing, nothing is liked.
    match network.ask("POST", &format!("{api}/mysfits/nobody/like")).await {
        Ok(answer) if answer.status == 401 && answer.has(CORS) => Presence::There,
        Ok(answer) if answer.status == 401 => {
            waiting("pages cannot read why the API refuses them".to_owned())
        }
        Ok(answer) => waiting(format!(
            "the API answers a visitor who has not signed in with status {} instead of 401",
            answer.status
        )),
        Err(error) => not_reached("the API", &error),
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    /// Returns what is missing from an API that gives these responses for reading and for liking.
    async fn seen(look: &'static str, like: &'static str) -> Presence {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 1024];
                let length = stream.read(&mut request).await.unwrap();
                let head = if request[..length].starts_with(b"GET") { look } else { like };
                let answer = format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        presence(&Network::default(), &format!("http://{address}/prod")).await
    }

    const READABLE: &str = "401 Unauthorized\r\nAccess-Control-Allow-Origin: *";

    #[tokio::test]
    async fn it_is_ready_when_it_answers_and_refuses_in_a_way_that_pages_can_read() {
        assert_eq!(seen("200 OK", READABLE).await, Presence::There);
        let says = async |look, like, words: &str| match seen(look, like).await {
            Presence::Waiting { status } => assert!(status.contains(words), "{status}"),
            other => panic!("{other:?}"),
        };
        // As in the first seconds after a deployment.
        says("403 Forbidden", READABLE, "answers with status 403").await;
        says("200 OK", "401 Unauthorized", "pages cannot read why").await;
        says("200 OK", "200 OK", "with status 200 instead of 401").await;
    }
    #[tokio::test]
    async fn one_that_does_not_answer_is_not_reached() {
        let unused = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let presence = presence(&Network::default(), &format!("http://{unused}/prod")).await;
        assert!(matches!(presence, Presence::Unreached { .. }), "{presence:?}");
    }
}
