//! Strongly connected components of the call graph, in an order that puts callees first.

use std::sync::atomic::{AtomicU32, Ordering};

/// The components of a graph, by the levels in which they can be worked on: all that a component
/// of one level reaches, other than itself, is on lower levels.
pub(crate) struct Components {
    /// The component of each node.
    pub(crate) of: Vec<u32>,
    /// Whether each component has an edge inside.
    pub(crate) cyclic: Vec<bool>,
    /// The nodes of each component.
    members: Vec<Vec<u32>>,
    /// Nodes by level, in ascending order of components.
    pub(crate) levels: Vec<Vec<u32>>,
}

impl Components {
    /// Whether each node is the only one of its component.
    pub(crate) fn alone(&self) -> Vec<bool> {
        let alone = |component: &u32| self.members[*component as usize].len() == 1;
        self.of.iter().map(alone).collect()
    }
}

/// Works on every node as soon as all nodes that it waits for are done, on rayon's threads.
///
/// Components are worked on node by node. What a node waits for must not wait for it.
pub(crate) fn in_order(
    components: &Components,
    waits_for: &[Vec<u32>],
    work: &(dyn Fn(u32) + Sync),
) {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for (&own, list) in components.of.iter().zip(waits_for) {
        let others = list.iter().map(|&other| components.of[other as usize]);
        pairs.extend(
            others
                .filter(|&other| other != own)
                .map(|other| (other, own)),
        );
    }
    pairs.sort_unstable();
    pairs.dedup();
    let mut waiting: Vec<u32> = vec![0; components.members.len()];
    for (_, own) in &pairs {
        waiting[*own as usize] += 1;
    }
    let first: Vec<u32> = (0..)
        .zip(&waiting)
        .filter(|(_, n)| **n == 0)
        .map(|(at, _)| at)
        .collect();
    let order = Order {
        members: &components.members,
        pairs,
        waiting: waiting.into_iter().map(AtomicU32::new).collect(),
        work,
    };
    rayon::scope(|scope| {
        let order = &order;
        for component in first {
            scope.spawn(move |scope| order.run(component, scope));
        }
    });
}

struct Order<'a> {
    /// The nodes of each component.
    members: &'a [Vec<u32>],
    /// From each component to those that wait for it, sorted.
    pairs: Vec<(u32, u32)>,
    /// How many components each component waits for.
    waiting: Vec<AtomicU32>,
    work: &'a (dyn Fn(u32) + Sync),
}

impl Order<'_> {
    fn run<'s>(&'s self, component: u32, scope: &rayon::Scope<'s>) {
        let mut next = Some(component);
        while let Some(component) = next.take() {
            self.members[component as usize]
                .iter()
                .for_each(|&node| (self.work)(node));
            let start = self.pairs.partition_point(|pair| pair.0 < component);
            for &(_, other) in self.pairs[start..]
                .iter()
                .take_while(|pair| pair.0 == component)
            {
                if self.waiting[other as usize].fetch_sub(1, Ordering::AcqRel) > 1 {
                    continue;
                }
                // One goes on here; a chain of callers needs no stack.
                match next {
                    None => next = Some(other),
                    Some(_) => scope.spawn(move |scope| self.run(other, scope)),
                }
            }
        }
    }
}

const UNSEEN: u32 = u32::MAX;

struct Search<'a> {
    edges: &'a [Vec<u32>],
    order: Vec<u32>,
    low: Vec<u32>,
    on_stack: Vec<bool>,
    stack: Vec<u32>,
    component: Vec<u32>,
    components: u32,
    next: u32,
}

impl Search<'_> {
    fn enter(&mut self, node: usize) {
        self.order[node] = self.next;
        self.low[node] = self.next;
        self.next += 1;
        self.stack.push(node as u32);
        self.on_stack[node] = true;
    }

    fn leave(&mut self, node: usize) {
        if self.low[node] != self.order[node] {
            return;
        }
        while let Some(member) = self.stack.pop() {
            self.on_stack[member as usize] = false;
            self.component[member as usize] = self.components;
            if member as usize == node {
                break;
            }
        }
        self.components += 1;
    }

    /// Tarjan's algorithm with a stack of its own: call chains are as long as programs.
    fn run(&mut self, root: usize) {
        self.enter(root);
        let mut path: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((node, edge)) = path.last_mut() {
            let node = *node;
            if let Some(&callee) = self.edges[node].get(*edge) {
                *edge += 1;
                let callee = callee as usize;
                if self.order[callee] == UNSEEN {
                    self.enter(callee);
                    path.push((callee, 0));
                } else if self.on_stack[callee] {
                    self.low[node] = self.low[node].min(self.order[callee]);
                }
                continue;
            }
            self.leave(node);
            path.pop();
            if let Some((parent, _)) = path.last() {
                self.low[*parent] = self.low[*parent].min(self.low[node]);
            }
        }
    }
}

impl Components {
    /// The components of the graph with these edges, from node to nodes; all are node numbers.
    pub(crate) fn of(edges: &[Vec<u32>]) -> Self {
        let count = edges.len();
        let mut search = Search {
            edges,
            order: vec![UNSEEN; count],
            low: vec![UNSEEN; count],
            on_stack: vec![false; count],
            stack: Vec::new(),
            component: vec![0; count],
            components: 0,
            next: 0,
        };
        for node in 0..count {
            if search.order[node] == UNSEEN {
                search.run(node);
            }
        }
        let of = search.component;
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); search.components as usize];
        for (node, &component) in of.iter().enumerate() {
            members[component as usize].push(node as u32);
        }
        // Tarjan numbers callees first.
        let mut level = vec![0u32; members.len()];
        let mut cyclic = vec![false; members.len()];
        let mut levels: Vec<Vec<u32>> = Vec::new();
        for (component, nodes) in members.iter().enumerate() {
            for callee in nodes.iter().flat_map(|&node| &edges[node as usize]) {
                let other = of[*callee as usize] as usize;
                if other == component {
                    cyclic[component] = true;
                } else {
                    level[component] = level[component].max(level[other] + 1);
                }
            }
            let own = level[component] as usize;
            if levels.len() <= own {
                levels.resize(own + 1, Vec::new());
            }
            levels[own].extend_from_slice(nodes);
        }
        Self {
            of,
            cyclic,
            members,
            levels,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::{Components, in_order};

    #[test]
    fn callees_come_first() {
        // 0 → 1 ⇄ 2 → 3, and 3 → 3
        let found = Components::of(&[vec![1], vec![2], vec![1, 3], vec![3]]);
        assert_eq!(found.levels, [vec![3], vec![1, 2], vec![0]]);
        assert_eq!(found.of[1], found.of[2]);
        let cyclic = [0, 1, 3].map(|node| found.cyclic[found.of[node] as usize]);
        assert_eq!(cyclic, [false, true, true]);
    }

    #[test]
    fn nodes_are_worked_on_after_those_they_wait_for() {
        let edges = [vec![1, 3], vec![2], vec![1], vec![], vec![0]];
        let found = Components::of(&edges);
        // 0 waits for 2 as well, which no edge says.
        let waits_for = [vec![1, 2, 3], vec![2], vec![1], vec![], vec![0]];
        let done: Mutex<Vec<u32>> = Mutex::default();
        in_order(&found, &waits_for, &|node| {
            if let Ok(mut done) = done.lock() {
                done.push(node);
            }
        });
        let done = done.into_inner().unwrap_or_default();
        assert_eq!(done.len(), edges.len());
        assert_eq!(done[3..], [0, 4]);
    }

    #[test]
    fn long_chains_need_no_stack() {
        let count = 200_000;
        let edges: Vec<Vec<u32>> = (0..count)
            .map(|node| {
                if node + 1 < count {
                    vec![node + 1]
                } else {
                    vec![]
                }
            })
            .collect();
        let found = Components::of(&edges);
        assert_eq!(found.levels.len(), count as usize);
        assert_eq!(found.levels[0], [count - 1]);
        let last = AtomicU32::new(0);
        in_order(&found, &edges, &|node| last.store(node, Ordering::Relaxed));
        assert_eq!(last.into_inner(), 0);
    }
}
