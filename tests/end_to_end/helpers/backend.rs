//! The lab with its backend: deployed with a binary, found by its addresses, and queried.

use std::path::Path;

use serde_json::Value;

use super::{
    cloud::Cloud,
    command::{Ended, ended},
    http::http,
};

/// Runs `mysfits … --local` with this binary as the backend.
pub(crate) fn run_with(cloud: &Cloud, binary: &Path, args: &[&str]) -> Ended {
    let args = [args, &["--local", "--service-binary", binary.to_str().unwrap()]].concat();
    ended(&mut cloud.command(&args))
}

/// Returns the address next to this label on standard output, without `http://`.
fn address(deployed: &Ended, label: &str) -> String {
    let mut lines = deployed.stdout.lines().map(str::split_whitespace);
    let address =
        lines.find_map(|mut words| words.next().filter(|it| *it == label).and(words.next()));
    let address = address.and_then(|address| address.strip_prefix("http://"));
    address.unwrap_or_else(|| panic!("no {label} in {}", deployed.stdout)).to_owned()
}

/// Returns the backend's address on standard output, without `http://`.
pub(crate) fn backend_address(deployed: &Ended) -> String {
    address(deployed, "backend")
}

/// Returns the API's address on standard output, without `http://`.
pub(crate) fn api_address(deployed: &Ended) -> String {
    address(deployed, "api")
}

/// Sends a request to the backend through the load balancer, and returns its answer.
pub(crate) fn ask(address: &str, method: &str, path: &str) -> (u16, Value) {
    let port = address.rsplit_once(':').unwrap().1.parse().unwrap();
    let (status, body) = http(port, address, method, path, "");
    (status, serde_json::from_str(&body).unwrap_or(Value::Null))
}

/// Returns how many mysfits the backend lists at this path.
pub(crate) fn count(address: &str, path: &str) -> usize {
    ask(address, "GET", path).1["mysfits"].as_array().map_or(0, Vec::len)
}
