"""What trace_calls.py records, and what compare.py makes of it, on a small package."""

import json
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

HERE = Path(__file__).parent


class TraceTest(unittest.TestCase):
    def trace(self, source, **others):
        """The edges of a package `pkg` whose module `pkg.m` is imported and nothing more."""
        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder) / "pkg"
            package.mkdir()
            (package / "__init__.py").touch()
            for name, text in {"m": source, **others}.items():
                (package / f"{name}.py").write_text(textwrap.dedent(text))
            script = Path(folder) / "script.py"
            script.write_text("import pkg.m\n")
            out = Path(folder) / "trace.json"
            command = [sys.executable, HERE / "trace_calls.py", package, "-o", out, script]
            subprocess.run(command, check=True)
            trace = json.loads(out.read_text())
        self.unattributed = trace["unattributed"]
        return {
            f"{caller} -> {callee}".replace("pkg.m", "m")
            for caller, callees in trace["edges"].items()
            for callee in callees
        }

    def test_functions_methods_and_nesting(self):
        edges = self.trace(
            """
            def outer():
                def inner():
                    return C().method()
                return inner()

            class C:
                def __init__(self): pass
                def method(self): return self.size
                @property
                def size(self): return 1

            outer()
            """
        )
        self.assertEqual(
            edges,
            {
                "m -> m.outer",
                "m.outer -> m.outer.inner",
                "m.outer.inner -> m.C.__init__",
                "m.outer.inner -> m.C.method",
                "m.C.method -> m.C.size",
            },
        )

    def test_comprehensions_and_class_bodies_belong_to_what_is_around_them(self):
        edges = self.trace(
            """
            def f(x): return x
            def g(): return [f(x) for x in {f(y) for y in range(2)}]
            def h():
                class C:
                    field = f(1)
                    def method(self): return f(2)
                return C().method()
            class D:
                field = [f(x) for x in range(2)]
            g(), h()
            """
        )
        self.assertEqual(
            edges,
            {
                "m -> m.f",
                "m -> m.g",
                "m -> m.h",
                "m.g -> m.f",
                "m.h -> m.f",
                "m.h -> m.h.C.method",
                "m.h.C.method -> m.f",
            },
        )

    def test_lambdas_are_numbered_in_source_order_within_their_scope(self):
        edges = self.trace(
            """
            first, second = lambda: 1, lambda: 2
            def f(default=lambda: 3):
                return (lambda x: (lambda y: y)(x))(default())
            class C:
                key = lambda self: [each() for each in [lambda: 4]]
            second(), f(), C().key()
            """
        )
        self.assertEqual(
            edges,
            {
                "m -> m.<lambda2>",
                "m -> m.f",
                "m -> m.C.<lambda1>",
                "m.f -> m.<lambda3>",
                "m.f -> m.f.<lambda1>",
                "m.f.<lambda1> -> m.f.<lambda1>.<lambda1>",
                "m.C.<lambda1> -> m.C.<lambda1>.<lambda1>",
            },
        )

    def test_calls_through_c_come_from_the_calling_function(self):
        edges = self.trace(
            """
            class N:
                def __init__(self, n): self.n = n
                def __lt__(self, other): return self.n < other.n
            def key(x): return N(-x)
            def f(): return sorted([1, 2], key=key), list(map(N, [1]))
            f()
            """
        )
        self.assertEqual(
            edges,
            {
                "m -> m.f",
                "m.f -> m.key",
                "m.key -> m.N.__init__",
                "m.f -> m.N.__lt__",
                "m.f -> m.N.__init__",
            },
        )

    def test_the_caller_of_a_generator_is_who_made_it(self):
        edges = self.trace(
            """
            import functools
            def gen():
                yield helper()
                yield helper()
            def helper(): return 1
            def make(): return gen()
            def use():
                for x in make(): pass
                for x in gen(): pass
            class C:
                def __iter__(self): yield helper()
            def loop(): return list(C())
            def drain(it): return list(it)
            def hidden(): return drain(functools.partial(gen)())
            async def co(): return helper()
            def run():
                try: co().send(None)
                except StopIteration: pass
            use(), loop(), hidden(), run()
            """
        )
        self.assertEqual(
            edges,
            {
                "m -> m.use",
                "m -> m.loop",
                "m -> m.hidden",
                "m -> m.run",
                "m.use -> m.make",
                "m.use -> m.gen",
                "m.make -> m.gen",
                "m.gen -> m.helper",
                "m.loop -> m.C.__iter__",
                "m.C.__iter__ -> m.helper",
                "m.hidden -> m.drain",
                "m.run -> m.co",
                "m.co -> m.helper",
            },
        )
        self.assertEqual(self.unattributed, ["pkg.m.gen"])

    def test_wrappers_outside_the_package_are_callers_outside_it(self):
        edges = self.trace(
            """
            from contextlib import contextmanager
            from .other import helper
            @contextmanager
            def managed():
                helper()
                yield
            def f():
                with managed(): helper()
            f()
            """,
            other="def helper(): pass",
        )
        self.assertEqual(
            edges,
            {"m -> m.f", "m.f -> pkg.other.helper", "m.managed -> pkg.other.helper"},
        )

    def test_threads_are_traced(self):
        edges = self.trace(
            """
            import threading
            def f(): g()
            def g(): pass
            worker = threading.Thread(target=f)
            worker.start()
            worker.join()
            """
        )
        self.assertEqual(edges, {"m.f -> m.g"})


class CompareTest(unittest.TestCase):
    def compare(self, static, *options):
        trace = {"package": "p", "functions": 3, "edges": {"p.a": ["p.b", "p.C.__len__"]}}
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / "static.json", Path(folder) / "trace.json"]
            for path, content in zip(paths, [static, trace]):
                path.write_text(json.dumps(content))
            command = [sys.executable, HERE / "compare.py", *paths, *options]
            done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stdout

    def test_recall_and_what_is_missed(self):
        static = {"p.a": ["p.b", "len"], "p.b": [], "p.C.__len__": []}
        status, out = self.compare(static, "--min-recall", "0.5")
        self.assertEqual(status, 0)
        self.assertIn("2 edges made, 1 missed, recall 0.5000", out)
        self.assertIn("special method", out)
        self.assertIn("from p.a", out)

    def test_too_little_recall_fails(self):
        self.assertEqual(self.compare({"p.b": []}, "--min-recall", "0.5")[0], 1)


if __name__ == "__main__":
    unittest.main()
