"""Uses click broadly: a command line with groups, all kinds of parameters, and its helpers."""

import io
import os
import sys
import tempfile
from pathlib import Path

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete, get_completion_class
from click.testing import CliRunner


class Range(click.ParamType):
    name = "span"

    def convert(self, value, param, ctx):
        if isinstance(value, tuple):
            return value
        try:
            low, high = value.split("-")
            return int(low), int(high)
        except ValueError:
            self.fail(f"{value!r} is no span", param, ctx)

    def shell_complete(self, ctx, param, incomplete):
        return [click.shell_completion.CompletionItem(word) for word in ("1-2", "3-4")]


class AliasedGroup(click.Group):
    def get_command(self, ctx, cmd_name):
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            return found
        matches = [name for name in self.list_commands(ctx) if name.startswith(cmd_name)]
        if len(matches) == 1:
            return super().get_command(ctx, matches[0])
        return None


class Repository:
    def __init__(self, home):
        self.home = home
        self.settings = {}

    def set(self, key, value):
        self.settings[key] = value


pass_repository = click.make_pass_decorator(Repository, ensure=False)


def print_version(ctx, param, value):
    if not value or ctx.resilient_parsing:
        return
    click.echo("repo 2.0")
    ctx.exit()


@click.group(cls=AliasedGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", envvar="REPO_HOME", default=".repo", show_default=True, show_envvar=True)
@click.option("--set", "settings", nargs=2, multiple=True, metavar="KEY VALUE")
@click.option("-v", "--verbose", count=True)
@click.option("--show", is_flag=True, callback=print_version, expose_value=False, is_eager=True)
@click.version_option("1.0", prog_name="repo")
@click.pass_context
def repo(ctx, home, settings, verbose):
    """Repo keeps things.

    \b
    One paragraph that
    is not rewrapped.

    And a long one that is rewrapped, since it has many words that do not fit into one line of
    an ordinary terminal.
    """
    ctx.obj = Repository(home)
    ctx.call_on_close(lambda: None)
    for key, value in settings:
        ctx.obj.set(key, value)


@repo.command(short_help="Copies.", epilog="See also: move.")
@click.argument("src", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.argument("dst", type=click.Path(writable=True))
@click.option("--mode", type=click.Choice(["fast", "safe"], case_sensitive=False), default="fast")
@click.option("--force/--no-force", " /-F", default=False, help="Overwrite.")
@pass_repository
def copy(repository, src, dst, mode, force):
    """Copies files from SRC to DST."""
    with click.progressbar(src, label="copying", show_pos=True) as bar:
        for item in bar:
            click.echo(f"{click.format_filename(item)} -> {dst} {mode} {force}")


@repo.command()
@click.option("--count", type=click.IntRange(0, 10, clamp=True), default=3)
@click.option("--ratio", type=click.FloatRange(0, 1, max_open=True), default=0.5)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), default="2024-01-01")
@click.option("--ident", type=click.UUID)
@click.option("--span", type=Range(), default="1-9")
@click.option("--pair", type=(str, int), default=("a", 1))
@click.option("--flag", flag_value="on", default=None)
@click.option("--func", type=lambda text: text.upper(), default="x")
@click.option("--input", type=click.File("r"), default="-")
@click.option("--output", type=click.File("w", lazy=True), default="-")
def convert(**values):
    """Converts one of everything."""
    click.echo(values["input"].read().upper(), file=values["output"], nl=False)
    for name in sorted(values):
        if name not in ("input", "output"):
            click.echo(f"{name}={values[name]!r}")


@repo.command()
@click.option("--name", prompt="Your name")
@click.password_option()
@click.option("--colour", prompt=True, type=click.Choice(["red", "blue"]), default="red")
@click.confirmation_option(prompt="Sure?")
def ask(name, password, colour):
    click.secho(f"{name} {len(password)}", fg=colour, bold=True)
    number = click.prompt("A number", type=int, default=4)
    if click.confirm("Really?", default=True):
        click.echo(click.style(str(number), underline=True, fg=(1, 2, 3), bg=4))


@repo.group(chain=True, invoke_without_command=True)
@click.option("--start", default=0)
def chain(start):
    """Runs one after the other."""


@chain.command("add")
@click.argument("number", type=int)
def chain_add(number):
    return lambda value: value + number


@chain.command("double")
def chain_double():
    return lambda value: value * 2


@chain.result_callback()
def chain_done(processors, start):
    value = start
    for process in processors:
        value = process(value)
    click.echo(f"result {value}")


@repo.command()
@click.pass_context
def forward(ctx):
    ctx.invoke(convert, count=1, input=io.StringIO("text"), output=sys.stdout)
    ctx.forward(inner)
    click.echo(ctx.command_path + " " + str(ctx.find_root().info_name))
    click.echo(ctx.get_parameter_source("x"))


@click.command()
@click.option("--x", default=1)
def inner(x=1):
    click.echo(f"inner {x}")


@repo.command(deprecated=True, hidden=True)
@click.pass_obj
def old(repository):
    raise click.UsageError(f"not in {repository.home}")


@repo.command()
@click.argument("kind")
def fail(kind):
    if kind == "file":
        raise click.FileError("there.txt", hint="it is not there")
    if kind == "param":
        raise click.BadParameter("bad", param_hint="--there")
    if kind == "abort":
        raise click.Abort
    raise click.ClickException("failed")


def run(*arguments, **options):
    result = CliRunner().invoke(repo, list(arguments), **options)
    return result.exit_code, result.output


def command_lines(folder):
    runner = CliRunner()
    with runner.isolated_filesystem(folder):
        Path("a.txt").write_text("a")
        Path("b.txt").write_text("b")
        ok = [
            run("copy", "a.txt", "b.txt", "to", "--mode", "SAFE", "--force"),
            run("-v", "-v", "--set", "a", "1", "--set", "b", "2", "copy", "a.txt", "to", "-F"),
            run("convert", "--count", "99", "--span", "2-3", "--pair", "z", "3", input="text\n"),
            run("convert", "--input", "a.txt", "--output", "out.txt", "--flag"),
            run("conv", "--ident", "12345678123456781234567812345678", input=""),
            run("ask", input="Ada\nsecret\nsecret\nblue\ny\n7\n\n"),
            run("chain", "--start", "3", "add", "4", "double", "add", "1"),
            run("forward"),
            run("--help"),
            run("copy", "-h"),
            run("convert", "--help"),
            run("chain", "--help"),
            run("--version"),
            run("--show"),
            run("convert", env={"REPO_HOME": "elsewhere"}, input=""),
        ]
        assert all(code == 0 for code, _ in ok), ok
        bad = [
            run("copy", "nosuch.txt", "to"),
            run("copy"),
            run("convert", "--span", "x"),
            run("convert", "--ratio", "7"),
            run("convert", "--day", "never"),
            run("convert", "--nosuch"),
            run("convert", "--cuont", "1"),
            run("nosuch"),
            run("copy", "a.txt", "to", "--mode", "slow"),
            run("old"),
            run("fail", "file"),
            run("fail", "param"),
            run("fail", "abort"),
            run("fail", "other"),
            run("ask", input="Ada\nsecret\nother\nx\n"),
        ]
        assert all(code != 0 for code, _ in bad), bad


def terminal():
    click.echo(b"bytes")
    click.echo("to stderr", err=True)
    click.echo(click.unstyle(click.style("plain", fg="green", blink=True)))
    click.echo_via_pager(f"line {number}\n" for number in range(3))
    click.get_app_dir("My App")
    click.get_app_dir("My App", force_posix=True)
    click.get_text_stream("stdout").write("")
    click.get_binary_stream("stdout")
    with click.open_file("-", "w") as stream:
        stream.write("")
    formatter = click.HelpFormatter(width=40)
    with formatter.section("Things"):
        formatter.write_dl([("a", "first " * 10), ("long-name-of-it", "second")])
        with formatter.indentation():
            formatter.write_text("some text\n\nmore text")
    formatter.write_usage("prog", "[ARGUMENTS] " * 8)
    click.wrap_text("words " * 30, width=30, preserve_paragraphs=True)
    formatter.getvalue()
    with click.progressbar(length=5, show_eta=True, item_show_func=str, file=io.StringIO()) as bar:
        for _ in range(5):
            bar.update(1, current_item="it")
    with click.progressbar(range(4), show_percent=True, file=io.StringIO()) as bar:
        assert sum(bar) == 6


def completion():
    for shell in (BashComplete, ZshComplete, FishComplete):
        assert get_completion_class(shell.name) is shell
        complete = shell(repo, {}, "repo", "_REPO_COMPLETE")
        for words, last in [([], ""), ([], "co"), (["copy"], "--m"), (["copy", "--mode"], ""),
                            (["convert", "--span"], ""), (["chain", "add"], ""), (["copy"], "a")]:
            for item in complete.get_completions(words, last):
                complete.format_completion(item)
    os.environ.update(COMP_WORDS="repo con", COMP_CWORD="1", _REPO_COMPLETE="zsh_complete")
    try:
        repo.main(prog_name="repo", complete_var="_REPO_COMPLETE", standalone_mode=False)
    except SystemExit:
        pass
    del os.environ["_REPO_COMPLETE"]


def contexts():
    with click.Context(repo, info_name="repo", obj=Repository("x")) as ctx:
        assert click.get_current_context() is ctx
        ctx.meta["click.key"] = 1
        ctx.lookup_default("home")
        ctx.to_info_dict()
        with ctx.scope():
            ctx.ensure_object(Repository)
        with_resource = ctx.with_resource(tempfile.TemporaryDirectory())
        assert os.path.isdir(with_resource)
    repo.get_help(click.Context(repo))
    value = repo.main(["chain", "double"], standalone_mode=False)
    assert value is None
    collection = click.CommandCollection(name="all", sources=[repo, chain])
    assert CliRunner().invoke(collection, ["--help"]).exit_code == 0
    assert CliRunner().invoke(collection, ["inner"]).exit_code == 2


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        command_lines(scratch)
    terminal()
    completion()
    contexts()
