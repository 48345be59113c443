"""Functional helpers over sequences and mappings."""

from arguments import mapping, nested, numbers, pairs, records, small, words


def even(number):
    return number % 2 == 0


def shout(word):
    return word.upper()


def swapped(pair):
    return pair[1], pair[0]


def path(value):
    while isinstance(value, dict):
        value = next(iter(value.items()))
        yield value[0]
        value = value[1]


CASES = {
    "toolz.dicttoolz::merge": lambda n: (mapping(n), mapping(n, 3)),
    "toolz.dicttoolz::merge_with": lambda n: (sum, mapping(n), mapping(n)),
    "toolz.dicttoolz::valmap": lambda n: (str, mapping(n)),
    "toolz.dicttoolz::keymap": lambda n: (shout, mapping(n)),
    "toolz.dicttoolz::itemmap": lambda n: (swapped, mapping(n)),
    "toolz.dicttoolz::valfilter": lambda n: (even, mapping(n)),
    "toolz.dicttoolz::keyfilter": lambda n: (str.islower, mapping(n)),
    "toolz.dicttoolz::itemfilter": lambda n: (all, mapping(n)),
    "toolz.dicttoolz::assoc": lambda n: (mapping(n), "new", 1),
    "toolz.dicttoolz::dissoc": lambda n: (mapping(n), *list(mapping(n))[:3]),
    "toolz.dicttoolz::assoc_in": lambda n: (nested(n), ["a", "b", "c"], 1),
    "toolz.dicttoolz::update_in": lambda n: (nested(n), list(path(nested(n))), str),
    "toolz.dicttoolz::get_in": lambda n: (list(path(nested(n))), nested(n)),
    "toolz.functoolz::pipe": lambda n: (numbers(n), sorted, tuple),
    "toolz.functoolz::thread_first": lambda n: (numbers(n), sorted, (list.index, 1000 + n % 3) if n < 0 else len),
    "toolz.functoolz::thread_last": lambda n: (numbers(n), (map, str), list),
    "toolz.functoolz::compose": lambda n: (*[even] * n, abs),
    "toolz.itertoolz::groupby": lambda n: (len, words(n)),
    "toolz.itertoolz::isdistinct": lambda n: (numbers(n),),
    "toolz.itertoolz::tail": lambda n: (n // 2, numbers(n)),
    "toolz.itertoolz::take": lambda n: (5, numbers(n)),
    "toolz.itertoolz::nth": lambda n: (n // 2, numbers(n)),
    "toolz.itertoolz::last": lambda n: (numbers(n),),
    "toolz.itertoolz::get": lambda n: (list(range(0, n, 2)), numbers(n)),
    "toolz.itertoolz::frequencies": lambda n: (small(n, n),),
    "toolz.itertoolz::reduceby": lambda n: (even, lambda total, number: total + number, numbers(n), 0),
    "toolz.itertoolz::sliding_window": lambda n: (3, numbers(n)),
    "toolz.itertoolz::count": lambda n: (numbers(n),),
    "toolz.itertoolz::pluck": lambda n: ("name", records(n)),
    "toolz.itertoolz::topk": lambda n: (5, numbers(n)),
    "toolz.itertoolz::peek": lambda n: (numbers(n),),
    "toolz.itertoolz::peekn": lambda n: (n // 2, numbers(n)),
    "toolz.itertoolz::concat": lambda n: (pairs(n),),
    "toolz.itertoolz::interpose": lambda n: (0, numbers(n)),
    "toolz.recipes::countby": lambda n: (len, words(n)),
    "toolz.sandbox.core::unzip": lambda n: (pairs(n),),
}
