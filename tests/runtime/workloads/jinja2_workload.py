"""Uses jinja2 broadly: the template language, loaders, extensions, the sandbox, async."""

import asyncio
import tempfile
from pathlib import Path

import jinja2
from jinja2 import meta, nodes
from jinja2.ext import Extension
from jinja2.nativetypes import NativeEnvironment
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment

BASE = """\
<title>{% block title %}base{% endblock %}</title>
{% block body scoped required %}{% endblock %}
{% include ["nosuch.html", "footer.html"] ignore missing with context %}
"""

CHILD = """\
{% extends "base.html" %}
{% import "macros.html" as forms %}
{% from "macros.html" import label with context %}
{% block title %}{{ super() }}: {{ title | e }}{% endblock %}
{% block body -%}
  {# a comment #}
  {% for user in users if user.active recursive %}
    {{- loop.index }}/{{ loop.length }} {{ loop.cycle("odd", "even") }} {{ user.name | title }}
    {% if not loop.first and loop.changed(user.name) %}{{ loop.previtem.name }}{% endif %}
    {% if user.children %}{{ loop(user.children) }}{% endif %}
  {% else %}nobody{% endfor %}
  {% set total = users | sum(attribute="age") %}
  {% set block %}captured {{ total }}{% endset %}
  {% with a = 1, b = a %}{{ a + (b or 2) }}{% endwith %}
  {% call(item) forms.list(users) %}<b>{{ item.name }}</b>{% endcall %}
  {{ forms.input("q", size=20) }}{{ label("x", *[1], **{"k": 2}) }}
  {% filter upper | trim %} shout {{ block }} {% endfilter %}
  {% set ns = namespace(found=false) %}
  {% for n in range(5) %}{% if n == 3 %}{% set ns.found = true %}{% break %}{% endif %}{% endfor %}
  {{ ns.found }} {% raw %}{{ raw }}{% endraw %}
  {% autoescape true %}{{ "<b>" }}{{ "<b>" | safe }}{% endautoescape %}
  {% do items.append(1) %}
{%- endblock %}
"""

MACROS = """\
{% macro input(name, value="", size=10) -%}
<input name="{{ name }}" value="{{ value | e }}" size="{{ size }}">{%- endmacro %}
{% macro list(items) %}<ul>{% for i in items %}<li>{{ caller(i) }}</li>{% endfor %}</ul>{% endmacro %}
{% macro label(text) %}{{ text }}{{ varargs }}{{ kwargs }}{{ users | length }}{% endmacro %}
"""

EXPRESSIONS = [
    "1 + 2 * 3 ** 2 // 4 - 5 % 3 / 1",
    "-n if n > 3 else +n",
    "not (a and b) or n in [1, 2, 3]",
    "1 < n <= 10",
    "'a' ~ 1 ~ none",
    "{'k': [1, (2, 3)], 'l': {}}['k'][1][0]",
    "words[1:3], words[-1], words[::2]",
    "n is defined and nosuch is undefined",
    "n is divisibleby 3, n is odd, n is even, n is number, words is sequence",
    "'x' is string, none is none, dict() is mapping, n is sameas n, n is in [1]",
    "words is iterable, range is callable, 'abc' is lower, 'ABC' is upper, true is boolean",
    "n is eq 3, n is gt 1, n is integer, 1.5 is float, n is filter, 'upper' is filter",
    "nosuch | default('d'), '' | d('e', true)",
    "words | join(', '), words | first, words | last, words | length, words | reverse | list",
    "words | sort(reverse=true), words | unique | list, words | max, words | min",
    "words | map('upper') | list, words | select('string') | list, words | reject('none') | list",
    "users | map(attribute='name') | join(' '), users | selectattr('active') | list | count",
    "users | rejectattr('age', 'gt', 30) | list | count, users | sort(attribute='age,name') | list",
    "users | groupby('age') | list, words | batch(2, '-') | list, words | slice(2) | list",
    "'a b c' | wordcount, 'long text here' | truncate(6), 'long text here' | wordwrap(5)",
    "'text' | center(20), 'text' | indent(2), 'a-b' | replace('-', '+'), 'x' | capitalize",
    "3.7 | round, 3.2 | round(1, 'ceil'), '12' | int, '1.5' | float, -3 | abs, 1000 | filesizeformat",
    "'%s and %s' | format(1, 2), {'a': 1} | dictsort, {'b': 2, 'a': 1} | items | list",
    "'<b>x</b>' | striptags, '<i>' | escape, 'a b' | urlencode, {'q': 'a b'} | urlencode",
    "'see http://example.org/' | urlize(10, nofollow=true), {'a': 1} | xmlattr, [1] | tojson",
    "[1, 2] | pprint, 'abc' | list, words | random is string, 'a' | string | forceescape",
    "lipsum(n=1, html=false) | length > 1, cycler('a', 'b').next(), joiner(',')()",
    "user.name, user['age'], user.nosuch is undefined, user | attr('name')",
    "namespace(a=1).a, dict(b=2).b, range(3) | sum",
]


class User:
    def __init__(self, name, age, active=True, children=()):
        self.name = name
        self.age = age
        self.active = active
        self.children = children


USERS = [User("ada", 36, children=[User("kid", 3)]), User("bob", 30), User("eve", 36, False)]


class Shout(Extension):
    """``{% shout expression %}``"""

    tags = {"shout"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        argument = parser.parse_expression()
        call = self.call_method("_shout", [argument])
        return nodes.Output([call]).set_lineno(line)

    def _shout(self, text):
        return str(text).upper()

    def preprocess(self, source, name, filename=None):
        return source.replace("@@", "")

    def filter_stream(self, stream):
        for token in stream:
            yield token


def environment(folder):
    loader = jinja2.ChoiceLoader(
        [
            jinja2.FileSystemLoader(folder),
            jinja2.DictLoader({"footer.html": "footer {{ title }}", "macros.html": MACROS}),
            jinja2.PrefixLoader({"p": jinja2.DictLoader({"x": "from {{ title }}"})}),
        ]
    )
    env = jinja2.Environment(
        loader=loader,
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n",
                    "jinja2.ext.debug", Shout],
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=jinja2.select_autoescape(["html"]),
        bytecode_cache=jinja2.FileSystemBytecodeCache(folder),
        line_statement_prefix="#%",
        line_comment_prefix="##",
        cache_size=3,
    )
    env.filters["hex"] = lambda number: f"{number:x}"
    env.tests["tall"] = lambda user: user.age > 35
    env.globals["now"] = "now"

    @jinja2.pass_context
    def names(context, prefix):
        return sorted(name for name in context.get_all() if name.startswith(prefix))

    @jinja2.pass_environment
    def loaders(env, value):
        return [type(env.loader).__name__, value]

    env.globals["names"] = names
    env.filters["loaders"] = loaders
    return env


def templates(folder):
    Path(folder, "base.html").write_text(BASE)
    Path(folder, "child.html").write_text(CHILD)
    env = environment(folder)
    values = {"users": USERS, "title": "<t>", "items": [], "words": ["b", "a", "c"], "user": USERS[0]}
    template = env.get_template("child.html")
    text = template.render(values)
    assert "base: &lt;t&gt;" in text, text
    assert list(template.generate(values))
    assert str(template.make_module(values)) == text
    template.stream(values).dump(str(Path(folder, "out.html")))
    stream = template.stream(values)
    stream.enable_buffering(3)
    assert "".join(stream) == text
    assert env.get_template("child.html").render(values) == text
    for name in ("p/x", "macros.html", "footer.html"):
        env.get_template(name).render(values)
    assert env.select_template(["nosuch", "footer.html"]).name == "footer.html"
    assert sorted(env.list_templates(extensions=["html"]))
    env.compile_templates(Path(folder, "compiled"), zip=None, extensions=["html"])
    for expression in EXPRESSIONS:
        for part in (expression, f"({expression})"):
            env.from_string("{{ " + part + " }}").render(values, n=3, a=True, b=False)
    function = jinja2.Environment(loader=jinja2.FunctionLoader(lambda name: f"from {name}"))
    assert function.get_template("y").render() == "from y"
    assert env.compile_expression("n + 1")(n=2) == 3
    assert env.from_string("#% for n in [1, 2]\n{{ n | hex }}\n#% endfor\n## note").render()
    env.from_string("{% shout 'x' %}@@ {{ names('t') }} {{ 1 | loaders }}").render(values)
    env.from_string("{% debug %}").render()
    env.overlay(trim_blocks=False, variable_start_string="[[", variable_end_string="]]")
    env.install_null_translations(newstyle=True)
    text = "{% trans n=items | count, who='x' %}{{ n }} of {{ who }}{% pluralize %}{{ n }}s{% endtrans %}"
    env.from_string(text + "{{ _('a') }}").render(values)
    assert list(env.extract_translations(text + "{{ gettext('b') }}"))


def failures(folder):
    env = environment(folder)
    sources = ["{{ a +", "{% if %}", "{% for x in y %}", "{{ x | nosuch }}", "{% block a %}",
               "{% nosuch %}", "{{ 'a", "{% endif %}", "{{ (1 }}", "{% set 1 = 2 %}", "{{ x is nosuch }}"]
    for source in sources:
        try:
            env.from_string(source).render()
        except jinja2.TemplateError as error:
            str(error)
        else:
            raise AssertionError(source)
    for undefined in (jinja2.StrictUndefined, jinja2.ChainableUndefined, jinja2.DebugUndefined,
                      jinja2.make_logging_undefined()):
        strange = jinja2.Environment(undefined=undefined)
        try:
            strange.from_string("{{ a }}{{ a.b.c }}{{ a + 1 }}").render()
        except jinja2.UndefinedError as error:
            assert error.message
    try:
        env.from_string("{{ 1 / 0 }}").render()
    except ZeroDivisionError:
        pass
    try:
        env.get_template("nosuch.html")
    except jinja2.TemplateNotFound as error:
        assert error.name == "nosuch.html"


def other_environments():
    for kind in (SandboxedEnvironment, ImmutableSandboxedEnvironment):
        sandbox = kind()
        sandbox.from_string("{{ 'a{}'.format(1) }}{{ [1, 2][0] }}{{ range(3) | list }}").render()
        for source in ("{{ f.__globals__ }}", "{{ x.append(1) }}", "{{ range(999999) }}"):
            try:
                sandbox.from_string(source).render(f=lambda: 1, x=[])
            except (jinja2.TemplateRuntimeError, OverflowError):
                pass
    native = NativeEnvironment()
    assert native.from_string("{{ [a, 2] }}").render(a=1) == [1, 2]
    assert native.from_string("{{ a }}{{ a }}").render(a=1) == 11

    async def later():
        return 4

    async def source():
        for number in range(3):
            yield number

    async def main():
        env = jinja2.Environment(enable_async=True)
        text = "{% for n in xs() %}{{ loop.index }}{{ n }}{% endfor %}{{ f() }}{{ xs() | list | sum }}"
        template = env.from_string(text)
        await template.render_async(xs=source, f=later)
        assert [part async for part in template.generate_async(xs=source, f=later)]
        module = await env.from_string("{% macro m() %}{{ f() }}{% endmacro %}").make_module_async(
            {"f": later}
        )
        assert await module.m() == "4"

    asyncio.run(main())
    tree = jinja2.Environment().parse("{% include 'a' %}{{ x }}{% set y = x + z %}")
    assert meta.find_undeclared_variables(tree) == {"x", "z"}
    assert list(meta.find_referenced_templates(tree)) == ["a"]
    assert list(tree.find_all(nodes.Name)) and tree.set_environment(None) and repr(tree)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        templates(scratch)
        failures(scratch)
    other_environments()
