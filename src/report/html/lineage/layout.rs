//! Where the boxes, words and lines of the graph stand: layers from left to right, from the dumps that hold others to those that are held.
//!
//! Left to right, since names are wide and low: sixty dumps of one layer are a column that a page scrolls and paper takes, and no row of sixty
//! names. Boxes stand in columns; the word of each line has a place of its own in the gap before the dump that is held; a line that passes a column
//! has a place there, too. Whatever has a place keeps its distance to the next in its column, so no two texts can meet.

use crate::report::lineage::graph::{Edge, tree};

/// Width and height of a box, units of the picture.
pub(super) const BOX: (f64, f64) = (200.0, 44.0);
/// Width and height of a word's place.
pub(super) const WORD: (f64, f64) = (112.0, 18.0);
/// Width of a gap between columns of boxes: a word, and room to bend on both sides.
const GAP: f64 = 184.0;
/// Room around everything.
const MARGIN: f64 = 4.0;
/// Least distance between places of a column.
const APART: f64 = 10.0;
/// Height of the place of a line that passes.
const PASSING: f64 = 4.0;
/// Sweeps over all columns. More change nothing that can be seen.
const SWEEPS: usize = 24;

/// The picture, in its units.
#[derive(Debug)]
pub(super) struct Layout {
    pub width: f64,
    pub height: f64,
    /// Dump, and its box's left end and middle.
    pub boxes: Vec<(usize, f64, f64)>,
    pub lines: Vec<Line>,
}

/// A line between boxes.
#[derive(Debug)]
pub(super) struct Line {
    /// The edge's number, as given.
    pub edge: usize,
    /// What it goes through, in order: each a level piece from the left to the right. Of dumps of one layer it goes from the word to both.
    pub through: Vec<Piece>,
    /// Its word's middle.
    pub word: (f64, f64),
    /// Whether both dumps are in one layer.
    pub within: bool,
    /// Whether it leads from the left to the right, as all do but those that close a circle or overlap.
    pub forward: bool,
}

/// A level piece of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub left: f64,
    pub right: f64,
    pub y: f64,
}

/// Something that has a place. Columns of boxes have even numbers, gaps odd ones.
struct Node {
    column: usize,
    height: f64,
    y: f64,
    beside: Vec<usize>,
}

/// Lays out what edges connect.
pub(super) fn lay(edges: &[Edge], dumps: usize) -> Layout {
    let layers = layers(edges, dumps);
    let mut nodes: Vec<Node> = Vec::new();
    let mut of_dump = vec![None; dumps];
    // The tree's order is a good one to begin with.
    let mut order = Vec::new();
    tree(edges, dumps).iter().for_each(|root| walk(root, &mut order));
    for (place, &dump) in order.iter().enumerate() {
        of_dump[dump] = Some(nodes.len());
        nodes.push(Node { column: 2 * layers[dump], height: BOX.1, y: place as f64 * (BOX.1 + APART), beside: Vec::new() });
    }
    let chains: Vec<Vec<usize>> = edges.iter().map(|e| chain(&mut nodes, &of_dump, e)).collect();
    settle(&mut nodes);
    picture(&nodes, &order, &of_dump, edges, &chains)
}

fn walk(branch: &crate::report::lineage::graph::Branch, order: &mut Vec<usize>) {
    if !branch.again {
        order.push(branch.dump);
        branch.below.iter().for_each(|below| walk(below, order));
    }
}

/// The longest way to each dump from one that none holds. What overlaps is in no order, and moves nothing.
fn layers(edges: &[Edge], dumps: usize) -> Vec<usize> {
    let mut layers = vec![0; dumps];
    let mut waiting: Vec<usize> = (0..dumps).map(|n| edges.iter().filter(|e| e.whole() && e.to == n).count()).collect();
    let mut done = vec![false; dumps];
    for _ in 0..dumps {
        let ready = (0..dumps).filter(|&n| !done[n]).min_by_key(|&n| (waiting[n] > 0, n));
        let Some(next) = ready else { break };
        // Where estimates go round in a circle, it is broken at the first.
        done[next] = true;
        for edge in edges.iter().filter(|e| e.whole() && e.from == next && !done[e.to]) {
            layers[edge.to] = layers[edge.to].max(layers[next] + 1);
            waiting[edge.to] = waiting[edge.to].saturating_sub(1);
        }
    }
    layers
}

/// The places that a line goes through, from the left to the right; of dumps of one layer: the one, the word, the other.
fn chain(nodes: &mut Vec<Node>, of_dump: &[Option<usize>], edge: &Edge) -> Vec<usize> {
    let (Some(from), Some(to)) = (of_dump[edge.from], of_dump[edge.to]) else { return Vec::new() };
    let (left, right) = if nodes[from].column <= nodes[to].column { (from, to) } else { (to, from) };
    let (first, last) = (nodes[left].column, nodes[right].column);
    let word = if first == last { first + 1 } else { last - 1 };
    let mut out = vec![left];
    for column in first + 1..last.max(first + 2) {
        let height = if column == word { WORD.1 } else { PASSING };
        nodes.push(Node { column, height, y: (nodes[left].y + nodes[right].y) / 2.0, beside: Vec::new() });
        out.push(nodes.len() - 1);
    }
    out.push(right);
    for two in out.windows(2) {
        nodes[two[0]].beside.push(two[1]);
        nodes[two[1]].beside.push(two[0]);
    }
    out
}

/// Settles what hangs together, one below the other: what nothing connects is not mixed.
fn settle(nodes: &mut [Node]) {
    let mut of_family = vec![None; nodes.len()];
    let mut below = MARGIN;
    for first in 0..nodes.len() {
        let (mut family, mut next) = (Vec::new(), vec![first]);
        while let Some(node) = next.pop() {
            if of_family[node].replace(first).is_none() {
                family.push(node);
                next.extend(&nodes[node].beside);
            }
        }
        if family.is_empty() {
            continue;
        }
        family.sort_unstable();
        sweep(nodes, &family);
        let top = family.iter().map(|&n| nodes[n].y - nodes[n].height / 2.0).fold(f64::INFINITY, f64::min);
        family.iter().for_each(|&n| nodes[n].y += below - top);
        below = family.iter().map(|&n| nodes[n].y + nodes[n].height / 2.0).fold(below, f64::max) + 2.0 * APART;
    }
}

/// Moves every place towards the middle of those beside it, column by column, there and back.
fn sweep(nodes: &mut [Node], family: &[usize]) {
    let columns = family.iter().map(|&n| nodes[n].column + 1).max().unwrap_or(0);
    let members: Vec<Vec<usize>> = (0..columns).map(|c| family.iter().copied().filter(|&n| nodes[n].column == c).collect()).collect();
    for sweep in 0..SWEEPS {
        for step in 0..columns {
            let column = if sweep % 2 == 0 { step } else { columns - 1 - step };
            place(nodes, &members[column]);
        }
    }
}

/// Puts a column's places as near to where they want to be as their heights allow: what would meet is pooled and stands around its common mean
/// (pool adjacent violators: Ayer et al. 1955).
fn place(nodes: &mut [Node], members: &[usize]) {
    let wanted = |n: &Node| match n.beside.len() {
        0 => n.y,
        many => n.beside.iter().map(|&b| nodes[b].y).sum::<f64>() / many as f64,
    };
    let mut order: Vec<(usize, f64)> = members.iter().map(|&n| (n, wanted(&nodes[n]))).collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut offsets = Vec::with_capacity(order.len());
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (at, &(node, want)) in order.iter().enumerate() {
        let apart = |before: usize| (nodes[order[before].0].height + nodes[node].height) / 2.0 + APART;
        let offset = if at == 0 { 0.0 } else { offsets[at - 1] + apart(at - 1) };
        offsets.push(offset);
        pools.push((want - offset, 1));
        while let [.., (sum_a, many_a), (sum_b, many_b)] = pools[..] {
            if sum_a / many_a as f64 <= sum_b / many_b as f64 {
                break;
            }
            pools.truncate(pools.len() - 2);
            pools.push((sum_a + sum_b, many_a + many_b));
        }
    }
    let means = pools.iter().flat_map(|&(sum, many)| std::iter::repeat_n(sum / many as f64, many));
    for ((&(node, _), offset), mean) in order.iter().zip(&offsets).zip(means) {
        nodes[node].y = mean + offset;
    }
}

fn picture(nodes: &[Node], order: &[usize], of_dump: &[Option<usize>], edges: &[Edge], chains: &[Vec<usize>]) -> Layout {
    let left = |column: usize| MARGIN + (column / 2) as f64 * (BOX.0 + GAP);
    let piece = |&n: &usize| {
        let Node { column, y, .. } = nodes[n];
        let start = left(column);
        // Level all along the words of a gap, so that no line goes through one.
        let word = start + BOX.0 + (GAP - WORD.0) / 2.0;
        if column % 2 == 0 { Piece { left: start, right: start + BOX.0, y } } else { Piece { left: word, right: word + WORD.0, y } }
    };
    let boxes = order.iter().filter_map(|&dump| of_dump[dump].map(|n| (dump, left(nodes[n].column), nodes[n].y))).collect();
    let lines = chains.iter().enumerate().filter(|(_, chain)| chain.len() > 2).map(|(edge, chain)| {
        let word = chain.iter().find(|&&n| nodes[n].height == WORD.1).map_or(chain[1], |&n| n);
        let Piece { left, right, y } = piece(&word);
        let within = nodes[chain[0]].column == nodes[chain[chain.len() - 1]].column;
        let forward = !within && of_dump[edges[edge].from] == Some(chain[0]);
        Line { edge, through: chain.iter().map(piece).collect(), word: ((left + right) / 2.0, y), within, forward }
    });
    let lines: Vec<Line> = lines.collect();
    let right = |n: &Node| left(n.column) + BOX.0 + if n.column.is_multiple_of(2) { 0.0 } else { (GAP + WORD.0) / 2.0 };
    let width = nodes.iter().map(right).fold(0.0, f64::max) + MARGIN;
    let height = nodes.iter().map(|n| n.y + n.height / 2.0).fold(0.0, f64::max) + MARGIN;
    Layout { width, height, boxes, lines }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lineage::Relation;

    #[test]
    fn no_two_texts_meet() {
        for (dumps, step) in [(2, 1), (5, 3), (12, 5), (60, 7), (60, 59)] {
            // As many edges as there are dumps and more, circles among them.
            let relation = |n: usize| if n.is_multiple_of(3) { Relation::Overlap } else { Relation::Subset };
            let edge = |n: usize| Edge { from: n % dumps, to: (n * step + 1 + n / dumps) % dumps, relation: relation(n) };
            let edges: Vec<Edge> = (0..dumps * 2).map(edge).filter(|e| e.from != e.to).collect();
            let layout = lay(&edges, dumps);
            assert_eq!(layout.lines.len(), edges.len());
            let boxes = layout.boxes.iter().map(|&(_, x, y)| (x, y, BOX));
            let words = layout.lines.iter().map(|line| (line.word.0 - WORD.0 / 2.0, line.word.1, WORD));
            let all: Vec<_> = boxes.chain(words).collect();
            for (n, &(x, y, size)) in all.iter().enumerate() {
                assert!(x >= 0.0 && x + size.0 <= layout.width && y - size.1 / 2.0 >= 0.0 && y + size.1 / 2.0 <= layout.height);
                for &(x2, y2, size2) in &all[..n] {
                    let clear = x + size.0 <= x2 || x2 + size2.0 <= x || (y - y2).abs() >= (size.1 + size2.1) / 2.0;
                    assert!(clear, "{dumps} dumps: ({x}, {y}) and ({x2}, {y2})");
                }
            }
        }
    }

    #[test]
    fn what_is_held_stands_to_the_right() {
        let edge = |from, to, relation| Edge { from, to, relation };
        let edges = [edge(2, 0, Relation::Subset), edge(0, 1, Relation::Copy), edge(2, 1, Relation::Subset), edge(3, 1, Relation::Overlap)];
        assert_eq!(layers(&edges, 4), [1, 2, 0, 0]);
        assert!(lay(&edges, 4).lines.iter().all(|line| line.forward));
    }
}
