"""Graph algorithms; each file is analysed by itself, as the whole package takes minutes."""

import networkx

from arguments import acyclic, neighbours, nested_list, numbers

FILES = True
SQUARE = (5, 20, 60)


def graph(n):
    return networkx.Graph(neighbours(n))


def directed(n):
    return networkx.DiGraph(acyclic(n))


CASES = {
    "networkx.algorithms.clique::make_max_clique_graph": (lambda n: (graph(n),), SQUARE),
    "networkx.algorithms.clique::node_clique_number": (lambda n: (graph(n),), SQUARE),
    "networkx.algorithms.cluster::triangles": lambda n: (graph(n),),
    "networkx.algorithms.cluster::clustering": lambda n: (graph(n),),
    "networkx.algorithms.cluster::transitivity": lambda n: (graph(n),),
    "networkx.algorithms.components.connected::is_connected": lambda n: (graph(n),),
    "networkx.algorithms.components.connected::node_connected_component": lambda n: (graph(n), 0),
    "networkx.algorithms.components.connected::_plain_bfs": lambda n: (graph(n), n, 0),
    "networkx.algorithms.core::core_number": lambda n: (graph(n),),
    "networkx.algorithms.core::onion_layers": lambda n: (graph(n),),
    "networkx.algorithms.dag::descendants": lambda n: (directed(n), 0),
    "networkx.algorithms.dag::ancestors": lambda n: (directed(n), n - 1),
    "networkx.algorithms.dag::is_directed_acyclic_graph": lambda n: (directed(n),),
    "networkx.algorithms.dag::transitive_closure": (lambda n: (directed(n),), SQUARE),
    "networkx.algorithms.dag::transitive_reduction": (lambda n: (directed(n),), SQUARE),
    "networkx.algorithms.dag::dag_longest_path": lambda n: (directed(n),),
    "networkx.algorithms.euler::is_eulerian": lambda n: (graph(n),),
    "networkx.algorithms.euler::_find_path_start": lambda n: (graph(n),),
    "networkx.algorithms.shortest_paths.unweighted::single_source_shortest_path": lambda n: (graph(n), 0),
    "networkx.algorithms.shortest_paths.unweighted::bidirectional_shortest_path": lambda n: (graph(n), 0, n // 2),
    "networkx.algorithms.shortest_paths.weighted::dijkstra_path": lambda n: (graph(n), 0, n - 1),
    "networkx.algorithms.shortest_paths.weighted::single_source_dijkstra": lambda n: (graph(n), 0),
    "networkx.algorithms.shortest_paths.dense::floyd_warshall": (lambda n: (graph(n),), SQUARE),
    "networkx.algorithms.traversal.breadth_first_search::bfs_tree": lambda n: (graph(n), 0),
    "networkx.algorithms.traversal.breadth_first_search::descendants_at_distance": lambda n: (graph(n), 0, 2),
    "networkx.algorithms.traversal.depth_first_search::dfs_tree": lambda n: (graph(n), 0),
    "networkx.algorithms.traversal.depth_first_search::dfs_predecessors": lambda n: (graph(n), 0),
    "networkx.algorithms.traversal.depth_first_search::dfs_successors": lambda n: (graph(n), 0),
    "networkx.generators.classic::balanced_tree": (lambda n: (2, n), (3, 5, 8)),
    "networkx.generators.classic::complete_graph": (lambda n: (n,), SQUARE),
    "networkx.generators.classic::path_graph": lambda n: (n,),
    "networkx.generators.classic::circulant_graph": lambda n: (n, [1, 2]),
    "networkx.generators.classic::turan_graph": (lambda n: (n, 3), SQUARE),
    "networkx.utils.misc::flatten": lambda n: (nested_list(n),),
    "networkx.utils.misc::groups": lambda n: ({i: i % 7 for i in range(n)},),
    "networkx.utils.misc::make_list_of_ints": lambda n: (numbers(n),),
    "networkx.utils.misc::pairwise": lambda n: (numbers(n),),
    "networkx.utils.misc::nodes_equal": lambda n: (numbers(n), numbers(n)),
    "networkx.utils.union_find::UnionFind.union": lambda n: (networkx.utils.UnionFind(range(n)), *range(n)),
    "networkx.utils.union_find::UnionFind.to_sets": lambda n: (networkx.utils.UnionFind(range(n)),),
}
