"""Uses pygments broadly: lexers by many ways of choosing them, filters, styles, formatters."""

import contextlib
import io
import sys
import tempfile
from pathlib import Path

import pygments
import pygments.cmdline
from pygments import filters, formatters, lexers, styles, token, unistring, util
from pygments.filter import Filter, simplefilter
from pygments.lexer import (
    DelegatingLexer, RegexLexer, bygroups, combined, default, include, inherit, using, words,
)
from pygments.style import Style

SOURCES = {
    "python": "import os\n@deco\nclass A(B):\n    '''Doc.'''\n    def f(self, x=0x1F, *a, **k) -> int:\n"
              "        return f'{x!r:>{w}} {a}' + r\"\\d\" + b'x' % (1.5e3, True)\n\tasync with a: pass\n",
    "pycon": ">>> 1 + 1\n2\n>>> for x in y:\n...     pass\nTraceback (most recent call last):\nE: no\n",
    "pytb": "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    x()\nValueError: no\n",
    "c": "#include <a.h>\n#define X(a) a\n/* c */ static int f(char *p) { if (p) return 0x1; } // x\n",
    "cpp": "template<class T> class A : public B { auto f() -> T { return R\"(raw)\"; } };\n",
    "java": "package a; @B public class C<T> extends D { int f() throws E { return 'c' + \"s\"; } }\n",
    "javascript": "const f = async (x) => { `t ${x + 1}`; /re/g.test(x); return class A { #p = 1n; } }\n",
    "typescript": "interface A { b?: string }\nfunction f<T>(x: T): Array<T> { return [x as any] }\n",
    "html": "<!DOCTYPE html><p class='a' style='color: red'>x &amp; y<script>var a = 1;</script>"
            "<style>a { b: c }</style></p><!-- c -->\n",
    "xml": "<?xml version='1.0'?><a b='c'><![CDATA[x]]><d/></a>\n",
    "css": "@media print { a:hover > #b .c { color: #fff !important; margin: 1px 2em } }\n",
    "json": '{"a": [1, 2.5e3, true, null], "b": {"c": "d\\n"}} // c\n',
    "yaml": "a: &x\n  - b: 'c'\n  - !!str d\n? k\n: |\n  text\n  more\n",
    "toml": "[a.b]\nc = 1979-05-27\nd = '''x'''\n",
    "ini": "[a]\nb = c ; d\n# e\n",
    "bash": "for i in $(ls *.c); do echo \"${i%.c}\" | sed 's/a/b/' && x=$((1 + 2)); done <<EOF\nt\nEOF\n",
    "console": "$ ls -l\ntotal 0\n# rm x\n",
    "sql": "SELECT a.b, COUNT(*) FROM c LEFT JOIN d ON a = 'x' WHERE e > 1.5 -- f\nGROUP BY 1;\n",
    "rust": "fn main<'a>(x: &'a str) -> Option<u8> { println!(\"{}\", x); match x { _ => Some(0xff_u8) } }\n",
    "go": "package main\nfunc f(x ...int) (y chan<- string, err error) { go g(); return `r`, nil }\n",
    "ruby": "class A < B\n  def f(x) \"a#{x + 1}\" =~ /r/i; %w[a b]; <<-E\ntext\nE\n  end\nend\n",
    "perl": "my %h = (a => 1); s/a/b/g; print \"$h{a} @x\" if m{x}; \n=pod\ndoc\n=cut\n",
    "php": "<p><?php function f($x) { return \"a $x {$y['z']}\" . <<<E\nt\nE; } ?></p>\n",
    "html+jinja": "<p>{% for a in b %}{{ a|e }}{# c #}{% endfor %}</p>\n",
    "html+php": "<b><?= $x ?></b>\n",
    "rst": "Title\n=====\n\n:field: x\n\n.. code-block:: python\n\n    x = 1\n\n*em* ``lit`` `ref`_\n\n.. _a: b\n",
    "markdown": "# T\n\n* a **b** `c`\n\n```python\nx = 1\n```\n> q [l](u)\n",
    "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n z\n",
    "make": "a: b\n\t$(CC) -o $@ $<\nX := $(shell ls)\nifdef Y\nendif\n",
    "docker": "FROM a:b\nRUN apt install \\\n  x\nCOPY [\"a\", \"b\"]\n",
    "latex": "\\documentclass{a}\n\\begin{b} $x^2$ % c\n\\end{b}\n",
    "haskell": "module A where\nf :: Int -> [a]\nf x = do { y <- g; return (\\z -> z) } -- c\n{- {- n -} -}\n",
    "lisp": "(defun f (x &optional y) \"d\" `(a ,x ,@y) #'car ; c\n #|b|#)\n",
    "scheme": "(define (f x) (let ((y 1)) (if #t 'a \"s\"))) ; c\n",
    "clojure": "(ns a.b) (defn f [x & y] {:k \"v\"} #\"re\" @z)\n",
    "lua": "local function f(x) --[[ c ]] return [[s]] .. x, {a = 1} end\n",
    "http": "POST /a HTTP/1.1\nContent-Type: application/json\n\n{\"a\": 1}\n",
    "irc": "12:00 < ada> hello\n", "text": "plain\n", "vim": "function! F()\n  let x = 'y'\nendfunction\n",
    "cython": "cdef int f(object x) nogil:\n    return <int>x\n", "kotlin": "fun f(x: Int?) = \"a $x ${x!!}\"\n",
    "scala": "object A { def f[T](x: T) = s\"a $x\" }\n", "swift": "func f(_ x: Int) -> String { \"\\(x)\" }\n",
    "r": "f <- function(x) { x[[1]] %in% c('a', NULL) }\n", "matlab": "function y = f(x)\n% c\ny = x';\nend\n",
}


class Little(RegexLexer):
    """One lexer with every kind of rule."""

    name = "Little"
    aliases = ["little"]
    flags = 0
    tokens = {
        "root": [
            include("space"),
            (words(("let", "in"), suffix=r"\b"), token.Keyword),
            (r"(\w+)(\s*)(=)", bygroups(token.Name, token.Text, token.Operator)),
            (r"<%(.*?)%>", bygroups(using(lexers.PythonLexer))),
            (r"\[(.*?)\]", bygroups(using(lambda **options: Little(**options), state="root"))),
            (r'"', token.String, combined("escape", "string")),
            (r"\{", token.Punctuation, "block"),
            (r"\w+", lambda lexer, match, ctx=None: iter([(match.start(), token.Name, match.group())])),
            (r"!", token.Error, ("block", "block")),
        ],
        "space": [(r"\s+", token.Whitespace)],
        "escape": [(r"\\.", token.String.Escape)],
        "string": [(r'[^"\\]+', token.String), (r'"', token.String, "#pop")],
        "block": [(r"\}", token.Punctuation, "#pop"), (r"\{", token.Punctuation, "#push"),
                  (r"[^{}]+", token.Text), default("#pop:2")],
    }

    def analyse_text(text):
        return 0.1 if "let" in text else 0


class Larger(Little):
    tokens = {"root": [(r"\d+", token.Number), inherit]}


class Mixed(DelegatingLexer):
    def __init__(self, **options):
        super().__init__(lexers.HtmlLexer, Larger, **options)


class OwnStyle(Style):
    background_color = "#f8f8f8"
    styles = {
        token.Comment: "italic #888",
        token.Keyword: "bold #005 bg:#eee border:#111",
        token.Name.Function: "underline nobold",
        token.String: "ansired noinherit",
    }


class Marker(Filter):
    def __init__(self, **options):
        super().__init__(**options)
        self.mark = util.get_bool_opt(options, "mark", True)

    def filter(self, lexer, stream):
        for kind, value in stream:
            yield (token.Generic.Emph if self.mark and value == "x" else kind), value


@simplefilter
def shout(self, lexer, stream, options):
    for kind, value in stream:
        yield kind, value.upper()


def lexing():
    for alias, source in SOURCES.items():
        lexer = lexers.get_lexer_by_name(alias, stripall=True, tabsize=4, ensurenl=True)
        tokens = list(lexer.get_tokens(source))
        assert tokens, alias
        pygments.highlight(source, lexer, formatters.NullFormatter())
    for kind in (Little, Larger, Mixed):
        list(kind().get_tokens('let x = "a\\n" {a {b} c} <% print(1) %> [let y] 12 ! } } $'))
    for name in ("a.py", "a.html", "a.h", "Makefile", "a.rb", "a.nosuch"):
        with contextlib.suppress(util.ClassNotFound):
            lexers.get_lexer_for_filename(name, SOURCES["c"])
            lexers.guess_lexer_for_filename(name, SOURCES["html"])
    for source in list(SOURCES.values())[:12] + ["#!/usr/bin/env python\nx", "<?xml?>", "# vim: ft=ruby"]:
        with contextlib.suppress(util.ClassNotFound):
            lexers.guess_lexer(source)
    lexers.get_lexer_for_mimetype("text/x-python")
    assert len(list(lexers.get_all_lexers())) > 300
    lexers.find_lexer_class("Python"), lexers.find_lexer_class_for_filename("a.c")
    for encoding in ("guess", "chardet", "utf-8", "latin1"):
        with contextlib.suppress(ImportError):
            list(lexers.PythonLexer(encoding=encoding).get_tokens("é = 1".encode()))
    assert token.Name.Function in token.Name and token.string_to_tokentype("String.Double")
    token.is_token_subtype(token.Name.Class, token.Name), token.Keyword.split(), repr(token.Text)
    unistring.allexcept("Lu", "Ll"), unistring.combine("Nd", "Nl")
    for option, convert in [("a", util.get_bool_opt), ("b", util.get_int_opt), ("c", util.get_list_opt)]:
        convert({"a": "yes", "b": "3", "c": "x y"}, option, 1)
        with contextlib.suppress(util.OptionError):
            convert({option: object()}, option)


def filtering():
    for name in filters.get_all_filters():
        options = {"highlight": {"names": ["f"]}, "codetagify": {"codetags": ["TODO"]}}.get(name, {})
        lexer = lexers.PythonLexer()
        lexer.add_filter(name, **options)
        lexer.add_filter(Marker(mark=True))
        lexer.add_filter(shout())
        list(lexer.get_tokens("def f(x): # TODO x\n\treturn 'a  b'\n"))
    list(lexers.PythonLexer(filters=["whitespace", Marker(mark=False)]).get_tokens("a\t b"))


def formatting(folder):
    code = SOURCES["python"]
    python = lexers.PythonLexer()
    html = [{}, {"full": True, "title": "t", "linenos": "table", "anchorlinenos": True, "lineanchors": "l"},
            {"linenos": "inline", "hl_lines": [1, 3], "linespans": "s", "noclasses": True, "linenostart": 5},
            {"nowrap": True, "style": OwnStyle}, {"wrapcode": True, "filename": "a.py", "cssclass": "x"},
            {"full": True, "cssfile": str(folder / "a.css"), "linenostep": 2, "linenospecial": 3}]
    for options in html:
        formatter = formatters.HtmlFormatter(**options)
        pygments.highlight(code, python, formatter)
        formatter.get_style_defs([".a", ".b"]), formatter.get_linenos_style_defs()
    for alias in ("latex", "rtf", "svg", "terminal", "terminal256", "terminal16m", "bbcode", "irc",
                  "raw", "text", "testcase", "pango"):
        formatter = formatters.get_formatter_by_name(alias)
        pygments.highlight(code, python, formatter), formatter.get_style_defs()
    for alias, options in [("latex", {"full": True, "linenos": True, "escapeinside": "||", "mathescape": True}),
                           ("terminal", {"bg": "dark", "linenos": True}), ("svg", {"linenos": True}),
                           ("terminal256", {"style": "monokai", "linenos": True}), ("raw", {"compress": "gz"}),
                           ("rtf", {"fontface": "f", "linenos": True}), ("bbcode", {"monofont": True})]:
        pygments.highlight(code, python, formatters.get_formatter_by_name(alias, **options))
    formatters.get_formatter_for_filename("a.html"), len(list(formatters.get_all_formatters()))
    for name in styles.get_all_styles():
        style = styles.get_style_by_name(name)
        list(style), style.style_for_token(token.Name), style.list_styles(), token.Name in style
    with (folder / "out.html").open("w") as out:
        pygments.format(pygments.lex(code, python), formatters.HtmlFormatter(), out)
    raw = pygments.highlight(code, python, formatters.RawTokenFormatter())
    list(lexers.get_lexer_by_name("output").get_tokens(raw.decode()))


def command_line(folder):
    path = folder / "a.py"
    path.write_text(SOURCES["python"])
    for arguments in (["-f", "html", str(path)], ["-l", "python", "-O", "full,linenos=1", "-o",
                      str(folder / "o.html"), str(path)], ["-L"], ["-L", "filters", "styles"], ["-N", "a.c"],
                      ["-S", "default", "-f", "html", "-a", ".x"], ["-H", "lexer", "python"], ["-V"], ["-h"],
                      ["-C"], ["-g", "-f", "terminal", str(path)], ["-L", "formatters", "--json"],
                      ["-F", "keywordcase:case=upper", "-P", "stripnl=1", str(path)], ["-l", "nosuch", "x"]):
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(b"#!/bin/sh\necho\n"))
            with contextlib.suppress(SystemExit):
                pygments.cmdline.main(["pygmentize", *arguments])
            sys.stdin = stdin


if __name__ == "__main__":
    lexing()
    filtering()
    with tempfile.TemporaryDirectory() as scratch:
        formatting(Path(scratch))
        command_line(Path(scratch))
