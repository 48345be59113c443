//! Strongly connected components of the call graph, in an order that puts callees first.

/// The components of a graph, by the levels in which they can be worked on: all that a component
/// of one level reaches, other than itself, is on lower levels.
pub(crate) struct Components {
    /// The component of each node.
    pub(crate) of: Vec<u32>,
    /// Whether each component has an edge inside.
    pub(crate) cyclic: Vec<bool>,
    /// Nodes by level, in ascending order of components.
    pub(crate) levels: Vec<Vec<u32>>,
}

impl Components {
    /// Whether each node is the only one of its component.
    pub(crate) fn alone(&self) -> Vec<bool> {
        let mut sizes = vec![0_u32; self.cyclic.len()];
        for component in &self.of {
            sizes[*component as usize] += 1;
        }
        let alone = |component: &u32| sizes[*component as usize] == 1;
        self.of.iter().map(alone).collect()
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
        Self { of, cyclic, levels }
    }
}

#[cfg(test)]
mod tests {
    use super::Components;

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
    }
}
