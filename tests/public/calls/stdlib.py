"""Functions of CPython's own library that are written in Python."""

import ast
import calendar
import collections
import configparser
import csv
import difflib
import fractions
import graphlib
import io
import ipaddress
import json.encoder
import mimetypes
import random
import reprlib
import statistics
import string
import textwrap
import xml.etree.ElementTree as ElementTree

from arguments import (
    acyclic,
    digits,
    floats,
    increasing,
    letters,
    lines,
    mapping,
    nested,
    nested_list,
    numbers,
    records,
    small,
    text,
    word,
    words,
)

# Each file is analysed by itself.
FILES = True
# C code stands in for the functions of these modules, unless it cannot be imported.
ACCELERATORS = {"heapq": "_heapq", "bisect": "_bisect", "operator": "_operator", "functools": "_functools"}


def source(n):
    return "".join(f"def f{i}(a, b):\n    return a + b * {i}\n" for i in range(n))


def element(n):
    root = ElementTree.Element("root")
    for i in range(n):
        child = ElementTree.SubElement(root, "item", {"id": str(i)})
        child.text = word(i)
    return root


def settings(n):
    parser = configparser.ConfigParser()
    for i in range(n):
        parser[f"section{i}"] = {"name": word(i), "size": str(i)}
    return parser


def query(n):
    return "&".join(f"{key}={value}" for key, value in mapping(n).items())


def heap(n):
    return sorted(numbers(n))


def blocks(n):
    return [(i, i, 1) for i in range(0, 2 * n, 2)]


CASES = {
    "ast::literal_eval": lambda n: (repr(nested_list(n)),),
    "ast::dump": lambda n: (ast.parse(source(n)),),
    "ast::unparse": (lambda n: (ast.parse(source(n)),), (3, 10, 50)),
    "ast::increment_lineno": lambda n: (ast.parse(source(n)),),
    "ast::get_docstring": lambda n: (ast.parse(f"'{text(n)}'"),),
    "base64::b32encode": lambda n: (text(n).encode(),),
    "base64::b85encode": lambda n: (text(n).encode(),),
    "base64::b64encode": lambda n: (text(n).encode(), b"-_"),
    "base64::urlsafe_b64encode": lambda n: (text(n).encode(),),
    "base64::encodebytes": lambda n: (text(n).encode(),),
    "bisect::bisect_left": lambda n: (increasing(n), 1005),
    "bisect::insort_right": lambda n: (increasing(n), 1005),
    "calendar::TextCalendar.formatmonth": (lambda n: (calendar.TextCalendar(), 2020, n), (1, 6, 12)),
    "calendar::Calendar.monthdatescalendar": (lambda n: (calendar.Calendar(), 2020, n), (1, 6, 12)),
    "calendar::Calendar.yeardayscalendar": (lambda n: (calendar.Calendar(), 2000 + n), (1, 6, 12)),
    "calendar::HTMLCalendar.formatmonth": (lambda n: (calendar.HTMLCalendar(), 2020, n), (1, 6, 12)),
    "calendar::leapdays": lambda n: (1000, 1000 + n),
    "calendar::monthrange": (lambda n: (2020, n), (1, 6, 12)),
    "collections::Counter.most_common": lambda n: (collections.Counter(words(n)), 5),
    "collections::Counter.subtract": lambda n: (collections.Counter(words(n)), words(n, 6)),
    "collections::Counter.__add__": lambda n: (collections.Counter(words(n)), collections.Counter(words(n))),
    "collections::Counter.__and__": lambda n: (collections.Counter(words(n)), collections.Counter(words(n))),
    "collections::namedtuple": (lambda n: ("Row", [f"field{i}" for i in range(n)]), (3, 10, 40)),
    "collections::ChainMap.new_child": lambda n: (collections.ChainMap(mapping(n)), {"a": 1}),
    "collections::ChainMap.__len__": lambda n: (collections.ChainMap(mapping(n), mapping(n, 3)),),
    "collections::UserList.__add__": lambda n: (collections.UserList(numbers(n)), numbers(n)),
    "collections::UserList.append": lambda n: (collections.UserList(numbers(n)), 5),
    "collections::UserString.upper": lambda n: (collections.UserString(text(n)),),
    "collections::UserDict.copy": lambda n: (collections.UserDict(mapping(n)),),
    "colorsys::rgb_to_hsv": (lambda n: (0.1 * n, 0.2, 0.3), (1, 2, 3)),
    "colorsys::hls_to_rgb": (lambda n: (0.1 * n, 0.2, 0.3), (1, 2, 3)),
    "configparser::RawConfigParser.read_string": lambda n: (
        configparser.ConfigParser(),
        "".join(f"[s{i}]\na = {i}\n" for i in range(n)),
    ),
    "configparser::RawConfigParser.sections": lambda n: (settings(n),),
    "configparser::RawConfigParser.get": lambda n: (settings(n), "section1", "name"),
    "configparser::RawConfigParser.add_section": lambda n: (settings(n), "new"),
    "configparser::RawConfigParser.has_option": lambda n: (settings(n), "section1", "name"),
    "copy::copy": lambda n: (numbers(n),),
    "copy::deepcopy": lambda n: (nested(n),),
    "csv::Sniffer.sniff": (
        lambda n: (csv.Sniffer(), "".join(f"{a},{a + 1},{a + 2}\n" for a in range(n))),
        (10, 40, 160),
    ),
    "csv::Sniffer.has_header": (
        lambda n: (csv.Sniffer(), "a,b,c\n" + "".join(f"{a},{a + 1},{a + 2}\n" for a in range(n))),
        (10, 40, 160),
    ),
    "difflib::get_close_matches": (lambda n: ("balabi", words(n)), (10, 40, 160)),
    "difflib::SequenceMatcher.ratio": lambda n: (difflib.SequenceMatcher(None, letters(n), letters(n, seed=1)),),
    "difflib::SequenceMatcher.get_matching_blocks": (
        lambda n: (difflib.SequenceMatcher(None, words(n), words(n, 6)),),
        (10, 100, 400),
    ),
    "difflib::SequenceMatcher.get_opcodes": (
        lambda n: (difflib.SequenceMatcher(None, words(n), words(n)[::2]),),
        (10, 100, 400),
    ),
    "difflib::SequenceMatcher.set_seq2": lambda n: (difflib.SequenceMatcher(None, "", ""), letters(n)),
    "difflib::SequenceMatcher.quick_ratio": lambda n: (difflib.SequenceMatcher(None, letters(n), letters(n)),),
    "difflib::IS_LINE_JUNK": lambda n: (" " * n + "#",),
    "difflib::restore": lambda n: (["- " + w for w in words(n)], 1),
    "email.quoprimime::body_encode": lambda n: (text(n) + "ä",),
    "email.quoprimime::header_encode": lambda n: (text(n).encode(),),
    "email.base64mime::body_encode": lambda n: (text(n).encode(),),
    "email.base64mime::header_encode": lambda n: (text(n).encode(),),
    "email.utils::formataddr": lambda n: ((letters(n), "a@b.c"),),
    "email.utils::parseaddr": lambda n: (letters(n) + " <a@b.c>",),
    "email.utils::getaddresses": lambda n: ([f"{w} <{w}@b.c>" for w in words(n)],),
    "email._parseaddr::quote": lambda n: (text(n) + '"',),
    "encodings.punycode::punycode_encode": (lambda n: (letters(n, "abcäöü"),), (10, 40, 160)),
    "fnmatch::filter": lambda n: (words(n), "b*"),
    "fnmatch::translate": lambda n: ("a*b?[cd]" * n,),
    "fractions::Fraction.limit_denominator": (lambda n: (fractions.Fraction(10**n + 1, 7**n), 1000), (5, 50, 200)),
    "fractions::Fraction._add": (
        lambda n: (fractions.Fraction(10**n + 1, 7**n), fractions.Fraction(3, 11**n)),
        (5, 50, 500),
    ),
    "fractions::Fraction._mul": (
        lambda n: (fractions.Fraction(10**n + 1, 7**n), fractions.Fraction(3, 11**n)),
        (5, 50, 500),
    ),
    "fractions::Fraction.__str__": (lambda n: (fractions.Fraction(10**n + 1, 7**n),), (5, 50, 500)),
    "functools::reduce": lambda n: (lambda total, number: total + number, numbers(n), 0),
    "functools::cmp_to_key": lambda n: (lambda a, b: a - b,),
    "genericpath::commonprefix": lambda n: (["/usr/lib/" + w for w in words(n)],),
    "glob::escape": lambda n: (text(n) + "*",),
    "glob::has_magic": lambda n: (text(n),),
    "graphlib::TopologicalSorter.prepare": lambda n: (graphlib.TopologicalSorter(acyclic(n)),),
    "graphlib::TopologicalSorter.add": lambda n: (graphlib.TopologicalSorter(acyclic(n)), "new", *range(n)),
    "heapq::heappush": lambda n: (heap(n), 5),
    "heapq::heappop": lambda n: (heap(n),),
    "heapq::heapify": lambda n: (numbers(n),),
    "heapq::nsmallest": lambda n: (n // 2, numbers(n)),
    "heapq::nlargest": lambda n: (5, numbers(n)),
    "heapq::merge": lambda n: (heap(n), heap(n)),
    "html::escape": lambda n: (text(n) + "<&>",),
    "html::unescape": lambda n: ("a&lt;b" * n,),
    "http.cookies::_quote": lambda n: (text(n) + ";",),
    "http.cookies::_unquote": lambda n: ('"' + "a\\054b" * n + '"',),
    "inspect::cleandoc": lambda n: (lines(n),),
    "inspect::indentsize": lambda n: (" " * n + "x",),
    "ipaddress::collapse_addresses": (
        lambda n: ([ipaddress.ip_network(f"10.0.{i}.0/24") for i in range(n)],),
        (4, 16, 64),
    ),
    "ipaddress::summarize_address_range": (
        lambda n: (ipaddress.ip_address("10.0.0.1"), ipaddress.ip_address(2**24 * 10 + n)),
        (10, 100, 1000),
    ),
    "ipaddress::_find_address_range": lambda n: ([ipaddress.ip_address(2**24 * 10 + i) for i in range(n)],),
    "ipaddress::_count_righthand_zero_bits": (lambda n: (2**n, n), (4, 16, 31)),
    "json.encoder::py_encode_basestring": lambda n: (text(n) + '"',),
    "json.encoder::py_encode_basestring_ascii": lambda n: (text(n) + "ä",),
    "json.encoder::JSONEncoder.encode": lambda n: (json.encoder.JSONEncoder(), nested(n)),
    "json.decoder::py_scanstring": lambda n: (text(n) + '"', 0),
    "json.decoder::JSONDecoder.decode": lambda n: (json.JSONDecoder(), json.dumps(records(n))),
    "locale::_group": (lambda n: ("1" * n,), (3, 30, 300)),
    "mimetypes::guess_type": lambda n: (letters(n) + ".html",),
    "mimetypes::MimeTypes.guess_all_extensions": lambda n: (mimetypes.MimeTypes(), "text/plain"),
    "ntpath::normpath": lambda n: ("\\".join(words(n)) + "\\..\\a",),
    "ntpath::join": lambda n: ("c:\\", *words(n)),
    "ntpath::splitdrive": lambda n: ("c:\\" + text(n),),
    "operator::countOf": lambda n: (small(n), 3),
    "operator::indexOf": lambda n: (numbers(n) + [5], 5),
    "operator::concat": lambda n: (numbers(n), numbers(n)),
    "posixpath::join": lambda n: ("/usr", *words(n)),
    "posixpath::split": lambda n: ("/".join(words(n)),),
    "posixpath::splitext": lambda n: ("/".join(words(n)) + ".txt",),
    "posixpath::normpath": lambda n: ("/".join(words(n)) + "/../a",),
    "posixpath::commonpath": lambda n: (["/usr/lib/" + w for w in words(n)],),
    "posixpath::relpath": lambda n: ("/" + "/".join(words(n)), "/a/b"),
    "posixpath::expandvars": lambda n: (text(n) + "$NONE",),
    "posixpath::basename": lambda n: ("/".join(words(n)),),
    "pprint::pformat": (lambda n: (nested(n),), (10, 50, 250)),
    "pprint::_wrap_bytes_repr": lambda n: (text(n).encode(), 40, 4),
    "quopri::encodestring": lambda n: (text(n).encode(),),
    "random::Random.shuffle": lambda n: (random.Random(1), numbers(n)),
    "random::Random.sample": lambda n: (random.Random(1), numbers(n), n // 2),
    "random::Random.choices": lambda n: (random.Random(1), numbers(n), None),
    "random::Random.gauss": lambda n: (random.Random(1), 0.0, 1.0 * n),
    "re::escape": lambda n: (text(n) + "[]",),
    "re._parser::parse": (lambda n: ("(a|b)*c+" * n,), (2, 10, 50)),
    "reprlib::Repr.repr": lambda n: (reprlib.Repr(), numbers(n)),
    "shlex::split": (lambda n: (text(n),), (10, 100, 500)),
    "shlex::join": lambda n: (words(n),),
    "shlex::quote": lambda n: (text(n),),
    "statistics::mean": lambda n: (numbers(n),),
    "statistics::fmean": lambda n: (floats(n),),
    "statistics::geometric_mean": lambda n: (floats(n),),
    "statistics::harmonic_mean": lambda n: (floats(n),),
    "statistics::median": lambda n: (floats(n),),
    "statistics::median_low": lambda n: (floats(n),),
    "statistics::median_grouped": lambda n: (numbers(n),),
    "statistics::mode": lambda n: (small(n),),
    "statistics::multimode": lambda n: (small(n, 50),),
    "statistics::quantiles": lambda n: (floats(n),),
    "statistics::variance": lambda n: (floats(n),),
    "statistics::pstdev": lambda n: (floats(n),),
    "statistics::stdev": lambda n: (numbers(n),),
    "statistics::covariance": lambda n: (floats(n), floats(n, 4)),
    "statistics::correlation": lambda n: (floats(n), floats(n, 4)),
    "statistics::linear_regression": lambda n: (floats(n), floats(n, 4)),
    "statistics::_sum": lambda n: (floats(n),),
    "statistics::NormalDist.samples": lambda n: (statistics.NormalDist(), n),
    "statistics::NormalDist.quantiles": lambda n: (statistics.NormalDist(), n),
    "string::capwords": lambda n: (text(n),),
    "string::Template.substitute": lambda n: (string.Template("$a and ${b} " * n), {"a": 1, "b": "two"}),
    "string::Formatter.format": (lambda n: (string.Formatter(), "{0} and {1} " * n, 5, "two"), (10, 50, 250)),
    "textwrap::wrap": lambda n: (text(n), 40),
    "textwrap::fill": lambda n: (text(n), 40),
    "textwrap::shorten": lambda n: (text(n), 40),
    "textwrap::dedent": lambda n: (textwrap.indent(lines(n), "    "),),
    "textwrap::indent": lambda n: (lines(n), "    "),
    "textwrap::TextWrapper._split": lambda n: (textwrap.TextWrapper(), text(n)),
    "tokenize::untokenize": lambda n: ([(1, w) for w in words(n)],),
    "tokenize::generate_tokens": lambda n: (io.StringIO(source(n)).readline,),
    "tokenize::detect_encoding": lambda n: (io.BytesIO(source(n).encode()).readline,),
    "types::resolve_bases": lambda n: ((int,) * n,),
    "unittest.util::sorted_list_difference": lambda n: (sorted(numbers(n)), sorted(numbers(n, 5))),
    "unittest.util::unorderable_list_difference": (lambda n: (numbers(n), numbers(n, 5)), (10, 50, 250)),
    "unittest.util::safe_repr": lambda n: (numbers(n), True),
    "unittest.util::_count_diff_hashable": lambda n: (small(n), small(n, 8)),
    "urllib.parse::urlparse": lambda n: ("http://a.b/" + "/".join(words(n)) + "?q=1",),
    "urllib.parse::urlsplit": lambda n: ("http://a.b/" + "/".join(words(n)) + "?q=1",),
    "urllib.parse::urljoin": lambda n: ("http://a.b/" + "/".join(words(n)), "../x"),
    "urllib.parse::urlunsplit": lambda n: (("http", "a.b", text(n), "q=1", ""),),
    "urllib.parse::urldefrag": lambda n: ("http://a.b/" + text(n) + "#f",),
    "urllib.parse::unquote": lambda n: ("a%20b" * n,),
    "urllib.parse::quote": lambda n: (text(n),),
    "urllib.parse::quote_plus": lambda n: (text(n),),
    "urllib.parse::quote_from_bytes": lambda n: (text(n).encode(),),
    "urllib.parse::urlencode": lambda n: (mapping(n),),
    "urllib.parse::parse_qsl": lambda n: (query(n),),
    "urllib.parse::parse_qs": lambda n: (query(n),),
    "uuid::UUID.__str__": lambda n: (__import__("uuid").UUID(int=n),),
    "xml.sax.saxutils::escape": lambda n: (text(n) + "<",),
    "xml.sax.saxutils::quoteattr": lambda n: (text(n) + "<",),
    "xml.etree.ElementTree::indent": lambda n: (element(n),),
    "xml.etree.ElementTree::tostring": lambda n: (element(n),),
    "xml.etree.ElementPath::findall": lambda n: (element(n), "item"),
    "_strptime::_strptime": lambda n: ("2020-01-02", "%Y-%m-%d"),
    "_pydecimal::_dec_from_triple": lambda n: (0, digits(n), 0),
    "_pydecimal::_div_nearest": (lambda n: (10**n, 7), (5, 50, 500)),
    "_pydecimal::_sqrt_nearest": (lambda n: (10**n, 7), (5, 50, 500)),
    "_pydecimal::_decimal_lshift_exact": (lambda n: (123, n), (5, 50, 500)),
}
