"""Uses rich broadly: markup, tables, trees, layouts, progress, live displays, syntax, export."""

import io
import logging
import time
from dataclasses import dataclass, field

import rich
from rich import box, inspect, pretty, traceback
from rich.align import Align
from rich.bar import Bar
from rich.color import Color
from rich.columns import Columns
from rich.console import Console, Group, group
from rich.constrain import Constrain
from rich.containers import Lines
from rich.emoji import Emoji
from rich.errors import MarkupError
from rich.filesize import decimal
from rich.highlighter import ISO8601Highlighter, JSONHighlighter, RegexHighlighter, ReprHighlighter
from rich.json import JSON
from rich.layout import Layout
from rich.live import Live
from rich.logging import RichHandler
from rich.markdown import Markdown
from rich.markup import escape, render
from rich.measure import Measurement
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import (
    BarColumn, DownloadColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskProgressColumn,
    TextColumn, TimeElapsedColumn, TransferSpeedColumn, track, wrap_file,
)
from rich.prompt import Confirm, FloatPrompt, IntPrompt, Prompt
from rich.rule import Rule
from rich.scope import render_scope
from rich.spinner import Spinner
from rich.style import Style, StyleStack
from rich.styled import Styled
from rich.syntax import Syntax
from rich.table import Column, Table
from rich.text import Span, Text
from rich.theme import Theme
from rich.tree import Tree


class Words(RegexHighlighter):
    base_style = "word."
    highlights = [r"(?P<loud>[A-Z]+)"]


class Renderable:
    def __init__(self, name):
        self.name = name

    def __rich_console__(self, console, options):
        yield Text(self.name, style="bold")
        yield Padding(f"width {options.max_width}", (0, 2))

    def __rich_measure__(self, console, options):
        return Measurement(4, options.max_width)


@dataclass
class Point:
    x: int
    y: float = 1.5
    names: list = field(default_factory=lambda: ["a" * 30, "b" * 40])


class Repr:
    def __rich_repr__(self):
        yield "positional"
        yield "key", {"a": {1, 2}, "b": (None, b"x")}
        yield "default", 1, 1


def console(**options):
    settings = {"file": io.StringIO(), "width": 72, "force_terminal": True, "record": True,
                "color_system": "truecolor", "legacy_windows": False}
    return Console(**{**settings, **options})


def printing():
    out = console(theme=Theme({"word.loud": "bold red", "warn": "yellow on blue"}))
    out.print("[bold]bold[/] [link=http://a.example]link[/link] :smile: [warn]w[/warn] 1.5 'x' True", {"a": [1]})
    out.print("text", "more", sep="-", style="italic", justify="right", overflow="fold", no_wrap=True, end="\n\n")
    out.print(Words()("a LOUD b"), ReprHighlighter()("f(x=1) /a/b.py 127.0.0.1"), ISO8601Highlighter()("2024-01-01"))
    out.print(JSONHighlighter()('{"a": 1}'), JSON('{"b": [1, null]}', indent=2), JSON.from_data({"c": 1.5}))
    out.print(Renderable("mine"), Point(1), Repr(), highlight=False, crop=True, soft_wrap=True)
    out.log("logged", log_locals=True), out.rule("[b]title", align="left", characters="="), out.line(2)
    out.print(Rule(style="red"), Emoji.replace(":heart:"), escape("[b]"), Styled("s", "red"), Constrain("c", 10))
    out.print_json('{"a": [1, 2, {"b": null}]}', sort_keys=True), out.out("raw", 1), out.bell(), out.show_cursor(True)
    with out.status("working", spinner="dots") as status:
        status.update("still", spinner="line")
    with out.capture() as captured:
        out.print("captured")
    assert "captured" in captured.get()
    with out.pager(styles=True, pager=type("P", (), {"show": lambda self, content: None})()):
        out.print("paged")
    with out.screen() as screen:
        screen.update(Panel("full"))
    out.set_window_title("t"), out.measure("some words"), out.render_lines("a\nb"), out.get_style("bold red")
    out.export_text(clear=False), out.export_html(inline_styles=True, clear=False), out.export_svg(title="t")
    for system in ("standard", "256", None):
        small = console(color_system=system, width=20, no_color=system is None, markup=True)
        small.print(Text.from_ansi("\x1b[31mred\x1b[0m plain"), "[#ff8800 on rgb(1,2,3)]long words wrap here[/]")
    with out.use_theme(Theme({"x": "red"})):
        out.print("[x]themed[/x]")
    rich.print("[b]stdout[/b]", file=io.StringIO()), rich.get_console(), rich.print_json(data=[1], indent=None)


def texts():
    text = Text("Hello, World! and some more text", style="bold", justify="full")
    text.stylize("red", 0, 5), text.highlight_words(["some"], "blue"), text.highlight_regex(r"W\w+", "green")
    text.append(" tail", "dim"), text.append_text(Text("x")), text.append_tokens([("a", "red"), ("b", None)])
    text.split(","), text.divide([3, 7]), text.wrap(console(), 10), text.fit(5), text.copy(), text[2:6], text[0], len(text)
    text.truncate(8, overflow="ellipsis", pad=True), text.pad(2), text.align("center", 20), text.right_crop(1), text.rstrip()
    text.expand_tabs(4), text.remove_suffix("x"), text.set_length(9), text.join([Text("a"), Text("b")]), text.markup, text.plain
    text.get_style_at_offset(console(), 2), text.with_indent_guides(4), text.detect_indentation(), text.extend_style(2), text == text
    Text.assemble("a", ("b", "red"), Text("c")), Text.styled("s", "red"), Text.from_markup("[b]x[/b]"), Span(0, 4, "b").split(2)
    Lines([Text("a b c")]).justify(console(), 9, "full"), render("[b]bold[i]both[/i][/b]"), str(text + " y"), repr(text)
    style = Style.parse("bold not italic red on #0000ff link http://a") + Style(underline=True, dim=True)
    style.render("x"), Style.combine([style, Style.null()]), Style.chain(style), style.without_color, style.background_style, str(style)
    style.get_html_style(), style.update_link("y"), Style.from_meta({"a": 1}).meta, Style.normalize("RED"), style.transparent_background
    stack = StyleStack(style)
    stack.push(Style(bold=False)), stack.pop(), stack.current
    for name in ("red", "#ffffff", "rgb(1,2,3)", "color(200)", "default"):
        color = Color.parse(name)
        color.get_truecolor(), color.get_ansi_codes(), color.downgrade(1), color.is_system_defined, repr(color), color.name
    try:
        render("[b]x[/i]")
    except MarkupError as error:
        str(error)


def tables():
    out = console()
    for kind in (box.ROUNDED, box.SIMPLE, box.ASCII, box.HEAVY_HEAD, box.MARKDOWN, None):
        table = Table(Column("A", justify="right", style="cyan", ratio=1), "B", title="T", caption="C", box=kind,
                      show_lines=True, row_styles=["", "dim"], show_footer=True, expand=kind is box.ROUNDED)
        table.add_column("C", footer="f", min_width=4, max_width=9, no_wrap=True, vertical="middle")
        table.add_row("1", Panel("p"), "long text in a narrow place", end_section=True)
        table.add_row("2", Text("t", "red"), Table.grid(padding=1)), table.add_section(), table.add_row("3")
        out.print(table), table.row_count, out.measure(table), table.get_row_style(out, 1)
    grid = Table.grid("a", "b", expand=True)
    grid.add_row("x", Align.right("y"))
    tree = Tree("root", guide_style="red", hide_root=False)
    branch = tree.add("[b]branch", expanded=True)
    branch.add(Panel.fit("leaf", title="t", subtitle="s", box=box.DOUBLE)), branch.add(Group("a", "b")), tree.add("c", expanded=False)
    layout = Layout(name="all")
    layout.split_column(Layout(name="top", size=3), Layout(name="rest", ratio=2, minimum_size=2))
    layout["rest"].split_row(Layout("left"), Layout(Panel("right"), visible=True)), layout["top"].update(Align.center("up", vertical="middle"))
    layout.tree, layout.get("top"), layout.map

    @group()
    def several():
        yield "one"
        yield Rule()

    out.print(grid, tree, layout, Columns([Panel(str(n)) for n in range(9)], equal=True, expand=True, title="cols"), several())
    out.print(Columns(map(str, range(30)), column_first=True, right_to_left=True), Padding.indent("in", 4), Bar(10, 2, 7, width=20))
    out.print(render_scope({"a": 1, "_b": Point(2)}, title="scope"), Spinner("dots", "spin", style="red"), Padding("p", 1, style="on red"))


def displays():
    out = console()
    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(show_speed=True), TimeElapsedColumn(),
               MofNCompleteColumn(), DownloadColumn(), TransferSpeedColumn()]
    with Progress(*columns, console=out, auto_refresh=False, transient=True) as progress:
        first, second = progress.add_task("first", total=10), progress.add_task("second", total=None, start=False, extra=1)
        for _ in progress.track(range(3), description="tracked"):
            progress.advance(first, 2)
        progress.start_task(second), progress.update(second, total=4, completed=2, visible=False, refresh=True, description="d")
        progress.update(first, completed=10), progress.reset(second), progress.stop_task(second), progress.remove_task(second)
        progress.console.print("above"), progress.tasks[0].percentage, progress.tasks[0].time_remaining, progress.finished, progress.refresh()
    assert sum(track(range(4), console=out, description="t")) == 6
    with wrap_file(io.BytesIO(b"a\nb\n"), 4, console=out) as reader:
        reader.readline(), reader.read()
    with Live(Panel("0"), console=out, refresh_per_second=50, screen=False, vertical_overflow="crop") as live:
        for number in range(3):
            live.update(Table.grid(str(number)), refresh=True)
            time.sleep(0.01)
        live.console.print("line")
    answers = io.StringIO("x\nada\n")
    assert Prompt.ask("Who", console=out, choices=["ada", "bob"], default="bob", stream=answers) == "ada"
    assert IntPrompt.ask("n", console=out, stream=io.StringIO("z\n3\n")) == 3 and FloatPrompt.ask("f", console=out, default=1.5, stream=io.StringIO("\n"))
    assert Confirm.ask("sure", console=out, stream=io.StringIO("maybe\ny\n"))
    handler = RichHandler(console=out, rich_tracebacks=True, markup=True, show_path=True, tracebacks_show_locals=True)
    log = logging.getLogger("workload")
    log.propagate = False
    log.addHandler(handler), log.setLevel(logging.DEBUG), log.info("GET /a [b]x[/b]"), log.warning("number %d", 3)
    try:
        [1 / 0 for _ in "x"]
    except ZeroDivisionError:
        log.exception("failed")
        out.print_exception(show_locals=True, extra_lines=2, max_frames=5)
        out.print(traceback.Traceback(width=60, word_wrap=True, suppress=[logging]))


def documents():
    out = console()
    out.print(Markdown("# T\n\n## U\n\n* a\n* **b** `c` ~~d~~\n\n1. x\n2. y\n\n> q\n\n```python\nx = 1\n```\n\n[l](http://a) ![i](u)\n\n---\n\n"
                       "| a | b |\n|---|--:|\n| 1 | *2* |\n\nhard  \nbreak", hyperlinks=False, inline_code_lexer="python"))
    code = "def f(x):\n    '''doc'''\n    for n in range(x):\n        yield n  # c\n"
    for options in ({"line_numbers": True, "theme": "monokai"}, {"word_wrap": True, "indent_guides": True, "theme": "ansi_dark"},
                    {"line_range": (2, 3), "highlight_lines": {2}, "line_numbers": True, "code_width": 30, "background_color": "default"}):
        syntax = Syntax(code, "python", **options)
        syntax.stylize_range("bold", (1, 0), (2, 4)), out.print(syntax), out.measure(syntax)
    Syntax.guess_lexer("a.py", code), Syntax(code, "nosuch").highlight(code), Syntax.from_path(__file__, line_range=(1, 4))
    inspect(Point(1), console=out, methods=True, private=True, docs=True), inspect(len, console=out, help=False), inspect(Point, console=out)
    pretty.pprint({"deep": [Point(n) for n in range(3)], "text": "x" * 200}, console=out, max_length=2, max_string=20, expand_all=True)
    pretty.pretty_repr([Repr(), {1: {2: {3: [4]}}}], max_width=20, max_depth=2), decimal(123456), out.print(pretty.Pretty(Point(3), indent_guides=True))


if __name__ == "__main__":
    printing()
    texts()
    tables()
    displays()
    documents()
