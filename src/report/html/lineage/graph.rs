//! Picture: which dump holds which, and the same as a list for those who hear it.

use super::layout::{BOX, Layout, Line, Piece, WORD, lay};
use super::{Section, who};
use crate::lineage::Relation;
use crate::report::lineage::Compared;
use crate::report::lineage::graph::{Branch, Edge, edges, tree};
use crate::report::terminal::grouped;
use maud::{Markup, html};
use std::cmp::Reverse;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Lines of the picture: beyond, nobody follows one.
const LINES: usize = 150;
/// Partial overlaps of a dump that are drawn, the largest first: where dumps overlap each with each, all lines would say nothing.
const OVERLAPS: usize = 2;
/// Lines of the list up to which it is open.
const OPEN: usize = 12;
/// Letters of a file's name that a box has room for.
const LETTERS: usize = 25;
/// Share of its width that the picture may be shrunk to before it scrolls.
const SHRUNK: f64 = 0.85;

pub(super) fn section(compared: &Compared) -> Option<Section> {
    let edges = edges(compared);
    if edges.is_empty() {
        return None;
    }
    let dumps = compared.dumps.len();
    let (drawn, left) = drawn(compared, &edges);
    let layout = lay(&drawn, dumps);
    let apart: Vec<usize> = (0..dumps).filter(|&n| !edges.iter().any(|e| e.from == n || e.to == n)).collect();
    let branches = tree(&edges, dumps);
    let body = html! {
        p.lead { "From the left, the dumps that hold others; to the right of each, what it holds. A word on a line says what the right one is to the left one." }
        (super::super::page::scrolling("Which dump holds which", picture(compared, &drawn, &layout)))
        p.legend.lines {
            @if !compared.merges.is_empty() { (key("merged")) "merged into the left one " }
            @if drawn.iter().any(Edge::whole) { (key("")) "held by the left one as a whole " }
            @if !drawn.iter().all(Edge::whole) { (key("partial")) "some rows of both" }
        }
        @if left > 0 { p.note { (grouped(left as u64)) (if left == 1 { " further line is" } else { " further lines are" }) " not drawn, smaller overlaps first: list and matrix have all." } }
        @if !apart.is_empty() {
            p.note { "Without rows of any other: " @for (n, &dump) in apart.iter().enumerate() { @if n > 0 { ", " } (who(compared, dump)) } "." }
        }
        details.tree open[lines(&branches) <= OPEN] {
            summary { "The same as a list" }
            (list(compared, &branches))
        }
    };
    Some(Section { id: "graph", title: "Which dump holds which", body })
}

/// What is drawn, and how many edges are not: parts of merges first, then wholes, then of each dump the largest overlaps.
fn drawn(compared: &Compared, edges: &[Edge]) -> (Vec<Edge>, usize) {
    let mut all = edges.to_vec();
    // A merge has a line to each of its parts, though they may follow by way of another.
    for (from, to) in compared.merges.iter().flat_map(|m| m.merge.of.iter().map(|&(part, _)| (m.merge.dump, part))) {
        if !all.iter().any(|e| (e.from, e.to) == (from, to)) {
            all.push(Edge { from, to, relation: Relation::Subset });
        }
    }
    let dumps = compared.dumps.len();
    let mut sizes = vec![0.0f64; dumps * dumps];
    for pair in compared.pairs.iter().map(|entry| &entry.pair) {
        let size = pair.comparison.a_in_b.estimate.max(pair.comparison.b_in_a.estimate);
        sizes[pair.a * dumps + pair.b] = size;
        sizes[pair.b * dumps + pair.a] = size;
    }
    // Millionths can be ordered. Among wholes the order is the dumps'.
    let size = |e: &Edge| if e.whole() { 0 } else { (1e6 * sizes[e.from * dumps + e.to]) as u64 };
    all.sort_by_cached_key(|e| (!merged(compared, e), !e.whole(), Reverse(size(e))));
    let many = all.len();
    let mut overlaps = vec![0; dumps];
    all.retain(|e| {
        if e.whole() {
            return true;
        }
        let strong = overlaps[e.from] < OVERLAPS || overlaps[e.to] < OVERLAPS;
        overlaps[e.from] += 1;
        overlaps[e.to] += 1;
        strong
    });
    all.truncate(LINES);
    let left = many - all.len();
    (all, left)
}

/// Whether an edge leads from a merge to one of its parts.
fn merged(compared: &Compared, edge: &Edge) -> bool {
    compared.merges.iter().any(|m| m.merge.dump == edge.from && m.merge.of.iter().any(|part| part.0 == edge.to))
}

fn picture(compared: &Compared, edges: &[Edge], layout: &Layout) -> Markup {
    let Layout { width, height, boxes, lines } = layout;
    html! {
        svg.lineage role="img" aria-labelledby="graph-t graph-d" viewBox={ "0 0 " (short(*width)) " " (short(*height)) } style={ "min-width:" (short(SHRUNK * width)) "px;max-width:" (short(*width)) "px" } {
            title #graph-t { "Which dump holds which" }
            desc #graph-d { (boxes.len()) " dumps and " (lines.len()) " lines between them. The list below says the same." }
            // Lines first: words and boxes lie on them.
            @for line in lines { (stroke(compared, &edges[line.edge], line)) }
            @for line in lines { (word(compared, &edges[line.edge], line)) }
            @for &(dump, x, y) in boxes { (node(compared, dump, x, y)) }
        }
    }
}

fn class(compared: &Compared, edge: &Edge) -> &'static str {
    match (merged(compared, edge), edge.whole()) {
        (true, _) => "merged",
        (false, true) => "",
        (false, false) => "partial",
    }
}

fn stroke(compared: &Compared, edge: &Edge, line: &Line) -> Markup {
    html! {
        path.link.(class(compared, edge)) d=(path(line)) {}
        // The head points at what is held. What merely overlaps is held by neither.
        @if let (Some(end), true, true) = (line.through.last(), edge.whole(), line.forward) {
            path.head.(class(compared, edge)) d={ "M" (short(end.left)) " " (short(end.y)) "l-8 -4v8Z" } {}
        }
    }
}

/// The line through its pieces, bent between them.
fn path(line: &Line) -> String {
    let mut out = String::new();
    let mut bend = |from: (f64, f64), to: (f64, f64)| {
        let middle = short((from.0 + to.0) / 2.0);
        let [x0, y0, x1, y1] = [from.0, from.1, to.0, to.1].map(short);
        let _ = write!(out, "M{x0} {y0}C{middle} {y0} {middle} {y1} {x1} {y1}");
    };
    if let ([a, word, b], true) = (&line.through[..], line.within) {
        bend((a.right, a.y), (word.left, word.y));
        bend((b.right, b.y), (word.left, word.y));
        let _ = write!(out, "M{} {}H{}", short(word.left), short(word.y), short((word.left + word.right) / 2.0));
        return out;
    }
    for two in line.through.windows(2) {
        bend((two[0].right, two[0].y), (two[1].left, two[1].y));
    }
    let inner = line.through.get(1..line.through.len().saturating_sub(1)).unwrap_or_default();
    for Piece { left, right, y } in inner {
        let _ = write!(out, "M{} {}H{}", short(*left), short(*y), short(*right));
    }
    out
}

fn word(compared: &Compared, edge: &Edge, line: &Line) -> Markup {
    let (x, y) = line.word;
    let words = if merged(compared, edge) { "merged in" } else { edge.relation.words() };
    // About as wide as its letters, so that the line is seen on both sides.
    let width = (words.len() as f64 * 6.0 + 8.0).min(WORD.0);
    html! {
        rect.chip x=(short(x - width / 2.0)) y=(short(y - WORD.1 / 2.0)) width=(short(width)) height=(short(WORD.1)) {}
        text.word-on-line x=(short(x)) y=(short(y + 4.0)) text-anchor="middle" { (words) }
    }
}

fn node(compared: &Compared, dump: usize, x: f64, y: f64) -> Markup {
    let entry = &compared.dumps[dump];
    let is_merge = compared.merges.iter().any(|m| m.merge.dump == dump);
    let top = y - BOX.1 / 2.0;
    html! {
        g {
            title { (dump + 1) " " (entry.file) }
            rect.node.merged[is_merge] x=(short(x)) y=(short(top)) width=(short(BOX.0)) height=(short(BOX.1)) rx="3" {}
            text.ordinal-in-box x=(short(x + 10.0)) y=(short(top + 18.0)) { (dump + 1) }
            text.rows-in-box x=(short(x + BOX.0 - 10.0)) y=(short(top + 18.0)) text-anchor="end" {
                @if is_merge { "merge, " } (grouped(entry.about.rows)) " rows"
            }
            text.name-in-box x=(short(x + 10.0)) y=(short(top + 35.0)) { (cut(&entry.file)) }
        }
    }
}

/// A file's name without its folders, in as many letters as there is room for: its begin, which names it, and its end, which tells it apart.
fn cut(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).unwrap_or(file);
    if name.width() <= LETTERS {
        return name.to_string();
    }
    let some = |letters: &mut dyn Iterator<Item = char>, room: usize| {
        let mut used = 0;
        letters
            .take_while(|c| {
                used += c.width().unwrap_or(1);
                used <= room
            })
            .collect::<String>()
    };
    let begin = some(&mut name.chars(), LETTERS / 2);
    let end: String = some(&mut name.chars().rev(), LETTERS - LETTERS / 2 - 1).chars().rev().collect();
    format!("{begin}…{end}")
}

/// A sample of a line, for the legend.
fn key(class: &str) -> Markup {
    html! { svg.sample aria-hidden="true" viewBox="0 0 28 8" { path.link.(class) d="M0 4H28" {} } }
}

fn lines(branches: &[Branch]) -> usize {
    branches.iter().map(|branch| 1 + lines(&branch.below)).sum()
}

fn list(compared: &Compared, branches: &[Branch]) -> Markup {
    html! {
        ul.found {
            @for branch in branches {
                li {
                    (who(compared, branch.dump))
                    @if let Some(relation) = branch.relation { " (" (relation.words()) ")" }
                    @if branch.again { ", see above" }
                    @if !branch.below.is_empty() { (list(compared, &branch.below)) }
                }
            }
        }
    }
}

/// A length, short.
fn short(x: f64) -> String {
    let text = format!("{x:.1}");
    text.trim_end_matches(".0").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_to_the_room_there_is() {
        assert_eq!(cut("a/b/dump.ltf"), "dump.ltf");
        assert_eq!(cut("members-of-everything-2026-11-part-07.ltf"), "members-of-e…-part-07.ltf");
        assert_eq!(cut("a/"), "a/");
        assert!(cut(&"名".repeat(90)).width() <= LETTERS && cut("").is_empty());
    }
}
