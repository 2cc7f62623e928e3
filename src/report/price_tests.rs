//! The README's price tables, generated from the resources' declarations and the price file.

use std::fmt::Write as _;

use crate::{
    destination::Destination,
    lab::{
        AccountId, Names, Topology,
        prices::{HOURS_OF_A_MONTH, Prices},
        regions,
    },
    resources::{Choices, Lab, Member},
};

const BEGIN: &str = "<!-- prices: made of what resources declare; do not edit -->\n";
const END: &str = "<!-- end of prices -->\n";

fn lab(topology: Topology) -> Lab {
    let destination = Destination::never_asked("123456789012", "eu-west-1");
    let names = Names::new(&AccountId::new("123456789012"), &destination.region, None, None);
    let choices = Choices { topology: Some(topology), ..Choices::default() };
    Lab::new(&destination, &names, &choices).unwrap()
}

/// Returns the price of each resource per hour, with its part and its name.
fn hours(prices: &Prices, topology: Topology) -> Vec<(u8, &'static str, f64)> {
    let lab = lab(topology);
    let members = lab.members.iter().enumerate();
    let row = |(place, member): (usize, &Member)| {
        let about = lab.about(place);
        (member.section.part(), about.id.0, prices.per_hour(&about.prices))
    };
    members.map(row).collect()
}

fn total(prices: &Prices, topology: Topology) -> f64 {
    hours(prices, topology).iter().map(|(.., hour)| hour).sum()
}

fn hour_and_day(hour: f64) -> String {
    format!("{hour:.4} | {:.2}", hour * 24.0)
}

fn by_resource(prices: &Prices) -> String {
    let mut text = String::from(
        "| what | classic: an hour | a day | economy: an hour | a day |\n|---|---|---|---|---|\n",
    );
    let both = hours(prices, Topology::Classic).into_iter().zip(hours(prices, Topology::Economy));
    for ((part, id, classic), (.., economy)) in both {
        if classic > 0.0 || economy > 0.0 {
            let (classic, economy) = (hour_and_day(classic), hour_and_day(economy));
            writeln!(text, "| part {part}: `{id}` | {classic} | {economy} |").unwrap();
        }
    }
    let hours = [Topology::Classic, Topology::Economy].map(|topology| total(prices, topology));
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
    for region in Prices::regions().unwrap() {
        let prices = Prices::of(&region).unwrap();
        let [classic, economy] =
            [Topology::Classic, Topology::Economy].map(|topology| total(&prices, topology) * 24.0);
        writeln!(text, "| {region} | {classic:.2} | {economy:.2} |").unwrap();
    }
    text
}

fn section() -> String {
    let prices = Prices::of(regions::DEFAULT).unwrap();
    let note = prices.note();
    format!(
        "\nUS dollars, without traffic and requests, {note}. What is not in the table costs nothing by the \
         hour:\n\n{}\nAll of it, by region:\n\n{}\n",
        by_resource(&prices),
        by_region()
    )
}

/// `MYSFITS_UPDATE=1 cargo test` regenerates the tables.
#[test]
fn the_tables_of_the_readme_are_what_resources_declare() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (kept, after) = rest.split_once(END).unwrap();
    let section = section();
    if std::env::var_os("MYSFITS_UPDATE").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}{section}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(kept, section, "out of date: run the tests with MYSFITS_UPDATE=1");
}

#[test]
fn the_lab_costs_what_aws_says() {
    let prices = Prices::of("eu-west-1").unwrap();
    let day = |topology| total(&prices, topology) * 24.0;
    assert!((day(Topology::Classic) - 4.00).abs() < 0.01, "{}", day(Topology::Classic));
    assert!((day(Topology::Economy) - 1.58).abs() < 0.01, "{}", day(Topology::Economy));
}
