"""Uses networkx broadly: graphs, generators, algorithms of all kinds, conversion and files."""

import itertools
import tempfile
from pathlib import Path

import networkx as nx
from networkx.algorithms import approximation, bipartite, community, isomorphism


def take(iterable, count=5):
    return list(itertools.islice(iterable, count))


def graphs():
    for kind in (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph):
        graph = kind(name="g")
        graph.add_node(1, colour="red")
        graph.add_nodes_from([2, 3, (4, {"colour": "blue"})])
        graph.add_edge(1, 2, weight=2)
        graph.add_edges_from([(2, 3), (3, 4, {"weight": 4})], weight=1)
        graph.add_weighted_edges_from([(4, 1, 0.5)])
        graph.update(edges=[(7, 8)], nodes=[9])
        str(graph), len(graph), 1 in graph, list(graph), graph[1]
        graph.nodes(data=True), graph.nodes[1]["colour"], graph.nodes.data("colour", default="x")
        list(graph.edges(data="weight", default=1)), (1, 2) in graph.edges
        dict(graph.degree), graph.degree(1, weight="weight"), dict(graph.degree([1, 2]))
        list(graph.neighbors(1)), graph.has_edge(1, 2), graph.get_edge_data(1, 2)
        list(graph.adjacency()), graph.adj[1], graph.number_of_edges(), graph.size("weight")
        copy = graph.copy()
        copy.remove_edge(7, 8)
        copy.remove_node(9)
        copy.remove_nodes_from([7, 8])
        copy.remove_edges_from([(2, 3)])
        graph.subgraph([1, 2, 3]).copy(), graph.edge_subgraph(take(graph.edges, 2)).nodes
        graph.to_directed(), graph.to_undirected(), graph.nbunch_iter([1, 2])
        if graph.is_directed():
            dict(graph.in_degree), dict(graph.out_degree(weight="weight"))
            list(graph.successors(1)), list(graph.predecessors(1)), graph.reverse()
            list(graph.in_edges(data=True)), list(graph.out_edges(1))
        nx.set_node_attributes(graph, 1, "size")
        nx.set_edge_attributes(graph, 2, "size")
        nx.get_node_attributes(graph, "size"), nx.get_edge_attributes(graph, "size")
        nx.is_weighted(graph), nx.density(graph), nx.is_empty(graph), nx.number_of_selfloops(graph)
        nx.freeze(graph.copy()), nx.restricted_view(graph, [1], []), nx.reverse_view(
            nx.DiGraph(graph)
        ), nx.subgraph_view(graph, filter_node=lambda node: node != 1).nodes
        nx.relabel_nodes(graph, {1: "a"}), nx.convert_node_labels_to_integers(graph)
        nx.add_path(copy, [10, 11, 12])
        nx.add_cycle(copy, [20, 21, 22])
        nx.add_star(copy, [30, 31, 32])
        try:
            graph.remove_node("nosuch")
        except nx.NetworkXError:
            pass
        copy.clear()


def generators():
    return {
        "path": nx.path_graph(8),
        "cycle": nx.cycle_graph(7),
        "complete": nx.complete_graph(5),
        "star": nx.star_graph(5),
        "grid": nx.grid_2d_graph(3, 4),
        "karate": nx.karate_club_graph(),
        "petersen": nx.petersen_graph(),
        "tree": nx.balanced_tree(2, 3),
        "barbell": nx.barbell_graph(4, 2),
        "ladder": nx.ladder_graph(4),
        "wheel": nx.wheel_graph(6),
        "hypercube": nx.hypercube_graph(3),
        "random": nx.gnp_random_graph(20, 0.3, seed=1),
        "gnm": nx.gnm_random_graph(12, 30, seed=2),
        "scale free": nx.barabasi_albert_graph(20, 2, seed=3),
        "small world": nx.connected_watts_strogatz_graph(16, 4, 0.2, seed=4),
        "regular": nx.random_regular_graph(3, 10, seed=5),
        "geometric": nx.random_geometric_graph(12, 0.5, seed=6),
        "caveman": nx.connected_caveman_graph(3, 4),
        "degrees": nx.configuration_model([2, 2, 3, 3, 2, 2], seed=7),
        "partition": nx.planted_partition_graph(2, 6, 0.9, 0.1, seed=8),
        "labelled tree": nx.random_labeled_tree(9, seed=9),
    }


def simple(graph):
    return nx.Graph([(u, v) for u, v in graph.edges() if u != v])


def undirected_algorithms(graphs):
    for graph in map(simple, graphs.values()):
        nodes = list(graph)
        first, last = nodes[0], nodes[-1]
        take(nx.bfs_edges(graph, first)), nx.bfs_tree(graph, first), take(nx.bfs_layers(graph, [first]))
        take(nx.dfs_edges(graph, first)), take(nx.dfs_preorder_nodes(graph)), nx.dfs_successors(graph)
        list(nx.connected_components(graph)), nx.is_connected(graph), nx.number_connected_components(graph)
        list(nx.biconnected_components(graph)), list(nx.articulation_points(graph)), list(nx.bridges(graph))
        nx.clustering(graph), nx.transitivity(graph), nx.triangles(graph), nx.core_number(graph)
        take(nx.find_cliques(graph)), nx.greedy_color(graph, "largest_first"), nx.is_bipartite(graph)
        nx.greedy_color(graph, "DSATUR"), nx.cycle_basis(graph), nx.maximal_independent_set(graph, seed=1)
        nx.max_weight_matching(graph), nx.maximal_matching(graph)
        if min(dict(graph.degree).values()) > 0:
            nx.min_edge_cover(graph)
        nx.degree_centrality(graph), nx.closeness_centrality(graph), nx.betweenness_centrality(graph)
        nx.edge_betweenness_centrality(graph), nx.harmonic_centrality(graph), nx.load_centrality(graph)
        nx.average_neighbor_degree(graph), nx.rich_club_coefficient(graph, normalized=False)
        nx.minimum_spanning_tree(graph), list(nx.minimum_spanning_edges(graph, "prim", data=False))
        nx.is_tree(graph), nx.is_forest(graph), nx.is_eulerian(graph), nx.is_planar(graph)
        nx.is_chordal(graph), nx.degree_histogram(graph), nx.complement(graph), nx.line_graph(graph)
        take(nx.jaccard_coefficient(graph, [(first, last)])), take(nx.adamic_adar_index(graph, [(first, last)]))
        take(nx.generate_edgelist(graph)), take(nx.generate_adjlist(graph))
        list(community.greedy_modularity_communities(graph)), take(community.label_propagation_communities(graph))
        community.modularity(graph, [set(nodes)]), community.louvain_communities(graph, seed=1)
        approximation.min_weighted_vertex_cover(graph), approximation.max_clique(graph)
        approximation.maximum_independent_set(graph), approximation.average_clustering(graph, trials=10, seed=1)
        if nx.is_connected(graph):
            nx.diameter(graph), nx.radius(graph), nx.center(graph), nx.periphery(graph), nx.eccentricity(graph)
            nx.average_shortest_path_length(graph), nx.node_connectivity(graph), nx.edge_connectivity(graph)
            nx.stoer_wagner(graph)
            nx.approximation.traveling_salesman_problem(graph), nx.wiener_index(graph)
            if not graph.has_edge(first, last):
                take(nx.node_disjoint_paths(graph, first, last))
            if nx.has_eulerian_path(graph):
                take(nx.eulerian_path(graph))
            take(nx.edge_bfs(graph, first)), nx.k_core(graph, 1), take(nx.ego_graph(graph, first).edges)


def shortest_paths():
    graph = nx.grid_2d_graph(4, 4)
    for number, (u, v) in enumerate(graph.edges):
        graph.edges[u, v]["weight"] = number % 5 + 1
    ends = (0, 0), (3, 3)
    nx.shortest_path(graph, *ends), nx.shortest_path(graph, *ends, weight="weight"), nx.shortest_path(graph)
    nx.shortest_path(graph, source=ends[0]), nx.shortest_path_length(graph, target=ends[1], weight="weight")
    nx.dijkstra_path(graph, *ends), nx.bellman_ford_path(graph, *ends), nx.has_path(graph, *ends)
    nx.single_source_dijkstra(graph, ends[0], weight=lambda u, v, data: data["weight"] * 2)
    nx.bidirectional_dijkstra(graph, *ends), dict(nx.all_pairs_dijkstra_path_length(graph))
    nx.astar_path(graph, *ends, heuristic=lambda a, b: abs(a[0] - b[0]) + abs(a[1] - b[1]))
    nx.floyd_warshall(graph), nx.johnson(graph), dict(nx.all_pairs_shortest_path_length(graph))
    take(nx.all_shortest_paths(graph, *ends)), take(nx.shortest_simple_paths(graph, *ends))
    take(nx.all_simple_paths(graph, *ends, cutoff=8)), nx.dijkstra_predecessor_and_distance(graph, ends[0])
    try:
        nx.shortest_path(nx.empty_graph(2), 0, 1)
    except nx.NetworkXNoPath as error:
        str(error)


def directed_algorithms():
    dag = nx.DiGraph([(1, 2), (1, 3), (2, 4), (3, 4), (4, 5), (2, 5)])
    list(nx.topological_sort(dag)), list(nx.lexicographical_topological_sort(dag, key=lambda n: -n))
    list(nx.topological_generations(dag)), take(nx.all_topological_sorts(dag)), nx.dag_longest_path(dag)
    nx.ancestors(dag, 4), nx.descendants(dag, 2), nx.transitive_closure(dag), nx.transitive_reduction(dag)
    take(nx.antichains(dag)), nx.is_directed_acyclic_graph(dag), nx.immediate_dominators(dag, 1)
    nx.dominance_frontiers(dag, 1), nx.lowest_common_ancestor(dag, 2, 3), nx.moral_graph(dag)
    dict(nx.all_pairs_lowest_common_ancestor(dag, [(2, 3)]))

    loops = nx.DiGraph([(1, 2), (2, 3), (3, 1), (3, 4), (4, 5), (5, 4), (6, 6)])
    list(nx.strongly_connected_components(loops)), nx.condensation(loops), list(nx.simple_cycles(loops))
    list(nx.weakly_connected_components(loops)), nx.find_cycle(loops), nx.is_strongly_connected(loops)
    list(nx.attracting_components(loops)), list(nx.recursive_simple_cycles(loops)), nx.overall_reciprocity(loops)
    nx.flow_hierarchy(loops), nx.is_tournament(nx.DiGraph([(1, 2), (2, 3), (3, 1)]))

    network = nx.DiGraph()
    for u, v, capacity in [("s", "a", 3), ("s", "b", 2), ("a", "b", 1), ("a", "t", 2), ("b", "t", 3)]:
        network.add_edge(u, v, capacity=capacity, weight=capacity)
    for algorithm in (nx.algorithms.flow.edmonds_karp, nx.algorithms.flow.preflow_push,
                      nx.algorithms.flow.shortest_augmenting_path, nx.algorithms.flow.dinitz,
                      nx.algorithms.flow.boykov_kolmogorov):
        assert nx.maximum_flow_value(network, "s", "t", flow_func=algorithm) == 5
    nx.minimum_cut(network, "s", "t"), nx.max_flow_min_cost(network, "s", "t")
    network.nodes["s"]["demand"], network.nodes["t"]["demand"] = -4, 4
    nx.network_simplex(network), nx.capacity_scaling(network), nx.min_cost_flow_cost(network)
    nx.gomory_hu_tree(nx.Graph(network)), nx.maximum_branching(network), nx.minimum_spanning_arborescence(dag)


def structures():
    both = nx.complete_bipartite_graph(3, 4)
    bipartite.sets(both), bipartite.color(both), bipartite.maximum_matching(both), bipartite.density(both, [0, 1, 2])
    bipartite.projected_graph(both, [0, 1, 2]), bipartite.clustering(both), bipartite.hopcroft_karp_matching(both)
    bipartite.to_vertex_cover(both, bipartite.eppstein_matching(both))
    one, two = nx.cycle_graph(5), nx.relabel_nodes(nx.cycle_graph(5), lambda node: node + 10)
    assert nx.is_isomorphic(one, two) and nx.could_be_isomorphic(one, two)
    matcher = isomorphism.GraphMatcher(one, nx.path_graph(3), node_match=lambda a, b: True)
    take(matcher.subgraph_isomorphisms_iter()), nx.vf2pp_isomorphism(one, two)
    isomorphism.DiGraphMatcher(nx.DiGraph(one), nx.DiGraph(two)).is_isomorphic()
    nx.weisfeiler_lehman_graph_hash(one)
    for operation in (nx.union, nx.disjoint_union, nx.compose, nx.cartesian_product, nx.tensor_product):
        operation(one, two)
    nx.intersection(one, one), nx.difference(one, one), nx.power(one, 2), nx.contracted_nodes(one, 0, 1)
    nx.quotient_graph(one, [{0, 1}, {2, 3, 4}]), nx.compose_all([one, two]), nx.equivalence_classes([1, 2], lambda a, b: a == b)
    tree = nx.random_labeled_tree(8, seed=1)
    nx.to_prufer_sequence(tree), nx.from_prufer_sequence([1, 2]), nx.to_nested_tuple(tree, 0)
    nx.check_planarity(nx.complete_graph(5), counterexample=True)
    nx.is_graphical([2, 2, 2]), nx.havel_hakimi_graph([2, 2, 2]), nx.chordal_graph_cliques(nx.complete_graph(3))
    queue = nx.utils.UnionFind([1, 2, 3])
    queue.union(1, 2), list(queue.to_sets()), nx.utils.pairwise([1, 2])


def files(folder):
    graph = nx.karate_club_graph()
    nx.write_edgelist(graph, folder / "edges.txt"), nx.read_edgelist(folder / "edges.txt", nodetype=int)
    nx.write_adjlist(graph, folder / "adj.gz"), nx.read_adjlist(folder / "adj.gz", nodetype=int)
    nx.write_gml(graph, folder / "g.gml"), nx.read_gml(folder / "g.gml")
    nx.write_graphml(graph, folder / "g.graphml"), nx.read_graphml(folder / "g.graphml", node_type=int)
    nx.write_gexf(graph, folder / "g.gexf"), nx.read_gexf(folder / "g.gexf")
    nx.write_pajek(graph, folder / "g.net"), nx.read_pajek(folder / "g.net")
    nx.write_graph6(graph, folder / "g.g6"), nx.read_graph6(folder / "g.g6"), nx.to_sparse6_bytes(graph)
    nx.write_weighted_edgelist(graph, folder / "w.txt"), nx.read_weighted_edgelist(folder / "w.txt")
    nx.node_link_graph(nx.node_link_data(graph)), nx.adjacency_graph(nx.adjacency_data(graph))
    nx.tree_graph(nx.tree_data(nx.DiGraph(nx.bfs_tree(graph, 0)), 0)), nx.cytoscape_data(graph)
    nx.to_dict_of_lists(graph), nx.from_dict_of_dicts(nx.to_dict_of_dicts(graph)), nx.to_edgelist(graph)
    nx.Graph({1: [2, 3]}), nx.DiGraph(graph), nx.from_dict_of_lists({1: [2]}), nx.write_network_text(
        nx.path_graph(4), (folder / "text").open("w").write, end="")


if __name__ == "__main__":
    graphs()
    undirected_algorithms(generators())
    shortest_paths()
    directed_algorithms()
    structures()
    with tempfile.TemporaryDirectory() as scratch:
        files(Path(scratch))
