//! Every command in docs/teaching.md is run, in its order, with the roster that stands there.

use super::{nothing_is_left, write};
use crate::helpers::{
    cloud::Cloud,
    command::{Ended, awaited, press_ctrl_c, until},
};

/// Returns the blocks of a language.
fn blocks(document: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let rest = document.split(fence.as_str()).skip(1);
    rest.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

/// Runs a command that watches until its page is there, and ends it with Ctrl-C.
fn watched(cloud: &Cloud, words: &[&str]) {
    let running = cloud.spawn(words);
    let page = cloud.home().join(words.last().unwrap());
    until("the page", || {
        std::fs::read_to_string(&page).ok().filter(|page| page.contains("4 labs: "))
    });
    press_ctrl_c(&running);
    awaited(running).exit(130);
}

#[test]
fn every_command_of_the_document_works() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/teaching.md");
    let document = std::fs::read_to_string(path).unwrap();
    let cloud = Cloud::start();
    write(&cloud, "class.csv", &blocks(&document, "csv")[0]);
    write(&cloud, "mysfits.toml", &blocks(&document, "toml")[0]);
    let commands = blocks(&document, "sh").concat();
    let commands: Vec<&str> = commands.lines().collect();
    assert!(commands.len() >= 10, "{commands:?}");
    for command in commands {
        let mut words: Vec<&str> = command.split_whitespace().collect();
        assert_eq!(words.remove(0), "mysfits");
        words.retain(|word| *word != "--local");
        let asks = ["deploy", "cleanup", "retry"].contains(&words[1]);
        if asks && !words.contains(&"--yes") {
            words.push("--yes");
        }
        if words.contains(&"--watch") {
            watched(&cloud, &words);
            continue;
        }
        let ended: Ended = cloud.run(&words);
        if words[1] == "retry" {
            // Everything before has ended well.
            assert!(
                ended.stderr.contains("the journal has no lab that ended so"),
                "{}",
                ended.stderr
            );
        } else {
            ended.exit(0);
        }
    }
    nothing_is_left(&cloud, 3);
    let csv = std::fs::read_to_string(cloud.home().join("end.csv")).unwrap();
    assert_eq!(csv.matches(",clean,").count(), 4, "{csv}");
}
