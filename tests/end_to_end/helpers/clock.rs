//! The clock of AWS, as a command sees it.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    time::{Duration, SystemTime},
};

use aws_smithy_types::date_time::{DateTime, Format};

use super::{
    cloud::Cloud,
    command::{Ended, ended},
};

/// Runs a command for which it is these many hours later, by the clock of AWS.
pub(crate) fn later(cloud: &Cloud, hours: u64, args: &[&str]) -> Ended {
    let url = format!("http://127.0.0.1:{}", with_a_clock_ahead(cloud.port, hours));
    let mut command = cloud.command(&[args, &["--endpoint-url", &url]].concat());
    command.env("AWS_ACCESS_KEY_ID", "000000000000").env("AWS_SECRET_ACCESS_KEY", "x");
    ended(command.env("AWS_REGION", "eu-west-1"))
}

/// Forwards connections to a port, and lets the answers say another time: these many hours later.
/// Returns its own port.
fn with_a_clock_ahead(port: u16, hours: u64) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || pass(from, to, |_| {}));
            std::thread::spawn(move || pass(server, client, |bytes| put_ahead(bytes, hours)));
        }
    });
    own
}

fn pass(mut from: TcpStream, mut to: TcpStream, change: impl Fn(&mut [u8])) {
    let mut bytes = vec![0; 65536];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        change(&mut bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}

/// Replaces the time of an answer, whose length is always the same.
fn put_ahead(bytes: &mut [u8], hours: u64) {
    const HEADER: &[u8] = b"\r\ndate: ";
    let time = DateTime::from(SystemTime::now() + Duration::from_hours(hours));
    let time = time.fmt(Format::HttpDate).unwrap();
    if let Some(at) = bytes.windows(HEADER.len()).position(|some| some == HEADER) {
        let start = at + HEADER.len();
        bytes[start..start + time.len()].copy_from_slice(time.as_bytes());
    }
}
