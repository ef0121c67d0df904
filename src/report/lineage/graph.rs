//! Which dump holds which: the edges of the graph, and the tree that they make for those who read or hear it line by line.

use super::Compared;
use crate::lineage::Relation;

/// An edge of the graph: the dump that is in the other, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The dump that holds the other's rows.
    pub from: usize,
    /// The dump whose rows it holds.
    pub to: usize,
    /// What the second is to the first.
    pub relation: Relation,
}

impl Edge {
    /// Whether all of the second's rows are in the first.
    #[must_use]
    pub fn whole(&self) -> bool {
        self.relation != Relation::Overlap
    }
}

/// Which dumps are parts of which, without what follows by way of another: each dump hangs below the smallest that holds it.
#[must_use]
pub fn edges(compared: &Compared) -> Vec<Edge> {
    let related = compared.pairs.iter().map(|e| &e.pair).filter(|p| p.comparison.relation.copied());
    let directed = related.map(|p| match p.comparison.relation {
        // The larger one, or of equals the one given first.
        Relation::Superset | Relation::Enriched => Edge { from: p.b, to: p.a, relation: p.reversed() },
        relation => Edge { from: p.a, to: p.b, relation },
    });
    let all: Vec<Edge> = directed.collect();
    let dumps = compared.dumps.len();
    // Asked once for every two edges, so it must not be searched for.
    let mut holds = vec![false; dumps * dumps];
    for edge in all.iter().filter(|e| e.whole()) {
        holds[edge.from * dumps + edge.to] = true;
    }
    let by_way = |e: &Edge| (0..dumps).any(|x| holds[e.from * dumps + x] && holds[x * dumps + e.to]);
    all.into_iter().filter(|e| !e.whole() || !by_way(e)).collect()
}

/// A dump in the tree, with those below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The dump.
    pub dump: usize,
    /// What it is to the one above.
    pub relation: Option<Relation>,
    /// Whether it stands further up already, with all that is below it.
    pub again: bool,
    /// What it holds.
    pub below: Vec<Branch>,
}

/// The edges as a tree: a root is a dump that none holds as a whole. A dump that several hold stands below each, and is told once.
#[must_use]
pub fn tree(edges: &[Edge], dumps: usize) -> Vec<Branch> {
    let is_below = |n: usize| edges.iter().any(|e| e.to == n && e.whole());
    let met = |n: usize| edges.iter().any(|e| e.from == n || e.to == n);
    let mut seen = vec![false; dumps];
    let mut roots = Vec::new();
    // Estimates can go round in a circle, which has no root: then its first dump is.
    for circle in [false, true] {
        for root in (0..dumps).filter(|&n| met(n) && (circle || !is_below(n))) {
            if !seen[root] {
                roots.push(branch(edges, root, None, &mut seen));
            }
        }
    }
    roots
}

fn branch(edges: &[Edge], dump: usize, relation: Option<Relation>, seen: &mut [bool]) -> Branch {
    let again = std::mem::replace(&mut seen[dump], true);
    let below = edges.iter().filter(|e| e.from == dump && !again);
    let below = below.map(|e| branch(edges, e.to, Some(e.relation), seen)).collect();
    Branch { dump, relation, again, below }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_tells_every_dump_even_of_a_circle() {
        let edge = |from, to| Edge { from, to, relation: Relation::Subset };
        let roots = tree(&[edge(0, 1), edge(0, 2), edge(1, 2), edge(3, 4), edge(4, 3)], 6);
        assert_eq!(roots.iter().map(|b| b.dump).collect::<Vec<_>>(), [0, 3]);
        assert!(roots[0].below[1].again && roots[1].below[0].below[0].again);
    }
}
