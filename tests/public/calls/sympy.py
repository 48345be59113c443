"""Number theory and combinatorics of sympy; each file is analysed by itself."""

from arguments import acyclic, edges, letters, mapping, nested_list, numbers, small

FILES = True

CASES = {
    "sympy.ntheory.continued_fraction::continued_fraction_periodic": (lambda n: (10**n + 1, 7**n), (5, 20, 80)),
    "sympy.ntheory.digits::digits": (lambda n: (10**n, 10), (5, 50, 500)),
    "sympy.ntheory.digits::count_digits": (lambda n: (10**n, 10), (5, 50, 500)),
    "sympy.ntheory.digits::is_palindromic": (lambda n: (10**n + 1, 10), (5, 50, 500)),
    "sympy.ntheory.egyptian_fraction::egypt_golomb": (lambda n: (n, n + 3), (4, 10, 40)),
    "sympy.ntheory.factor_::multiplicity": (lambda n: (2, 2**n), (5, 50, 500)),
    "sympy.ntheory.factor_::primefactors": lambda n: (n,),
    "sympy.ntheory.factor_::divisors": (lambda n: (2**n,), (5, 50, 100)),
    "sympy.ntheory.factor_::proper_divisors": (lambda n: (2**n,), (5, 50, 100)),
    "sympy.ntheory.factor_::antidivisors": lambda n: (n,),
    "sympy.ntheory.factor_::smoothness": lambda n: (n,),
    "sympy.ntheory.modular::crt": (lambda n: ([3, 5, 7, 11, 13, 17][:n], [1] * n), (2, 4, 6)),
    "sympy.ntheory.multinomial::binomial_coefficients": (lambda n: (n,), (5, 20, 80)),
    "sympy.ntheory.multinomial::binomial_coefficients_list": (lambda n: (n,), (5, 20, 80)),
    "sympy.ntheory.multinomial::multinomial_coefficients": (lambda n: (3, n), (4, 8, 16)),
    "sympy.ntheory.primetest::is_square": (lambda n: (4**n,), (5, 50, 500)),
    "sympy.ntheory.residue_ntheory::quadratic_residues": lambda n: (n,),
    "sympy.utilities.iterables::is_palindromic": lambda n: (letters(n) + letters(n)[::-1],),
    "sympy.utilities.iterables::flatten": lambda n: (nested_list(n),),
    "sympy.utilities.iterables::unflatten": lambda n: (numbers(n),),
    "sympy.utilities.iterables::group": lambda n: (sorted(small(n)),),
    "sympy.utilities.iterables::multiset": lambda n: (small(n),),
    "sympy.utilities.iterables::ibin": (lambda n: (2**n,), (5, 50, 500)),
    "sympy.utilities.iterables::sift": lambda n: (numbers(n), lambda number: number % 7),
    "sympy.utilities.iterables::take": lambda n: (iter(numbers(n)), n // 2),
    "sympy.utilities.iterables::dict_merge": lambda n: (mapping(n), mapping(n, 5)),
    "sympy.utilities.iterables::common_prefix": lambda n: (numbers(n), numbers(n) + [1]),
    "sympy.utilities.iterables::common_suffix": lambda n: (numbers(n), [1, *numbers(n)]),
    "sympy.utilities.iterables::topological_sort": (
        lambda n: ((list(range(n)), [(i, j) for i, js in acyclic(n).items() for j in js]),),
        (10, 100, 300),
    ),
    "sympy.utilities.iterables::strongly_connected_components": lambda n: ((list(range(n)), edges(n)),),
    "sympy.utilities.iterables::connected_components": lambda n: ((list(range(n)), edges(n)),),
    "sympy.utilities.iterables::rotate_left": lambda n: (numbers(n), 3),
    "sympy.utilities.iterables::rotate_right": lambda n: (numbers(n), 3),
    "sympy.utilities.iterables::least_rotation": lambda n: (small(n),),
    "sympy.utilities.iterables::has_dups": lambda n: (numbers(n),),
    "sympy.utilities.iterables::has_variety": lambda n: ([5] * n,),
    "sympy.utilities.iterables::minlex": lambda n: (small(n),),
    "sympy.utilities.iterables::runs": lambda n: (small(n),),
}
