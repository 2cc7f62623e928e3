//! The picture of the lab, as SVG in the page: a box for each resource, coloured and marked by how its
//! checks went, to the right of what it needs. It is made from the lab's graph.

use std::fmt::Write as _;

use super::verdict::Shown;
use crate::{
    operate::{CheckedLab, Node},
    report::html::escaped,
};

const WIDTH: usize = 160;
const HEIGHT: usize = 36;
/// From one box to the next.
const ACROSS: usize = WIDTH + 46;
const DOWN: usize = HEIGHT + 16;
const MARGIN: usize = 16;

/// A box, and where it is.
struct Placed<'a> {
    node: &'a Node,
    column: usize,
    row: usize,
}

/// Returns the picture.
pub(super) fn svg(checked: &CheckedLab) -> String {
    let boxes = placed(&checked.architecture);
    let columns = boxes.iter().map(|it| it.column + 1).max().unwrap_or(1);
    let rows = boxes.iter().map(|it| it.row + 1).max().unwrap_or(1);
    let (width, height) = (columns * ACROSS, rows * DOWN + MARGIN);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"picture-title \
         picture-text\">\n<title id=\"picture-title\">The lab's resources and what they need</title>\n\
         <desc id=\"picture-text\">{}</desc>\n",
        escaped(&in_words(checked)),
    );
    for it in &boxes {
        for need in it.node.needs.iter().filter_map(|need| boxes.get(*need)) {
            let (from, to) = ((right(need), middle(need)), (left(it), middle(it)));
            let half = usize::midpoint(from.0, to.0);
            let _ = writeln!(
                svg,
                "<path class=\"way\" d=\"M{} {} C{half} {} {half} {} {} {}\"/>",
                from.0, from.1, from.1, to.1, to.0, to.1
            );
        }
    }
    for it in &boxes {
        let shown = result(checked, it.node);
        let (word, sign) = shown.map_or(("none", "–"), |shown| (shown.word(), shown.sign()));
        let (x, y) = (left(it), top(it));
        let _ = writeln!(
            svg,
            "<g class=\"{word}\"><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"8\"/>\
             <text class=\"part\" x=\"{}\" y=\"{ty}\">{}</text>\
             <text x=\"{}\" y=\"{ty}\">{}</text>\
             <text class=\"sign\" x=\"{}\" y=\"{ty}\">{sign}</text></g>",
            x + 10,
            it.node.part,
            x + 24,
            escaped(it.node.id.0),
            x + WIDTH - 12,
            ty = y + HEIGHT / 2 + 5,
        );
    }
    svg + "</svg>\n"
}

fn left(it: &Placed<'_>) -> usize {
    MARGIN + it.column * ACROSS
}

fn right(it: &Placed<'_>) -> usize {
    left(it) + WIDTH
}

fn top(it: &Placed<'_>) -> usize {
    MARGIN + it.row * DOWN
}

fn middle(it: &Placed<'_>) -> usize {
    top(it) + HEIGHT / 2
}

/// Places each node to the right of all that it needs, in the first free row below the middle of these.
fn placed(nodes: &[Node]) -> Vec<Placed<'_>> {
    let mut columns: Vec<usize> = vec![0; nodes.len()];
    // Nodes are in the order of the lab, which is no topological one for every lab: as many rounds as
    // there may be steps.
    for _ in nodes {
        for (place, node) in nodes.iter().enumerate() {
            let after = node.needs.iter().filter_map(|need| columns.get(*need)).max();
            columns[place] = after.map_or(0, |column| column + 1).min(nodes.len());
        }
    }
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by_key(|place| columns[*place]);
    let mut rows: Vec<usize> = vec![0; nodes.len()];
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for place in order {
        let above: Vec<usize> =
            nodes[place].needs.iter().filter_map(|it| rows.get(*it).copied()).collect();
        let wish = above.iter().sum::<usize>() / above.len().max(1);
        let is_free = |row: &usize| !taken.contains(&(columns[place], *row));
        let row = (wish..=wish + taken.len()).find(is_free).unwrap_or(wish);
        rows[place] = row;
        taken.push((columns[place], row));
    }
    let all = nodes.iter().zip(columns).zip(rows);
    all.map(|((node, column), row)| Placed { node, column, row }).collect()
}

/// Returns how the checks of a resource went: the worst of them.
fn result(checked: &CheckedLab, node: &Node) -> Option<Shown> {
    Shown::worst(checked.checks.iter().filter(|check| check.resource == node.id))
}

/// Returns what the picture shows, for those who do not see it.
fn in_words(checked: &CheckedLab) -> String {
    let named = |shown: Shown| {
        let nodes = checked.architecture.iter();
        let names: Vec<&str> = nodes
            .filter(|node| result(checked, node) == Some(shown))
            .map(|node| node.id.0)
            .collect();
        (!names.is_empty()).then(|| format!("{}: {}. ", shown.word(), names.join(", ")))
    };
    Shown::ALL.into_iter().rev().filter_map(named).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::checked::examples::lab;

    #[test]
    fn each_resource_is_a_box_with_a_sign_and_right_of_what_it_needs() {
        let svg = svg(&lab());
        for (id, word, sign) in
            [("bucket", "fail", "✗"), ("site", "skipped", "»"), ("service", "unknown", "?")]
        {
            let group = svg.lines().find(|line| line.contains(&format!(">{id}<"))).unwrap();
            assert!(group.contains(&format!("class=\"{word}\"")), "{group}");
            assert!(group.contains(&format!(">{sign}</text>")), "{group}");
        }
        let lab = lab();
        let boxes = placed(&lab.architecture);
        assert!(boxes[1].column > boxes[0].column);
        assert_eq!(svg.matches("class=\"way\"").count(), 1);
        assert_eq!(in_words(&lab), "fail: bucket. unknown: service. skipped: site.");
    }

    #[test]
    fn no_two_boxes_are_on_each_other() {
        let node = |place: usize| Node {
            id: crate::engine::Id("x"),
            part: 1,
            needs: (0..place).filter(|need| need % 3 == place % 2).collect(),
        };
        let nodes: Vec<Node> = (0..22).map(node).collect();
        let boxes = placed(&nodes);
        for (place, one) in boxes.iter().enumerate() {
            for other in &boxes[..place] {
                assert!((one.column, one.row) != (other.column, other.row));
            }
        }
    }
}
