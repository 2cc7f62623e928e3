//! What the lab's resources cost: US dollars, on demand, region eu-west-1, as of [`AS_OF`]. Other
//! regions differ by some percent. Traffic and requests of a lab cost fractions of a cent.
//! Source: the public AWS price list.

use super::Topology;

/// When the prices were looked up.
pub(crate) const AS_OF: &str = "September 2026";

/// One read capacity unit of a provisioned table, dollars per hour.
const READ_UNIT: f64 = 0.000_147;
/// One write capacity unit of a provisioned table, dollars per hour.
const WRITE_UNIT: f64 = 0.000_735;

/// One NAT gateway, dollars per hour, without its address and its traffic.
const NAT_GATEWAY: f64 = 0.048;
/// One public IPv4 address, in use or not, dollars per hour.
const PUBLIC_ADDRESS: f64 = 0.005;
/// A network load balancer with its address in each of two zones, dollars per hour.
pub(crate) const LOAD_BALANCER: f64 = 0.0252 + 2.0 * PUBLIC_ADDRESS;
/// The lab's task on Fargate: a quarter of a processor at 0.04048 and half a GB at 0.004445.
const TASK: f64 = 0.25 * 0.040_48 + 0.5 * 0.004_445;

/// The network, dollars per hour: in the classic topology two NAT gateways with their addresses.
pub(crate) fn network(topology: Topology) -> f64 {
    match topology {
        Topology::Classic => 2.0 * (NAT_GATEWAY + PUBLIC_ADDRESS),
        Topology::Economy => 0.0,
    }
}

/// The service's one task, dollars per hour: in the economy topology it has a public address.
pub(crate) fn task(topology: Topology) -> f64 {
    match topology {
        Topology::Classic => TASK,
        Topology::Economy => TASK + PUBLIC_ADDRESS,
    }
}

/// A provisioned table or index with these capacity units, dollars per hour. An account's first 25
/// units of each kind are free for ever; the price is what it costs without them.
pub(crate) fn capacity(read: i64, write: i64) -> f64 {
    // Capacity units are at most some ten thousands, which a double holds exactly.
    #[expect(clippy::cast_precision_loss, reason = "capacity units are small numbers")]
    let (read, write) = (read as f64, write as f64);
    read * READ_UNIT + write * WRITE_UNIT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backend_of_the_lab_in_both_topologies() {
        let per_day = |topology| (network(topology) + LOAD_BALANCER + task(topology)) * 24.0;
        assert!((per_day(Topology::Classic) - 3.69).abs() < 0.01);
        assert!((per_day(Topology::Economy) - 1.26).abs() < 0.01);
    }

    #[test]
    fn the_table_of_the_lab() {
        // 15 of each: the table and its two indexes, 5 each.
        assert!((capacity(15, 15) * 24.0 - 0.3175).abs() < 0.001);
    }
}
