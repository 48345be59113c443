"""Small packages of trees, sorted and indexed collections, nested mappings and dates."""

import datetime
import operator

import anytree
import anytree.exporter
import dateutil.parser
import treelib
from dateutil.rrule import DAILY, rrule, rruleset
from deepmerge import always_merger
from intervaltree import Interval, IntervalTree
from ordered_set import OrderedSet
from sortedcontainers import SortedDict, SortedKeyList, SortedList, SortedSet

from arguments import increasing, intervals, mapping, nested, numbers, small, words


def family(n):
    """A tree in which each node has up to three children."""
    made = [anytree.Node("n0")]
    for i in range(1, n):
        made.append(anytree.Node(f"n{i}", parent=made[(i - 1) // 3]))
    return made


def folders(n):
    made = treelib.Tree()
    made.create_node("n0", "n0")
    for i in range(1, n):
        made.create_node(f"n{i}", f"n{i}", parent=f"n{(i - 1) // 3}")
    return made


def spans(n):
    return IntervalTree(Interval(start, end) for start, end in intervals(n))


def flat(n):
    return {(f"a{i % 7}", f"b{i}"): i for i in range(n)}


DAY = datetime.datetime(2020, 1, 1)

CASES = {
    "anytree.search::findall": lambda n: (family(n)[0], lambda node: node.name.endswith("5")),
    "anytree.search::findall_by_attr": lambda n: (family(n)[0], "n5"),
    "anytree.search::find_by_attr": lambda n: (family(n)[0], "n5"),
    "anytree.util::commonancestors": lambda n: (family(n)[n // 2], family(n)[-1]),
    "anytree.util::leftsibling": lambda n: (family(n)[n // 2],),
    "anytree.node.util::_repr": lambda n: (family(n)[-1],),
    "anytree.resolver::Resolver.glob": (
        lambda n: (anytree.Resolver("name"), family(n)[0], "*/*"),
        (10, 100, 500),
    ),
    "anytree.exporter.dictexporter::DictExporter.export": lambda n: (anytree.exporter.DictExporter(), family(n)[0]),
    "anytree.exporter.jsonexporter::JsonExporter.export": lambda n: (anytree.exporter.JsonExporter(), family(n)[0]),
    "anytree.render::RenderTree.by_attr": lambda n: (anytree.RenderTree(family(n)[0]),),
    "dateutil.easter::easter": (lambda n: (1900 + n,), (10, 100)),
    "dateutil.parser.isoparser::isoparser.isoparse": (
        lambda n: (dateutil.parser.isoparser(), "2020-01-02T03:04:05"),
        (10, 100),
    ),
    "dateutil.parser._parser::_timelex.split": lambda n: (
        dateutil.parser._parser._timelex,
        " ".join(["2020-01-02"] * n),
    ),
    "dateutil.rrule::rrulebase.between": lambda n: (
        rrule(DAILY, count=n, dtstart=DAY),
        DAY,
        DAY + datetime.timedelta(days=n // 2),
    ),
    "dateutil.rrule::rrulebase.count": lambda n: (rrule(DAILY, count=n, dtstart=DAY),),
    "dateutil.rrule::rrule.__str__": lambda n: (rrule(DAILY, count=n, dtstart=DAY),),
    "dateutil.rrule::rruleset.rdate": lambda n: (rruleset(), DAY + datetime.timedelta(days=n)),
    "deepmerge.merger::Merger.merge": lambda n: (always_merger, nested(n), nested(n)),
    "dpath::new": lambda n: (nested(n), "a/b/c", 5),
    "dpath::get": lambda n: (nested(n), "key0", "/", None),
    "dpath::values": (lambda n: (nested(n), "key0/*"), (10, 100, 500)),
    "dpath::merge": (lambda n: (nested(n), nested(n)), (10, 100, 500)),
    "dpath.segments::has": lambda n: (nested(n), ("key0", "none")),
    "dpath.segments::match": (lambda n: (tuple(words(n)), ("*",) * n), (5, 10, 20)),
    "dpath.segments::expand": lambda n: (tuple(words(n)),),
    "flatten_dict.flatten_dict::flatten": lambda n: (nested(n),),
    "flatten_dict.flatten_dict::unflatten": lambda n: (flat(n),),
    "flatten_dict.flatten_dict::nested_set_dict": (lambda n: ({}, tuple(words(n)), 5), (5, 20, 80)),
    "intervaltree.intervaltree::IntervalTree.add": lambda n: (spans(n), Interval(1, 5)),
    "intervaltree.intervaltree::IntervalTree.at": lambda n: (spans(n), 50),
    "intervaltree.intervaltree::IntervalTree.overlap": lambda n: (spans(n), 50, 90),
    "intervaltree.intervaltree::IntervalTree.copy": lambda n: (spans(n),),
    "intervaltree.intervaltree::IntervalTree.merge_overlaps": lambda n: (spans(n),),
    "intervaltree.intervaltree::IntervalTree.split_overlaps": (lambda n: (spans(n),), (10, 50, 200)),
    "intervaltree.intervaltree::IntervalTree.chop": lambda n: (spans(n), 50, 90),
    "intervaltree.intervaltree::IntervalTree.union": lambda n: (spans(n), spans(n)),
    "isodate.isodates::parse_date": (lambda n: ("2020-01-02",), (10, 100)),
    "isodate.isoduration::duration_isoformat": lambda n: (datetime.timedelta(days=n, seconds=5),),
    "mergedeep.mergedeep::merge": lambda n: ({}, nested(n), nested(n)),
    "mergedeep.mergedeep::_deepmerge": lambda n: (nested(n), nested(n)),
    "ordered_set::OrderedSet.add": lambda n: (OrderedSet(numbers(n)), 5),
    "ordered_set::OrderedSet.update": lambda n: (OrderedSet(numbers(n)), small(n, n)),
    "ordered_set::OrderedSet.union": lambda n: (OrderedSet(numbers(n)), small(n, n)),
    "ordered_set::OrderedSet.intersection": lambda n: (OrderedSet(numbers(n)), numbers(n)),
    "ordered_set::OrderedSet.difference": lambda n: (OrderedSet(numbers(n)), small(n, n)),
    "ordered_set::OrderedSet.discard": lambda n: (OrderedSet(numbers(n)), numbers(n)[0]),
    "ordered_set::OrderedSet.copy": lambda n: (OrderedSet(numbers(n)),),
    "ordered_set::OrderedSet.symmetric_difference": lambda n: (OrderedSet(numbers(n)), small(n, n)),
    "sortedcontainers.sortedlist::SortedList.add": lambda n: (SortedList(numbers(n)), 5),
    "sortedcontainers.sortedlist::SortedList.update": lambda n: (SortedList(), numbers(n)),
    "sortedcontainers.sortedlist::SortedList.remove": lambda n: (SortedList(increasing(n)), 1003),
    "sortedcontainers.sortedlist::SortedList.bisect_left": lambda n: (SortedList(numbers(n)), 1003),
    "sortedcontainers.sortedlist::SortedList.count": lambda n: (SortedList(small(n)), 3),
    "sortedcontainers.sortedlist::SortedList.copy": lambda n: (SortedList(numbers(n)),),
    "sortedcontainers.sortedlist::SortedList.pop": lambda n: (SortedList(numbers(n)),),
    "sortedcontainers.sortedlist::SortedList.__add__": lambda n: (SortedList(numbers(n)), numbers(n)),
    "sortedcontainers.sortedlist::SortedKeyList.add": lambda n: (SortedKeyList(numbers(n), key=operator.neg), 5),
    "sortedcontainers.sorteddict::SortedDict.copy": lambda n: (SortedDict(mapping(n)),),
    "sortedcontainers.sorteddict::SortedDict.setdefault": lambda n: (SortedDict(mapping(n)), "key", 5),
    "sortedcontainers.sorteddict::SortedDict.popitem": lambda n: (SortedDict(mapping(n)),),
    "sortedcontainers.sortedset::SortedSet.union": lambda n: (SortedSet(numbers(n)), small(n, n)),
    "sortedcontainers.sortedset::SortedSet.intersection": lambda n: (SortedSet(numbers(n)), numbers(n)),
    "sortedcontainers.sortedset::SortedSet.add": lambda n: (SortedSet(numbers(n)), 5),
    "treelib.tree::Tree.to_dict": lambda n: (folders(n),),
    "treelib.tree::Tree.depth": lambda n: (folders(n),),
    "treelib.tree::Tree.leaves": lambda n: (folders(n),),
    "treelib.tree::Tree.paths_to_leaves": lambda n: (folders(n),),
    "treelib.tree::Tree.children": lambda n: (folders(n), "n0"),
    "treelib.tree::Tree.siblings": lambda n: (folders(n), "n2"),
    "treelib.tree::Tree.subtree": lambda n: (folders(n), "n1"),
    "treelib.tree::Tree.remove_node": lambda n: (folders(n), "n1"),
    "treelib.tree::Tree.create_node": lambda n: (folders(n), "new", "new", "n0"),
}
