"""Small packages over words, numbers as words, tables of text, versions and distances of strings."""

import datetime

import prettytable
import textdistance
from num2words.lang_EN import Num2Word_EN
from packaging.specifiers import SpecifierSet
from semver.version import Version

from arguments import digits, letters, lines, matrix, numbers, records, small, text, words


def table(n):
    made = prettytable.PrettyTable(["id", "name"])
    for row in records(n):
        made.add_row([row["id"], row["name"]])
    return made


def tags(n):
    return [f"img{number}.png" for number in numbers(n)]


CASES = {
    "humanize.filesize::naturalsize": (lambda n: (10**n,), (3, 6, 12)),
    "humanize.lists::natural_list": lambda n: (words(n),),
    "humanize.number::ordinal": lambda n: (n,),
    "humanize.number::intcomma": (lambda n: (10**n,), (3, 30, 100)),
    "humanize.number::intword": (lambda n: (10**n,), (3, 30, 60)),
    "humanize.number::fractional": lambda n: (n / 7,),
    "humanize.number::scientific": lambda n: (n,),
    "humanize.number::clamp": lambda n: (n,),
    "humanize.number::metric": lambda n: (float(n), "V"),
    "humanize.time::naturaldelta": lambda n: (datetime.timedelta(days=n),),
    "humanize.time::precisedelta": lambda n: (datetime.timedelta(days=n, hours=3),),
    "idna.core::encode": (lambda n: (".".join(["example"] * n),), (1, 5, 20)),
    "idna.core::decode": (lambda n: (".".join(["example"] * n),), (1, 5, 20)),
    "idna.core::check_bidi": lambda n: (letters(n),),
    "idna.core::check_nfc": lambda n: (letters(n),),
    "idna.core::uts46_remap": lambda n: (letters(n),),
    "idna.intranges::intranges_from_list": lambda n: (small(n, 3 * n),),
    "inflection::camelize": lambda n: ("_".join(words(n)),),
    "inflection::dasherize": lambda n: ("_".join(words(n)),),
    "inflection::humanize": lambda n: ("_".join(words(n)),),
    "inflection::ordinalize": lambda n: (n,),
    "inflection::parameterize": lambda n: (text(n),),
    "inflection::pluralize": lambda n: (letters(n),),
    "inflection::singularize": lambda n: (letters(n) + "s",),
    "inflection::tableize": lambda n: (letters(n),),
    "inflection::titleize": lambda n: ("_".join(words(n)),),
    "inflection::transliterate": lambda n: (text(n) + "ä",),
    "inflection::underscore": lambda n: ("".join(word.title() for word in words(n)),),
    "natsort.natsort::natsorted": lambda n: (tags(n),),
    "natsort.natsort::humansorted": (lambda n: (tags(n),), (10, 100)),
    "natsort.natsort::index_natsorted": lambda n: (tags(n),),
    "natsort.natsort::order_by_index": lambda n: (tags(n), list(range(n))),
    "natsort.utils::groupletters": lambda n: (letters(n),),
    "num2words.lang_EN::Num2Word_EN.to_ordinal": (lambda n: (Num2Word_EN(), 10**n + 7), (2, 10, 40)),
    "num2words.base::Num2Word_Base.to_cardinal": (lambda n: (Num2Word_EN(), int(digits(n))), (2, 10, 40)),
    "num2words.base::Num2Word_Base.splitnum": (lambda n: (Num2Word_EN(), int(digits(n))), (2, 10, 40)),
    "packaging.utils::canonicalize_name": lambda n: ("_".join(words(n)),),
    "packaging.utils::canonicalize_version": lambda n: (".".join(["1"] * n),),
    "packaging.utils::parse_wheel_filename": lambda n: ("x" + letters(n) + "-1.0-py3-none-any.whl",),
    "packaging.version::parse": lambda n: (".".join(["1"] * n),),
    "packaging.tags::parse_tag": lambda n: ("py3-none-" + ".".join(words(n)),),
    "packaging.specifiers::SpecifierSet.contains": (
        lambda n: (SpecifierSet(",".join(f"!=1.{i}" for i in range(n))), "2.0"),
        (3, 10, 30),
    ),
    "packaging.specifiers::SpecifierSet.filter": lambda n: (SpecifierSet(">=1.5"), [f"1.{i}" for i in range(n)]),
    "parse::parse": (lambda n: (" ".join(["{}"] * n), " ".join(words(n))), (3, 10, 30)),
    "parse::search": lambda n: ("age: {:d}", text(n) + " age: 5"),
    "parse::findall": lambda n: (">{}<", "<b>x</b>" * n),
    "parse::extract_format": lambda n: (">" + str(n) + "d", {}),
    "prettytable.prettytable::PrettyTable.get_string": (lambda n: (table(n),), (10, 40, 160)),
    "prettytable.prettytable::PrettyTable.add_row": lambda n: (table(n), [1, "a"]),
    "prettytable.prettytable::PrettyTable.add_column": lambda n: (table(n), "more", numbers(n)),
    "prettytable.prettytable::PrettyTable.get_csv_string": lambda n: (table(n),),
    "prettytable.prettytable::PrettyTable.get_html_string": (lambda n: (table(n),), (10, 40, 160)),
    "prettytable.prettytable::PrettyTable.copy": lambda n: (table(n),),
    "prettytable.prettytable::_get_size": lambda n: (lines(n),),
    "roman::toRoman": (lambda n: (n,), (10, 100, 1000)),
    "roman::fromRoman": (lambda n: ("M" * n,), (1, 2, 4)),
    "semver.version::Version.parse": lambda n: (
        Version,
        f"1.{10**10}.3-" + ".".join(words(n)),
    ),
    "semver.version::Version.compare": lambda n: (Version.parse("1.2.3-" + ".".join(words(n))), "1.2.3-a"),
    "semver.version::Version.bump_minor": lambda n: (Version(1, n, 3),),
    "semver.version::Version.to_tuple": lambda n: (Version(1, n, 3),),
    "semver.version::Version.match": lambda n: (Version(1, n, 3), ">=1.0.0"),
    "shortuuid.main::int_to_string": (lambda n: (10**n, list("23456789abcdef")), (5, 50, 500)),
    "shortuuid.main::string_to_int": lambda n: (letters(n), list("abcd")),
    "slugify.slugify::slugify": lambda n: (text(n),),
    "slugify._legacy::smart_truncate": lambda n: (text(n), n // 2, True),
    "stdnum.damm::checksum": lambda n: (digits(n),),
    "stdnum.ean::calc_check_digit": lambda n: (digits(n),),
    "stdnum.iso7064.mod_11_10::checksum": lambda n: (digits(n),),
    "stdnum.iso7064.mod_97_10::checksum": lambda n: (digits(n),),
    "stdnum.luhn::checksum": lambda n: (digits(n),),
    "stdnum.luhn::calc_check_digit": lambda n: (digits(n),),
    "stdnum.luhn::is_valid": lambda n: (digits(n),),
    "stdnum.util::clean": lambda n: (digits(n) + "-1", "-"),
    "stdnum.verhoeff::checksum": lambda n: (digits(n),),
    "stringcase::camelcase": lambda n: ("_".join(words(n)),),
    "stringcase::snakecase": lambda n: ("".join(word.title() for word in words(n)),),
    "stringcase::titlecase": lambda n: ("_".join(words(n)),),
    "stringcase::alphanumcase": lambda n: (text(n),),
    "tabulate::tabulate": (lambda n: (matrix(n, 3),), (10, 40, 160)),
    "tabulate::simple_separated_format": lambda n: ("\t" * n,),
    "tabulate::_isint": lambda n: (digits(n),),
    "tabulate::_multiline_width": lambda n: (lines(n),),
    "textdistance.algorithms.edit_based::Hamming.__call__": lambda n: (
        textdistance.Hamming(),
        letters(n),
        letters(n, seed=1),
    ),
    "textdistance.algorithms.edit_based::Levenshtein.__call__": (
        lambda n: (textdistance.Levenshtein(), letters(n), letters(n, seed=1)),
        (5, 20, 60),
    ),
    "textdistance.algorithms.edit_based::JaroWinkler.__call__": lambda n: (
        textdistance.JaroWinkler(),
        letters(n),
        letters(n, seed=1),
    ),
    "textdistance.algorithms.sequence_based::LCSSeq.__call__": (
        lambda n: (textdistance.LCSSeq(), letters(n), letters(n, seed=1)),
        (5, 20, 60),
    ),
    "textdistance.algorithms.sequence_based::LCSStr.__call__": (
        lambda n: (textdistance.LCSStr(), letters(n), letters(n, seed=1)),
        (10, 40, 150),
    ),
    "textdistance.algorithms.token_based::Jaccard.__call__": lambda n: (
        textdistance.Jaccard(),
        letters(n),
        letters(n, seed=1),
    ),
    "textdistance.algorithms.token_based::Cosine.__call__": lambda n: (
        textdistance.Cosine(),
        letters(n),
        letters(n, seed=1),
    ),
    "textdistance.algorithms.compression_based::RLENCD._compress": lambda n: (textdistance.RLENCD(), letters(n)),
    "textdistance.algorithms.compression_based::BWTRLENCD._compress": (
        lambda n: (textdistance.BWTRLENCD(), letters(n)),
        (10, 50, 250),
    ),
    "titlecase::titlecase": lambda n: (text(n),),
}
