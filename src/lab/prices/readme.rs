//! The README's tables of prices are made of `prices.toml` and of what the lab uses.

use std::fmt::Write as _;

use super::{Item, Price, Prices, read, regions};

/// What a part of the lab uses in each topology.
pub(super) struct Row {
    what: &'static str,
    pub(super) classic: &'static [Price],
    pub(super) economy: &'static [Price],
}

const CAPACITY: &[Price] = &[Price::of(15.0, Item::ReadUnit), Price::of(15.0, Item::WriteUnit)];
const BALANCER: &[Price] =
    &[Price::of(1.0, Item::LoadBalancer), Price::of(2.0, Item::PublicAddress)];
const PROCESSOR: Price = Price::of(0.25, Item::FargateProcessor);
const MEMORY: Price = Price::of(0.5, Item::FargateMemory);

// replaced by what resources declare
pub(super) const LAB: [Row; 6] = [
    Row { what: "part 1: bucket and site", classic: &[], economy: &[] },
    Row {
        what: "part 2: table with two indexes (the first 25 units of each kind are free in every account)",
        classic: CAPACITY,
        economy: CAPACITY,
    },
    Row {
        what: "part 3: two NAT gateways with their addresses; none in the economy topology",
        classic: &[Price::of(2.0, Item::NatGateway), Price::of(2.0, Item::PublicAddress)],
        economy: &[],
    },
    Row { what: "part 3: load balancer with its addresses", classic: BALANCER, economy: BALANCER },
    Row {
        what: "part 3: one task on Fargate; in the economy topology with a public address",
        classic: &[PROCESSOR, MEMORY],
        economy: &[PROCESSOR, MEMORY, Price::of(1.0, Item::PublicAddress)],
    },
    Row {
        what: "part 4: user pool (10 000 visitors a month are free), VPC link, REST API (3.50 a million calls)",
        classic: &[],
        economy: &[],
    },
];

const BEGIN: &str = "<!-- prices: made of src/lab/prices/prices.toml; do not edit -->\n";
const END: &str = "<!-- end of prices -->\n";
/// What AWS's own examples count with.
const HOURS_OF_A_MONTH: f64 = 730.0;

/// The whole lab, US dollars an hour.
fn hour(prices: &Prices, items: impl Fn(&Row) -> &'static [Price]) -> f64 {
    LAB.iter().map(|row| prices.per_hour(items(row))).sum()
}

fn hour_and_day(hour: f64) -> String {
    format!("{hour:.4} | {:.2}", hour * 24.0)
}

fn by_part(prices: &Prices) -> String {
    let mut text = String::from(
        "| what | classic: an hour | a day | economy: an hour | a day |\n|---|---|---|---|---|\n",
    );
    for row in &LAB {
        let [classic, economy] =
            [row.classic, row.economy].map(|items| hour_and_day(prices.per_hour(items)));
        writeln!(text, "| {} | {classic} | {economy} |", row.what).unwrap();
    }
    let hours = [hour(prices, |row| row.classic), hour(prices, |row| row.economy)];
    let [classic, economy] = hours.map(|hour| hour_and_day(hour).replace(" | ", "** | **"));
    let [month, cheap] = hours.map(|hour| hour * HOURS_OF_A_MONTH);
    writeln!(
        text,
        "| **all of it**; a month is {month:.2} or {cheap:.2} | **{classic}** | **{economy}** |"
    )
    .unwrap();
    text
}

fn by_region() -> String {
    let mut text = String::from("| region | classic: a day | economy: a day |\n|---|---|---|\n");
    for region in read().unwrap().region.keys() {
        let prices = Prices::of(region).unwrap();
        let [classic, economy] =
            [hour(&prices, |row| row.classic), hour(&prices, |row| row.economy)]
                .map(|hour| hour * 24.0);
        writeln!(text, "| {region} | {classic:.2} | {economy:.2} |").unwrap();
    }
    text
}

fn section() -> String {
    let prices = Prices::of(regions::DEFAULT).unwrap();
    let note = prices.note();
    format!(
        "\nUS dollars, without traffic, the task on x86_64, {note}:\n\n{}\nAll of it, by region:\n\n{}\n",
        by_part(&prices),
        by_region()
    )
}

/// `MYSFITS_UPDATE=1 cargo test` writes the tables anew.
#[test]
fn the_tables_of_the_readme_are_the_prices() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the README has the first mark");
    let (kept, after) = rest.split_once(END).expect("the README has the last mark");
    let section = section();
    if std::env::var_os("MYSFITS_UPDATE").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}{section}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(kept, section, "out of date: run the tests with MYSFITS_UPDATE=1");
}
