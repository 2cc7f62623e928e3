//! What the lab's resources cost: US dollars, on demand, region eu-west-1, as of [`AS_OF`]. Other
//! regions differ by some percent. Traffic and requests of a lab cost fractions of a cent.
//! Source: the public AWS price list.

/// When the prices were looked up.
pub(crate) const AS_OF: &str = "September 2026";

/// One read capacity unit of a provisioned table, dollars per hour.
const READ_UNIT: f64 = 0.000_147;
/// One write capacity unit of a provisioned table, dollars per hour.
const WRITE_UNIT: f64 = 0.000_735;

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
    fn the_table_of_the_lab() {
        // 15 of each: the table and its two indexes, 5 each.
        assert!((capacity(15, 15) * 24.0 - 0.3175).abs() < 0.001);
    }
}
