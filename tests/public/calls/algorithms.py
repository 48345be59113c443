"""Textbook algorithms over numbers, strings, matrices, graphs, trees and linked lists."""

from types import SimpleNamespace

from algorithms.common.list_node import ListNode
from algorithms.common.tree_node import TreeNode
from algorithms.dynamic_programming.job_scheduling import Job
from algorithms.dynamic_programming.knapsack import Item
from algorithms.graph.clone_graph import UndirectedGraphNode
from algorithms.graph.minimum_spanning_tree import DisjointSet, Edge
from algorithms.heap.merge_sorted_k_lists import ListNode as MergeNode
from algorithms.linked_list.copy_random_pointer import RandomListNode
from algorithms.linked_list.swap_in_pairs import Node as SingleNode
from algorithms.tree import bst_serialize_deserialize, deepest_left

from arguments import (
    acyclic,
    chain,
    digits,
    edges,
    float_matrix,
    floats,
    grid,
    increasing,
    intervals,
    letters,
    matrix,
    named,
    neighbours,
    nested_list,
    numbers,
    pairs,
    setting,
    small,
    text,
    tree,
    weighted,
    words,
)

SQUARE = (5, 10, 20)
FEW = (4, 8, 12)
TINY = (3, 5, 7)
BITS = (8, 64, 512)


def nodes(n):
    return tree(n, TreeNode)


def data_nodes(n):
    """Nodes of the kind that the functions over search trees read."""
    return tree(n, lambda value, left, right: SimpleNamespace(data=value, val=value, left=left, right=right))


def linked(n, make=ListNode):
    return chain(increasing(n), make)


def mirrored(n):
    return chain(increasing(n) + increasing(n)[::-1], ListNode)


def random_list(n):
    head = chain(increasing(n), RandomListNode)
    node = head
    while node:
        node.random, node = head, node.next
    return head


def capacities(n):
    return [[(i * 7 + j * 3) % 13 if i != j and (j - i) in (1, 2, 3) else 0 for j in range(n)] for i in range(n)]


def flow(n):
    return capacities(n), 0, n - 1


def undirected(n):
    made = [UndirectedGraphNode(i) for i in range(n)]
    for node, others in neighbours(n).items():
        made[node].neighbors = [made[other] for other in others]
    return made[0]


def sudoku(_):
    return [[(3 * (i % 3) + i // 3 + j) % 9 + 1 for j in range(9)] for i in range(9)]


def positive(n):
    return [[5.0 * n if i == j else 1.0 / (1 + i + j) for j in range(n)] for i in range(n)]


def spread(n):
    return weighted(named(neighbours(n)))


CASES = {
    "algorithms.array.delete_nth::delete_nth_naive": lambda n: (small(n), 2),
    "algorithms.array.delete_nth::delete_nth": lambda n: (small(n), 2),
    "algorithms.array.flatten::flatten": lambda n: (nested_list(n),),
    "algorithms.array.garage::garage": lambda n: ([*range(1, n), 0], [0, *range(n - 1, 0, -1)]),
    "algorithms.array.limit::limit": lambda n: (numbers(n), 1000, 1000 + 5 * n),
    "algorithms.array.longest_non_repeat::longest_non_repeat_v1": lambda n: (letters(n, "abcdefghij"),),
    "algorithms.array.longest_non_repeat::longest_non_repeat_v2": lambda n: (letters(n, "abcdefghij"),),
    "algorithms.array.longest_non_repeat::get_longest_non_repeat_v1": lambda n: (letters(n, "abcdefghij"),),
    "algorithms.array.longest_non_repeat::get_longest_non_repeat_v3": lambda n: (letters(n, "abcdefghij"),),
    "algorithms.array.max_ones_index::max_ones_index": lambda n: (small(n, 2),),
    "algorithms.array.merge_intervals::merge_intervals": lambda n: (intervals(n),),
    "algorithms.array.missing_ranges::missing_ranges": lambda n: (increasing(n), 0, 1000 + 4 * n),
    "algorithms.array.move_zeros::move_zeros": lambda n: (small(n, 3),),
    "algorithms.array.n_sum::n_sum": (lambda n: (3, numbers(n), 4000), (10, 20, 40)),
    "algorithms.array.plus_one::plus_one_v1": lambda n: (small(n),),
    "algorithms.array.plus_one::plus_one_v2": lambda n: ([9] * n,),
    "algorithms.array.plus_one::plus_one_v3": lambda n: (small(n),),
    "algorithms.array.remove_duplicates::remove_duplicates": lambda n: (small(n, 50),),
    "algorithms.array.rotate::rotate_v1": lambda n: (numbers(n), 3),
    "algorithms.array.rotate::rotate_v2": lambda n: (numbers(n), 3),
    "algorithms.array.rotate::rotate_v3": lambda n: (numbers(n), 3),
    "algorithms.array.summarize_ranges::summarize_ranges": lambda n: (increasing(n),),
    "algorithms.array.three_sum::three_sum": ((lambda n: ([x - 1000 - 5 * n for x in numbers(n)],)), (10, 40, 160)),
    "algorithms.array.top_1::top_1": lambda n: (small(n, 50),),
    "algorithms.array.trimmean::trimmean": lambda n: (floats(n), 20),
    "algorithms.array.two_sum::two_sum": lambda n: (numbers(n), 1),
    "algorithms.backtracking.add_operators::add_operators": (lambda n: ("1" * n, n), (3, 5, 7)),
    "algorithms.backtracking.anagram::anagram": lambda n: (letters(n), letters(n)[::-1]),
    "algorithms.backtracking.array_sum_combinations::array_sum_combinations": (
        lambda n: (small(n), small(n, 10, 3), small(n, 10, 4), 12),
        FEW,
    ),
    "algorithms.backtracking.array_sum_combinations::unique_array_sum_combinations": (
        lambda n: (small(n), small(n, 10, 3), small(n, 10, 4), 12),
        FEW,
    ),
    "algorithms.backtracking.combination_sum::combination_sum": (lambda n: ([2, 3, 5, 7], n), (10, 20, 30)),
    "algorithms.backtracking.factor_combinations::get_factors": (lambda n: (2**n,), (4, 8, 12)),
    "algorithms.backtracking.factor_combinations::recursive_get_factors": (lambda n: (2**n,), (4, 8, 12)),
    "algorithms.backtracking.find_words::find_words": (lambda n: (grid(n, "abcd"), words(20)), FEW),
    "algorithms.backtracking.generate_abbreviations::generate_abbreviations": (lambda n: (letters(n),), FEW),
    "algorithms.backtracking.generate_parenthesis::generate_parenthesis_v1": (lambda n: (n,), TINY),
    "algorithms.backtracking.generate_parenthesis::generate_parenthesis_v2": (lambda n: (n,), TINY),
    "algorithms.backtracking.letter_combination::letter_combinations": (lambda n: ("23456789"[:n],), TINY),
    "algorithms.backtracking.minimax::minimax": (lambda n: (n, True, numbers(2**n)), FEW),
    "algorithms.backtracking.palindrome_partitioning::palindromic_substrings": (lambda n: ("a" * n,), FEW),
    "algorithms.backtracking.pattern_match::pattern_match": (lambda n: ("abab", "redblue" * 2 + "x" * n), FEW),
    "algorithms.backtracking.permute::permute": (lambda n: (numbers(n),), TINY),
    "algorithms.backtracking.permute::permute_recursive": (lambda n: (numbers(n),), TINY),
    "algorithms.backtracking.permute_unique::permute_unique": (lambda n: (numbers(n),), TINY),
    "algorithms.backtracking.subsets::subsets": (lambda n: (numbers(n),), FEW),
    "algorithms.backtracking.subsets::subsets_v2": (lambda n: (numbers(n),), FEW),
    "algorithms.backtracking.subsets_unique::subsets_unique": (lambda n: (numbers(n),), FEW),
    "algorithms.bit_manipulation.add_bitwise_operator::add_bitwise_operator": (lambda n: (2**n - 1, 2**n), BITS),
    "algorithms.bit_manipulation.binary_gap::binary_gap": (lambda n: (2**n + 5,), BITS),
    "algorithms.bit_manipulation.bit_operation::set_bit": (lambda n: (7, n), BITS),
    "algorithms.bit_manipulation.bytes_int_conversion::int_to_bytes_big_endian": (lambda n: (2**n,), BITS),
    "algorithms.bit_manipulation.bytes_int_conversion::int_to_bytes_little_endian": (lambda n: (2**n,), BITS),
    "algorithms.bit_manipulation.bytes_int_conversion::bytes_big_endian_to_int": lambda n: (b"\x07" * n,),
    "algorithms.bit_manipulation.count_flips_to_convert::count_flips_to_convert": (lambda n: (2**n, 5), BITS),
    "algorithms.bit_manipulation.count_ones::count_ones_recur": (lambda n: (2**n - 1,), BITS),
    "algorithms.bit_manipulation.count_ones::count_ones_iter": (lambda n: (2**n - 1,), BITS),
    "algorithms.bit_manipulation.find_difference::find_difference": lambda n: (letters(n), letters(n) + "z"),
    "algorithms.bit_manipulation.find_missing_number::find_missing_number": lambda n: ([*range(n), n + 1],),
    "algorithms.bit_manipulation.flip_bit_longest_sequence::flip_bit_longest_seq": (lambda n: (2**n + 5,), BITS),
    "algorithms.bit_manipulation.gray_code::gray_code": (lambda n: (n,), FEW),
    "algorithms.bit_manipulation.single_number3::single_number3": lambda n: (numbers(n) * 2 + [5, 6],),
    "algorithms.bit_manipulation.subsets::subsets": (lambda n: (numbers(n),), FEW),
    "algorithms.compression.elias::elias_gamma": lambda n: (n,),
    "algorithms.compression.elias::elias_delta": lambda n: (n,),
    "algorithms.compression.rle_compression::encode_rle": lambda n: (letters(n),),
    "algorithms.compression.rle_compression::decode_rle": lambda n: ("3a12b" * n,),
    "algorithms.dynamic_programming.bitmask::tsp": (lambda n: (float_matrix(n),), TINY),
    "algorithms.dynamic_programming.buy_sell_stock::max_profit_naive": (lambda n: (numbers(n),), (10, 50, 250)),
    "algorithms.dynamic_programming.buy_sell_stock::max_profit_optimized": lambda n: (numbers(n),),
    "algorithms.dynamic_programming.climbing_stairs::climb_stairs": lambda n: (n,),
    "algorithms.dynamic_programming.climbing_stairs::climb_stairs_optimized": lambda n: (n,),
    "algorithms.dynamic_programming.coin_change::count": lambda n: ([1, 2, 5, 10], n),
    "algorithms.dynamic_programming.combination_sum::combination_sum_topdown": lambda n: ([1, 2, 3], n),
    "algorithms.dynamic_programming.combination_sum::combination_sum_bottom_up": lambda n: ([1, 2, 3], n),
    "algorithms.dynamic_programming.count_paths_dp::count_paths_recursive": (lambda n: (n, n), FEW[:2] + (10,)),
    "algorithms.dynamic_programming.count_paths_dp::count_paths_memo": (lambda n: (n, n), SQUARE),
    "algorithms.dynamic_programming.count_paths_dp::count_paths_dp": (lambda n: (n, n), SQUARE),
    "algorithms.dynamic_programming.edit_distance::edit_distance": (
        lambda n: (letters(n), letters(n, seed=1)),
        (10, 40, 160),
    ),
    "algorithms.dynamic_programming.egg_drop::egg_drop": (lambda n: (2, n), (10, 40, 160)),
    "algorithms.dynamic_programming.fib::fib_recursive": (lambda n: (n,), (5, 10, 15)),
    "algorithms.dynamic_programming.fib::fib_list": lambda n: (n,),
    "algorithms.dynamic_programming.fib::fib_iter": lambda n: (n,),
    "algorithms.dynamic_programming.hosoya_triangle::hosoya": (lambda n: (n, n // 2), (4, 6, 8)),
    "algorithms.dynamic_programming.hosoya_triangle::hosoya_testing": (lambda n: (n,), FEW),
    "algorithms.dynamic_programming.house_robber::house_robber": lambda n: (numbers(n),),
    "algorithms.dynamic_programming.int_divide::int_divide": (lambda n: (n,), (10, 40, 160)),
    "algorithms.dynamic_programming.job_scheduling::schedule": lambda n: (
        [Job(i, i + 3, 10 + i % 7) for i in range(n)],
    ),
    "algorithms.dynamic_programming.k_factor::find_k_factor": (lambda n: (n, 2), (10, 20, 40)),
    "algorithms.dynamic_programming.knapsack::get_maximum_value": lambda n: (
        [Item(5 + i, 1 + i % 6) for i in range(10)],
        n,
    ),
    "algorithms.dynamic_programming.longest_common_subsequence::longest_common_subsequence": (
        lambda n: (letters(n), letters(n, seed=1)),
        (10, 40, 160),
    ),
    "algorithms.dynamic_programming.longest_increasing::longest_increasing_subsequence": (
        lambda n: (numbers(n),),
        (10, 50, 250),
    ),
    "algorithms.dynamic_programming.longest_increasing::longest_increasing_subsequence_optimized": (
        lambda n: (small(n, 300),),
        (10, 50, 250),
    ),
    "algorithms.dynamic_programming.longest_increasing::longest_increasing_subsequence_optimized2": (
        lambda n: (small(n, 300),),
        (10, 50, 250),
    ),
    "algorithms.dynamic_programming.matrix_chain_order::matrix_chain_order": (lambda n: (numbers(n),), SQUARE),
    "algorithms.dynamic_programming.max_product_subarray::max_product": lambda n: (small(n, 3),),
    "algorithms.dynamic_programming.max_product_subarray::subarray_with_max_product": lambda n: (small(n, 3),),
    "algorithms.dynamic_programming.max_subarray::max_subarray": lambda n: ([x - 1000 for x in numbers(n)],),
    "algorithms.dynamic_programming.min_cost_path::min_cost": lambda n: (matrix(n),),
    "algorithms.dynamic_programming.num_decodings::num_decodings": lambda n: ("12" * (n // 2),),
    "algorithms.dynamic_programming.num_decodings::num_decodings2": lambda n: ("12" * (n // 2),),
    "algorithms.dynamic_programming.planting_trees::planting_trees": (lambda n: (increasing(n), 10, 5), (10, 40, 160)),
    "algorithms.dynamic_programming.regex_matching::is_match": (lambda n: (letters(n), "a*" * n), SQUARE),
    "algorithms.dynamic_programming.rod_cut::cut_rod": (lambda n: (numbers(n),), (10, 50, 250)),
    "algorithms.dynamic_programming.word_break::word_break": (lambda n: ("ab" * n, {"a", "ab", "b"}), (10, 40, 160)),
    "algorithms.graph.a_star::a_star": (
        lambda n: ({i: [(j, 1.0 + j % 3) for j in js] for i, js in acyclic(n).items()}, 0, n - 1, lambda node: 0),
        (10, 40, 160),
    ),
    "algorithms.graph.all_factors::get_factors": (lambda n: (2**n,), FEW),
    "algorithms.graph.all_factors::get_factors_iterative1": (lambda n: (2**n,), FEW),
    "algorithms.graph.all_factors::get_factors_iterative2": (lambda n: (2**n,), FEW),
    "algorithms.graph.all_pairs_shortest_path::all_pairs_shortest_path": (lambda n: (float_matrix(n),), SQUARE),
    "algorithms.graph.bellman_ford::bellman_ford": ((lambda n: (spread(n), "n0")), (10, 40, 160)),
    "algorithms.graph.blossom::max_matching": (lambda n: (n, edges(n)), (10, 40, 160)),
    "algorithms.graph.check_bipartite::check_bipartite": (
        lambda n: ([[(i + j) % 2 for j in range(n)] for i in range(n)],),
        SQUARE,
    ),
    "algorithms.graph.clone_graph::clone_graph1": lambda n: (undirected(n),),
    "algorithms.graph.clone_graph::clone_graph2": lambda n: (undirected(n),),
    "algorithms.graph.clone_graph::clone_graph": lambda n: (undirected(n),),
    "algorithms.graph.count_connected_number_of_component::count_components": lambda n: (
        [*neighbours(n).values(), []],
        n,
    ),
    "algorithms.graph.count_islands_bfs::count_islands": (lambda n: (grid(n),), SQUARE),
    "algorithms.graph.count_islands_dfs::num_islands": (lambda n: (grid(n),), SQUARE),
    "algorithms.graph.count_islands_unionfind::num_islands": lambda n: ([[i % 30, i // 30] for i in range(n)],),
    "algorithms.graph.cycle_detection::contains_cycle": lambda n: (named(acyclic(n, 1)),),
    "algorithms.graph.dijkstra_heapq::dijkstra": lambda n: (spread(n), "n0", f"n{n - 1}"),
    "algorithms.graph.find_all_cliques::find_all_cliques": (
        lambda n: ({k: set(v) for k, v in named(neighbours(n)).items()},),
        SQUARE,
    ),
    "algorithms.graph.find_path::find_path": lambda n: (acyclic(n, 1), 0, n - 1),
    "algorithms.graph.find_path::find_all_path": (lambda n: (acyclic(n), 0, n - 1), FEW),
    "algorithms.graph.find_path::find_shortest_path": (lambda n: (acyclic(n), 0, n - 1), FEW),
    "algorithms.graph.maximum_flow::ford_fulkerson": (flow, FEW),
    "algorithms.graph.maximum_flow::edmonds_karp": (flow, SQUARE),
    "algorithms.graph.maximum_flow::dinic": (flow, SQUARE),
    "algorithms.graph.maximum_flow_bfs::maximum_flow_bfs": (lambda n: (capacities(n),), SQUARE),
    "algorithms.graph.maximum_flow_dfs::maximum_flow_dfs": (lambda n: (capacities(n),), SQUARE),
    "algorithms.graph.maze_search_bfs::maze_search": (lambda n: ([[1] * n for _ in range(n)],), (5, 20, 60)),
    "algorithms.graph.maze_search_dfs::find_path": (lambda n: ([[1] * n for _ in range(2)],), FEW),
    "algorithms.graph.minimum_spanning_tree::kruskal": lambda n: (
        n,
        [Edge(a, b, 1 + (a * 7 + b) % 50) for a, b in edges(n)],
        DisjointSet(n),
    ),
    "algorithms.graph.pacific_atlantic::pacific_atlantic": (lambda n: (matrix(n),), SQUARE),
    "algorithms.graph.prims_minimum_spanning::prims_minimum_spanning": lambda n: (
        {i: [[1 + (i + j) % 9, j] for j in js] for i, js in neighbours(n).items()},
    ),
    "algorithms.graph.satisfiability::solve_sat": lambda n: (
        [((f"x{i}", True), (f"x{(i * 7 + 1) % n}", False)) for i in range(n)],
    ),
    "algorithms.graph.shortest_distance_from_all_buildings::shortest_distance": (
        lambda n: ([[1 if (i, j) in ((0, 0), (n - 1, n - 1)) else 0 for j in range(n)] for i in range(n)],),
        SQUARE,
    ),
    "algorithms.graph.topological_sort_bfs::topological_sort": lambda n: (n, [(i, i + 1) for i in range(n - 1)]),
    "algorithms.graph.topological_sort_dfs::top_sort_recursive": lambda n: (named(acyclic(n)),),
    "algorithms.graph.topological_sort_dfs::top_sort": lambda n: (named(acyclic(n)),),
    "algorithms.graph.traversal::dfs_traverse": lambda n: (neighbours(n), 0),
    "algorithms.graph.traversal::bfs_traverse": lambda n: (neighbours(n), 0),
    "algorithms.graph.traversal::dfs_traverse_recursive": lambda n: (neighbours(n), 0),
    "algorithms.graph.walls_and_gates::walls_and_gates": (
        lambda n: ([[0 if i == j == 0 else 2**31 - 1 for j in range(n)] for i in range(3)],),
        FEW,
    ),
    "algorithms.graph.word_ladder::ladder_length": (
        lambda n: ("aaa", "ccc", [a + b + c for a in "abcdefgh" for b in "abcdefgh" for c in "abcdefgh"][:n]),
        (40, 150, 500),
    ),
    "algorithms.greedy.gale_shapley::gale_shapley": (
        lambda n: (
            {f"m{i}": [f"w{(i + j) % n}" for j in range(n)] for i in range(n)},
            {f"w{i}": [f"m{(i - j) % n}" for j in range(n)] for i in range(n)},
        ),
        SQUARE,
    ),
    "algorithms.greedy.max_contiguous_subsequence_sum::max_contiguous_subsequence_sum": lambda n: (numbers(n),),
    "algorithms.heap.k_closest_points::k_closest": lambda n: (pairs(n), n // 2),
    "algorithms.heap.merge_sorted_k_lists::merge_k_lists": lambda n: ([linked(n, MergeNode) for _ in range(3)],),
    "algorithms.heap.skyline::get_skyline": lambda n: ([[3 * i, 3 * i + 10, 5 + i % 7] for i in range(n)],),
    "algorithms.heap.sliding_window_max::max_sliding_window": lambda n: (numbers(n), 5),
    "algorithms.linked_list.add_two_numbers::add_two_numbers": lambda n: (
        chain(small(n), SingleNode),
        chain(small(n, 9), SingleNode),
    ),
    "algorithms.linked_list.add_two_numbers::convert_to_list": (lambda n: (10**n,), (10, 50, 200)),
    "algorithms.linked_list.add_two_numbers::convert_to_str": lambda n: (chain(small(n), SingleNode),),
    "algorithms.linked_list.copy_random_pointer::copy_random_pointer_v1": lambda n: (random_list(n),),
    "algorithms.linked_list.copy_random_pointer::copy_random_pointer_v2": lambda n: (random_list(n),),
    "algorithms.linked_list.delete_node::delete_node": lambda n: (linked(n, SingleNode),),
    "algorithms.linked_list.first_cyclic_node::first_cyclic_node": lambda n: (linked(n, SingleNode),),
    "algorithms.linked_list.is_cyclic::is_cyclic": lambda n: (linked(n, SingleNode),),
    "algorithms.linked_list.is_palindrome::is_palindrome": lambda n: (mirrored(n),),
    "algorithms.linked_list.is_palindrome::is_palindrome_stack": lambda n: (mirrored(n),),
    "algorithms.linked_list.is_palindrome::is_palindrome_dict": lambda n: (mirrored(n),),
    "algorithms.linked_list.is_sorted::is_sorted": lambda n: (linked(n),),
    "algorithms.linked_list.kth_to_last::kth_to_last_dict": lambda n: (linked(n, SingleNode), 2),
    "algorithms.linked_list.kth_to_last::kth_to_last": lambda n: (linked(n, SingleNode), 2),
    "algorithms.linked_list.merge_two_list::merge_two_list": lambda n: (
        linked(n, SingleNode),
        linked(n, SingleNode),
    ),
    "algorithms.linked_list.merge_two_list::merge_two_list_recur": lambda n: (
        linked(n, SingleNode),
        linked(n, SingleNode),
    ),
    "algorithms.linked_list.partition::partition": lambda n: (chain(small(n), SingleNode), 5),
    "algorithms.linked_list.remove_duplicates::remove_dups": lambda n: (chain(small(n, 50), SingleNode),),
    "algorithms.linked_list.remove_range::remove_range": lambda n: (linked(n), 2, n // 2),
    "algorithms.linked_list.reverse::reverse_list": lambda n: (linked(n),),
    "algorithms.linked_list.reverse::reverse_list_recursive": lambda n: (linked(n),),
    "algorithms.linked_list.rotate_list::rotate_right": lambda n: (linked(n), 3),
    "algorithms.linked_list.swap_in_pairs::swap_pairs": lambda n: (linked(n, SingleNode),),
    "algorithms.map.is_anagram::is_anagram": lambda n: (letters(n), letters(n)[::-1]),
    "algorithms.map.is_isomorphic::is_isomorphic": lambda n: (letters(n), letters(n, "wxyz")),
    "algorithms.map.longest_common_subsequence::max_common_sub_string": (
        lambda n: (letters(n), letters(n, seed=1)),
        (10, 40, 160),
    ),
    "algorithms.map.longest_palindromic_subsequence::longest_palindromic_subsequence": lambda n: (letters(n),),
    "algorithms.map.valid_sudoku::is_valid_sudoku": (
        lambda n: ([[str(cell) for cell in row] for row in sudoku(n)],),
        (9, 9),
    ),
    "algorithms.map.word_pattern::word_pattern": lambda n: (letters(n), " ".join(letters(n))),
    "algorithms.math.base_conversion::int_to_base": (lambda n: (2**n, 16), BITS),
    "algorithms.math.base_conversion::base_to_int": lambda n: ("7" * n, 16),
    "algorithms.math.chinese_remainder_theorem::solve_chinese_remainder": (
        lambda n: ([3, 5, 7, 11][:n], [2, 3, 2, 1][:n]),
        (2, 3, 4),
    ),
    "algorithms.math.combination::combination": (lambda n: (n, n // 2), FEW),
    "algorithms.math.cosine_similarity::cosine_similarity": lambda n: (floats(n), floats(n, 4)),
    "algorithms.math.decimal_to_binary_ip::decimal_to_binary_ip": (lambda n: (".".join(["192"] * n),), (1, 2, 4)),
    "algorithms.math.euler_totient::euler_totient": lambda n: (n,),
    "algorithms.math.factorial::factorial": lambda n: (n,),
    "algorithms.math.factorial::factorial_recur": (lambda n: (n,), (10, 100, 500)),
    "algorithms.math.fft::fft": (lambda n: ([complex(x, 0) for x in floats(n)],), (8, 64, 512)),
    "algorithms.math.generate_strobogrammtic::gen_strobogrammatic": (lambda n: (n,), TINY),
    "algorithms.math.goldbach::goldbach": lambda n: (2 * n,),
    "algorithms.math.hailstone::hailstone": lambda n: (n,),
    "algorithms.math.is_strobogrammatic::is_strobogrammatic": lambda n: ("8" * n,),
    "algorithms.math.is_strobogrammatic::is_strobogrammatic2": lambda n: ("8" * n,),
    "algorithms.math.linear_regression::linear_regression": lambda n: (floats(n), floats(n, 4)),
    "algorithms.math.linear_regression::r_squared": lambda n: (floats(n), floats(n, 4)),
    "algorithms.math.linear_regression::rmse": lambda n: (floats(n), floats(n, 4)),
    "algorithms.math.manhattan_distance::manhattan_distance": lambda n: (tuple(floats(n)), tuple(floats(n, 4))),
    "algorithms.math.modular_exponential::modular_exponential": lambda n: (3, n, 1009),
    "algorithms.math.next_bigger::next_bigger": (lambda n: (int(digits(n)),), (5, 20, 80)),
    "algorithms.math.num_perfect_squares::num_perfect_squares": lambda n: (n,),
    "algorithms.math.polynomial_division::polynomial_division": (lambda n: (floats(n), floats(4)), (10, 50, 250)),
    "algorithms.math.power::power": lambda n: (3, n),
    "algorithms.math.power::power_recur": lambda n: (3, n),
    "algorithms.math.primes_sieve_of_eratosthenes::get_primes": lambda n: (n,),
    "algorithms.math.recursive_binomial_coefficient::recursive_binomial_coefficient": (lambda n: (n, n // 2), FEW),
    "algorithms.math.summing_digits::sum_dig_pow": lambda n: (1, n),
    "algorithms.matrix.bomb_enemy::max_killed_enemies": (lambda n: (grid(n, "0EW"),), SQUARE),
    "algorithms.matrix.cholesky_matrix_decomposition::cholesky_decomposition": (lambda n: (positive(n),), SQUARE),
    "algorithms.matrix.copy_transform::rotate_clockwise": (lambda n: (matrix(n),), (5, 20, 80)),
    "algorithms.matrix.copy_transform::rotate_counterclockwise": (lambda n: (matrix(n),), (5, 20, 80)),
    "algorithms.matrix.copy_transform::top_left_invert": (lambda n: (matrix(n),), (5, 20, 80)),
    "algorithms.matrix.copy_transform::bottom_left_invert": (lambda n: (matrix(n),), (5, 20, 80)),
    "algorithms.matrix.count_paths::count_paths": (lambda n: (n, n), (5, 20, 80)),
    "algorithms.matrix.crout_matrix_decomposition::crout_matrix_decomposition": (lambda n: (positive(n),), SQUARE),
    "algorithms.matrix.matrix_exponentiation::identity": (lambda n: (n,), (5, 20, 80)),
    "algorithms.matrix.matrix_exponentiation::multiply": (lambda n: (matrix(n), matrix(n)), SQUARE),
    "algorithms.matrix.matrix_exponentiation::matrix_exponentiation": (lambda n: (matrix(n), 5), SQUARE),
    "algorithms.matrix.matrix_inversion::get_determinant": (lambda n: (matrix(n),), (3, 4, 5, 6)),
    "algorithms.matrix.multiply::multiply": (lambda n: (matrix(n), matrix(n)), SQUARE),
    "algorithms.matrix.rotate_image::rotate": (lambda n: (matrix(n),), (5, 20, 80)),
    "algorithms.matrix.search_in_sorted_matrix::search_in_a_sorted_matrix": (
        lambda n: ([[i + j for j in range(n)] for i in range(n)], n, n, n),
        (5, 20, 80),
    ),
    "algorithms.matrix.sort_matrix_diagonally::sort_diagonally": (lambda n: (matrix(n),), (5, 20, 80)),
    "algorithms.matrix.sparse_dot_vector::vector_to_index_value_list": lambda n: ([float(x) for x in small(n, 4)],),
    "algorithms.matrix.sparse_dot_vector::dot_product": lambda n: (
        [(i, 1.5) for i in range(n)],
        [(2 * i, 2.5) for i in range(n)],
    ),
    "algorithms.matrix.sparse_mul::sparse_multiply": (lambda n: (grid(n), grid(n)), SQUARE),
    "algorithms.matrix.spiral_traversal::spiral_traversal": (lambda n: (matrix(n),), (5, 20, 80)),
    "algorithms.matrix.sudoku_validator::valid_solution_hashtable": (lambda n: (sudoku(n),), (9, 9)),
    "algorithms.matrix.sudoku_validator::valid_solution": (lambda n: (sudoku(n),), (9, 9)),
    "algorithms.matrix.sum_sub_squares::sum_sub_squares": (lambda n: (matrix(n), 3), (5, 20, 40)),
    "algorithms.queue.max_sliding_window::max_sliding_window": lambda n: (numbers(n), 5),
    "algorithms.queue.reconstruct_queue::reconstruct_queue": lambda n: ([[n - i, i % 5] for i in range(n)],),
    "algorithms.searching.binary_search::binary_search": lambda n: (increasing(n), 1003),
    "algorithms.searching.binary_search::binary_search_recur": lambda n: (increasing(n), 0, n - 1, 1003),
    "algorithms.searching.exponential_search::exponential_search": lambda n: (increasing(n), 1003),
    "algorithms.searching.generalized_binary_search::binary_search_first_true": lambda n: (0, n, lambda x: x > 3),
    "algorithms.searching.jump_search::jump_search": lambda n: (increasing(n), 1006),
    "algorithms.searching.next_greatest_letter::next_greatest_letter": lambda n: (sorted(letters(n)), "b"),
    "algorithms.searching.search_range::search_range": lambda n: (sorted(small(n)), 5),
    "algorithms.searching.two_sum::two_sum": lambda n: (increasing(n), 1),
    "algorithms.searching.two_sum::two_sum1": lambda n: (increasing(n), 1),
    "algorithms.set.find_keyboard_row::find_keyboard_row": lambda n: (words(n),),
    "algorithms.set.set_covering::greedy_set_cover": (
        lambda n: (
            set(range(n)),
            {f"s{i}": {i, (i + 1) % n, (i + 2) % n} for i in range(n)},
            {f"s{i}": 1 + i % 5 for i in range(n)},
        ),
        SQUARE,
    ),
    "algorithms.set.set_covering::optimal_set_cover": (
        lambda n: (
            set(range(n)),
            {f"s{i}": {i, (i + 1) % n, (i + 2) % n} for i in range(n)},
            {f"s{i}": 1 + i % 5 for i in range(n)},
        ),
        (4, 6, 8),
    ),
    "algorithms.sorting.bead_sort::bead_sort": (lambda n: (small(n),), (10, 40, 160)),
    "algorithms.sorting.bitonic_sort::bitonic_sort": (lambda n: (numbers(n),), (8, 64, 512)),
    "algorithms.sorting.bubble_sort::bubble_sort": (lambda n: (numbers(n),), (10, 40, 160)),
    "algorithms.sorting.bucket_sort::bucket_sort": (lambda n: (numbers(n),), (10, 40, 160)),
    "algorithms.sorting.comb_sort::comb_sort": lambda n: (numbers(n),),
    "algorithms.sorting.counting_sort::counting_sort": lambda n: (numbers(n),),
    "algorithms.sorting.cycle_sort::cycle_sort": (lambda n: (numbers(n),), (10, 40, 160)),
    "algorithms.sorting.heap_sort::max_heap_sort": (lambda n: (numbers(n),), (10, 40, 160)),
    "algorithms.sorting.heap_sort::min_heap_sort": (lambda n: (numbers(n),), (10, 40, 160)),
    "algorithms.sorting.insertion_sort::insertion_sort": (lambda n: (numbers(n),), (10, 40, 160)),
    "algorithms.sorting.meeting_rooms::can_attend_meetings": lambda n: (
        [SimpleNamespace(start=5 * i, end=5 * i + 4) for i in range(n)],
    ),
    "algorithms.sorting.merge_sort::merge_sort": lambda n: (numbers(n),),
    "algorithms.sorting.pancake_sort::pancake_sort": (lambda n: (numbers(n),), (10, 40, 160)),
    "algorithms.sorting.pigeonhole_sort::pigeonhole_sort": lambda n: (numbers(n),),
    "algorithms.sorting.quick_sort::quick_sort": lambda n: (numbers(n),),
    "algorithms.sorting.radix_sort::radix_sort": lambda n: (numbers(n),),
    "algorithms.sorting.shell_sort::shell_sort": lambda n: (numbers(n),),
    "algorithms.sorting.stooge_sort::stooge_sort": (lambda n: (numbers(n),), FEW),
    "algorithms.sorting.wiggle_sort::wiggle_sort": lambda n: (numbers(n),),
    "algorithms.stack.is_consecutive::first_is_consecutive": lambda n: (list(range(n)),),
    "algorithms.stack.is_consecutive::second_is_consecutive": lambda n: (list(range(n)),),
    "algorithms.stack.is_sorted::is_sorted": lambda n: (list(range(n)),),
    "algorithms.stack.longest_abs_path::length_longest_path": lambda n: ("\n\t".join(words(n)) + ".x",),
    "algorithms.stack.remove_min::remove_min": lambda n: (numbers(n),),
    "algorithms.stack.simplify_path::simplify_path": lambda n: ("/".join(words(n)) + "/../a/./b",),
    "algorithms.stack.stutter::first_stutter": lambda n: (numbers(n),),
    "algorithms.stack.stutter::second_stutter": lambda n: (numbers(n),),
    "algorithms.stack.switch_pairs::first_switch_pairs": lambda n: (numbers(n),),
    "algorithms.stack.valid_parenthesis::is_valid": lambda n: ("(" * n + ")" * n,),
    "algorithms.streaming.misra_gries::misras_gries": (lambda n: ([str(x) for x in small(n, 5)], 4), (10, 100, 500)),
    "algorithms.streaming.one_sparse_recovery::one_sparse": lambda n: ([(4, "+")] * n,),
    "algorithms.string.add_binary::add_binary": lambda n: (letters(n, "01"), letters(n, "01", 3)),
    "algorithms.string.alphabet_board_path::alphabet_board_path": lambda n: (letters(n, "abcdefgh"),),
    "algorithms.string.atbash_cipher::atbash": lambda n: (text(n),),
    "algorithms.string.breaking_bad::match_symbol": lambda n: (words(n), ["ba", "lo", "me"]),
    "algorithms.string.breaking_bad::match_symbol_1": lambda n: (words(n), ["ba", "lo", "me"]),
    "algorithms.string.breaking_bad::bracket": lambda n: (words(n), ["ba", "lo", "me"]),
    "algorithms.string.caesar_cipher::caesar_cipher": lambda n: (text(n), 4),
    "algorithms.string.check_pangram::check_pangram": lambda n: (text(n),),
    "algorithms.string.count_binary_substring::count_binary_substring": lambda n: (letters(n, "01"),),
    "algorithms.string.decode_string::decode_string": lambda n: ("3[ab2[c]]" * n,),
    "algorithms.string.delete_reoccurring::delete_reoccurring_characters": lambda n: (text(n),),
    "algorithms.string.domain_extractor::domain_name_1": lambda n: ("http://" + letters(n) + ".com/" + text(n),),
    "algorithms.string.domain_extractor::domain_name_2": lambda n: ("http://" + letters(n) + ".com/x",),
    "algorithms.string.encode_decode::encode": lambda n: (text(n),),
    "algorithms.string.encode_decode::decode": lambda n: ("4:abcd" * n,),
    "algorithms.string.first_unique_char::first_unique_char": lambda n: (letters(n) + "z",),
    "algorithms.string.fizzbuzz::fizzbuzz": lambda n: (n,),
    "algorithms.string.fizzbuzz::fizzbuzz_with_helper_func": lambda n: (n,),
    "algorithms.string.group_anagrams::group_anagrams": lambda n: (words(n),),
    "algorithms.string.int_to_roman::int_to_roman": lambda n: (n,),
    "algorithms.string.is_palindrome::is_palindrome": lambda n: (letters(n) + letters(n)[::-1],),
    "algorithms.string.is_palindrome::is_palindrome_reverse": lambda n: (text(n),),
    "algorithms.string.is_palindrome::is_palindrome_two_pointer": lambda n: (text(n),),
    "algorithms.string.is_palindrome::is_palindrome_stack": lambda n: (text(n),),
    "algorithms.string.is_palindrome::is_palindrome_deque": lambda n: (text(n),),
    "algorithms.string.is_rotated::is_rotated": lambda n: (letters(n), letters(n)[3:] + letters(n)[:3]),
    "algorithms.string.knuth_morris_pratt::knuth_morris_pratt": lambda n: (letters(n, "ab"), "ab"),
    "algorithms.string.license_number::license_number": lambda n: ("-".join(words(n)), 4),
    "algorithms.string.longest_common_prefix::longest_common_prefix_v1": lambda n: (["prefix" + w for w in words(n)],),
    "algorithms.string.longest_common_prefix::longest_common_prefix_v3": lambda n: (["prefix" + w for w in words(n)],),
    "algorithms.string.longest_palindromic_substring::longest_palindrome": (
        lambda n: (letters(n, "ab"),),
        (10, 50, 250),
    ),
    "algorithms.string.make_sentence::make_sentence": (lambda n: ("ab" * n, ["ab", "ba", "a"]), TINY),
    "algorithms.string.manacher::manacher": lambda n: (letters(n, "ab"),),
    "algorithms.string.merge_string_checker::is_merge_recursive": lambda n: ("ab" * n, "a" * n, "b" * n),
    "algorithms.string.min_distance::min_distance": (lambda n: (letters(n), letters(n, seed=1)), (3, 5, 7)),
    "algorithms.string.min_distance::min_distance_dp": (lambda n: (letters(n), letters(n, seed=1)), (10, 40, 160)),
    "algorithms.string.multiply_strings::multiply": (lambda n: (digits(n), digits(n, 3)), (10, 40, 160)),
    "algorithms.string.one_edit_distance::is_one_edit": lambda n: (letters(n), letters(n) + "x"),
    "algorithms.string.panagram::panagram": lambda n: (text(n),),
    "algorithms.string.rabin_karp::rabin_karp": lambda n: ("zzzz", text(n)),
    "algorithms.string.repeat_string::repeat_string": lambda n: ("abcd", "abcd" * n),
    "algorithms.string.repeat_substring::repeat_substring": lambda n: ("abcd" * n,),
    "algorithms.string.reverse_string::recursive": lambda n: (text(n),),
    "algorithms.string.reverse_string::iterative": lambda n: (text(n),),
    "algorithms.string.reverse_string::pythonic": lambda n: (text(n),),
    "algorithms.string.reverse_vowel::reverse_vowel": lambda n: (text(n),),
    "algorithms.string.reverse_words::reverse_words": lambda n: (text(n),),
    "algorithms.string.roman_to_int::roman_to_int": lambda n: ("M" * n,),
    "algorithms.string.rotate::rotate": lambda n: (text(n), 3),
    "algorithms.string.rotate::rotate_alt": lambda n: (text(n), 3),
    "algorithms.string.strip_url_params::strip_url_params1": lambda n: (
        "http://a.b/?" + "&".join(f"{w}=1" for w in words(n)),
        ["b"],
    ),
    "algorithms.string.strip_url_params::strip_url_params3": lambda n: (
        "http://a.b/?" + "&".join(f"{w}=1" for w in words(n)),
        ["b"],
    ),
    "algorithms.string.text_justification::text_justification": lambda n: (words(n), 40),
    "algorithms.string.unique_morse::unique_morse": lambda n: (words(n),),
    "algorithms.string.word_squares::word_squares": (
        lambda n: ([a + b + c for a in "abc" for b in "abc" for c in "abc"][:n],),
        (4, 8, 16),
    ),
    "algorithms.string.z_algorithm::compute_z_array": lambda n: (letters(n, "ab"),),
    "algorithms.string.z_algorithm::z_search": lambda n: (letters(n, "ab"), "abab"),
    "algorithms.tree.bin_tree_to_list::bin_tree_to_list": lambda n: (nodes(n),),
    "algorithms.tree.binary_tree_paths::binary_tree_paths": lambda n: (nodes(n),),
    "algorithms.tree.binary_tree_views::left_view": lambda n: (nodes(n),),
    "algorithms.tree.binary_tree_views::right_view": lambda n: (nodes(n),),
    "algorithms.tree.binary_tree_views::top_view": lambda n: (nodes(n),),
    "algorithms.tree.binary_tree_views::bottom_view": lambda n: (nodes(n),),
    "algorithms.tree.bst_array_to_bst::array_to_bst": lambda n: (increasing(n),),
    "algorithms.tree.bst_closest_value::closest_value": lambda n: (data_nodes(n), 3),
    "algorithms.tree.bst_is_bst::is_bst": lambda n: (data_nodes(n),),
    "algorithms.tree.bst_kth_smallest::kth_smallest": lambda n: (data_nodes(n), 4),
    "algorithms.tree.bst_serialize_deserialize::serialize": lambda n: (
        tree(n, setting(bst_serialize_deserialize.TreeNode)),
    ),
    "algorithms.tree.bst_serialize_deserialize::deserialize": lambda n: (
        bst_serialize_deserialize.serialize(tree(n, setting(bst_serialize_deserialize.TreeNode))),
    ),
    "algorithms.tree.bst_unique_bst::num_trees": lambda n: (n,),
    "algorithms.tree.deepest_left::find_deepest_left": lambda n: (nodes(n), True, 1, deepest_left.DeepestLeft()),
    "algorithms.tree.invert_tree::reverse": lambda n: (nodes(n),),
    "algorithms.tree.is_balanced::is_balanced": lambda n: (nodes(n),),
    "algorithms.tree.is_subtree::is_subtree": lambda n: (nodes(n), nodes(n // 2)),
    "algorithms.tree.is_symmetric::is_symmetric": lambda n: (tree(n, lambda value, a, b: TreeNode(1, a, b)),),
    "algorithms.tree.is_symmetric::is_symmetric_iterative": lambda n: (tree(n, lambda value, a, b: TreeNode(1, a, b)),),
    "algorithms.tree.longest_consecutive::longest_consecutive": lambda n: (nodes(n),),
    "algorithms.tree.max_height::max_height": lambda n: (nodes(n),),
    "algorithms.tree.max_path_sum::max_path_sum": lambda n: (nodes(n),),
    "algorithms.tree.min_height::min_height": lambda n: (nodes(n),),
    "algorithms.tree.path_sum::has_path_sum": lambda n: (nodes(n), -1),
    "algorithms.tree.path_sum::has_path_sum2": lambda n: (nodes(n), -1),
    "algorithms.tree.path_sum::has_path_sum3": lambda n: (nodes(n), -1),
    "algorithms.tree.path_sum2::path_sum": lambda n: (nodes(n), n),
    "algorithms.tree.path_sum2::path_sum2": lambda n: (nodes(n), n),
    "algorithms.tree.path_sum2::path_sum3": lambda n: (nodes(n), n),
    "algorithms.tree.pretty_print::tree_print": lambda n: (neighbours(n),),
    "algorithms.tree.same_tree::is_same_tree": lambda n: (nodes(n), nodes(n)),
    "algorithms.tree.traversal_inorder::inorder": lambda n: (nodes(n),),
    "algorithms.tree.traversal_inorder::inorder_rec": lambda n: (nodes(n),),
    "algorithms.tree.traversal_level_order::level_order": lambda n: (nodes(n),),
    "algorithms.tree.traversal_postorder::postorder": lambda n: (nodes(n),),
    "algorithms.tree.traversal_postorder::postorder_rec": lambda n: (nodes(n),),
    "algorithms.tree.traversal_preorder::preorder": lambda n: (nodes(n),),
    "algorithms.tree.traversal_preorder::preorder_rec": lambda n: (nodes(n),),
    "algorithms.tree.traversal_zigzag::zigzag_level": lambda n: (nodes(n),),
}
