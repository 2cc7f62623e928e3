//! Every writing operation is tried in the setting of every command that only reads: nothing may
//! arrive at the server.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use aws_smithy_runtime::client::orchestrator::operation::Operation as Orchestrated;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::{
    body::SdkBody,
    error::{ErrorMetadata, metadata::ProvideErrorMetadata},
    timeout::TimeoutConfig,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;
use crate::aws::{self, Guard, Operation, call};

/// An answer that cannot be an error of the service.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Never(Infallible);

impl ProvideErrorMetadata for Never {
    fn meta(&self) -> &ErrorMetadata {
        match self.0 {}
    }
}

/// A server on loopback that answers every request with "200 OK" and counts them.
struct Server {
    url: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = requests.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 4096]).await;
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                let _ = stream.write_all(answer).await;
            }
        });
        Self { url, requests }
    }

    /// Tries an operation as a client of the SDK with the guard does. Returns whether it arrived.
    async fn gets(&self, operation: &'static Operation, access: Access) -> bool {
        let before = self.requests.load(Ordering::SeqCst);
        let request = Orchestrated::builder()
            .service_name(operation.service.sdk)
            .operation_name(operation.name)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(&self.url)
            .no_auth()
            .no_retry()
            .timeout_config(TimeoutConfig::disabled())
            .interceptor(Guard { access })
            .serializer(|()| Ok(HttpRequest::new(SdkBody::empty())))
            .deserializer::<_, Never>(|_| Ok(()))
            .build();
        let answered = call(operation, request.invoke(())).await;
        let arrived = self.requests.load(Ordering::SeqCst) > before;
        assert_eq!(answered.is_ok(), arrived, "{operation}: {answered:?}");
        arrived
    }
}

/// Returns the access of a command line.
fn access(line: &[String]) -> Access {
    let typed = std::iter::once("mysfits").chain(line.iter().map(String::as_str));
    let parsed = Cli::try_parse_from(typed);
    parsed.unwrap_or_else(|error| panic!("{line:?} is not complete: {error}")).command.access()
}

#[test]
fn every_command_has_its_access() {
    let writes: Vec<String> = lines()
        .into_iter()
        .filter(|line| access(line) == Access::Write)
        .map(|line| line.join(" "))
        .collect();
    let of = |verb: &str| writes.iter().filter(|line| line.ends_with(verb)).count();
    // Of a part, of each of the five sections, and of a class, which can also be continued.
    assert_eq!((of("deploy"), of("cleanup"), of("class retry")), (7, 7, 1), "{writes:?}");
    assert_eq!(writes.len(), 15, "{writes:?}");
}

#[tokio::test]
async fn no_writing_operation_is_sent_by_a_command_that_reads() {
    let server = Server::start().await;
    let of = |access| aws::all().filter(move |operation| operation.access == access);
    let (writing, reading): (Vec<_>, Vec<_>) =
        (of(Access::Write).collect(), of(Access::Read).collect());
    assert!(writing.len() > 50 && reading.len() > 50);
    let lines = lines_that_read();
    for line in &lines {
        for operation in &writing {
            let arrived = server.gets(operation, access(line)).await;
            assert!(!arrived, "{operation} was sent by `mysfits {}`", line.join(" "));
        }
    }
    for command in ["labs", "logs", "plan", "status", "check", "table status", "cleanup --dry-run"]
    {
        assert!(lines.iter().any(|line| line.join(" ") == command), "{command}: {lines:?}");
    }
    // And what reads would have been sent, as would what writes by a command that may.
    for operation in reading {
        assert!(server.gets(operation, Access::Read).await, "{operation} was not sent");
    }
    for operation in writing {
        assert!(server.gets(operation, Access::Write).await, "{operation} was not sent");
    }
}
