

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# What computes a value that nothing makes longer.
_COMPUTED = (ast.BinOp, ast.Compare, ast.Constant, ast.JoinedStr, ast.Lambda, ast.Tuple, ast.UnaryOp)
_LENGTHENING = set("append extend insert add update setdefault appendleft extendleft __setitem__".split())

_OPERATORS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv", ast.Mod: "mod",
    ast.Pow: "pow", ast.MatMult: "matmul", ast.LShift: "lshift", ast.RShift: "rshift", ast.BitOr: "or_",
    ast.BitAnd: "and_", ast.BitXor: "xor", ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt",
    ast.GtE: "ge", ast.In: "contains",
}
# Comparisons that ask the other operand, or another method.
_MIRRORED = {"eq": ("ne",), "ne": ("eq",), "lt": ("gt",), "gt": ("lt",), "le": ("ge",), "ge": ("le",)}


class _Probes(ast.NodeTransformer):
    """Sets probes into the statements of a module."""

    def __init__(self, run, traces, tree):
        self.run, self.values, self.results = run, (), ()
        calls = [node for node in ast.walk(tree) if _called(node)]
        self.functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)]
        self.checks = {}
        settles = {"call": self.settled, "taken": self.checked}
        self.traces = [(s, settles[trace[2]](trace, calls) if trace[2] in settles else trace) for s, trace in traces]
        run.placed.update(s for s, trace in self.traces if trace[2] == "checked")
        self.slots = any(trace[2] == "slot" for _, trace in self.traces)
        # The counters of what happens in loops: made before these, and moved in them.
        self.made, self.moved, self.inside = {}, {}, {}
        for at, (symbol, trace) in enumerate(self.traces):
            if trace[2] == "times":
                self.count(f"_heapcast_times_{at}", symbol, trace, tree)
            elif trace[2] == "run":
                self.run_once(symbol, trace[1], tree)

    def count(self, name, symbol, trace, tree):
        """Finds the places of a counter."""
        _, line, _, what, within = trace
        statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        loops = [node for node in statements if isinstance(node, (ast.For, ast.While, ast.AsyncFor))]
        around = [node for node in loops if node.lineno == within]
        if what == "statement":
            here = [node for node in statements if node.lineno <= line <= node.end_lineno]
            here = sorted(here, key=lambda node: node.lineno - node.end_lineno)[-1:]
            places = self.moved
        else:
            here = [node for node in loops if node.lineno == line] if what == "iterations" else []
            places = self.inside
            if not here:
                here = [node for node in ast.walk(tree) if isinstance(node, _COMPREHENSIONS) and _stands_on(node, line)]
        if not around and what == "statement":
            # An arm of a conditional expression.
            own = [node for node in ast.walk(tree) if isinstance(node, _COMPREHENSIONS) and _stands_on(node, within)]
            here, places, what = [node for node in own if _arms(node, line)], self.inside, line
        elif not around and within != line:
            return
        if not here:
            return
        self.run.placed.add(symbol)
        for node in here:
            places.setdefault(node, []).append((name if around else None, symbol, what))
        for node in around:
            self.made.setdefault(node, []).append((name, symbol))

    def run_once(self, symbol, line, tree):
        """Finds the statement, or the first of a handler, that shows whether a line is run."""
        nodes = list(ast.walk(tree))
        handlers = [node.body[0] for node in nodes if isinstance(node, ast.ExceptHandler) and node.lineno == line]
        here = [node for node in nodes if isinstance(node, ast.stmt) and node.lineno <= line <= node.end_lineno]
        inner = min(here, key=lambda node: node.end_lineno - node.lineno, default=None)
        for node in handlers[:1] or ([inner] if inner else []):
            self.run.placed.add(symbol)
            self.moved.setdefault(node, []).append((None, symbol, "run"))

    @staticmethod
    def settled(trace, calls):
        """Where a call shows: by its name, or as any call of its line, or not at all."""
        module, line, _, name, *rest = trace
        here = [node for node in calls if line in range(node.lineno, node.end_lineno + 1)]
        if any(name in _names_called(node) for node in here):
            return trace
        own = [node for node in here if isinstance(node, ast.Call)]
        if not own or rest == ["each"]:
            return module, line, "reached"
        return (module, line, "call", "", *rest)

    def checked(self, trace, calls):
        """Which calls show whether something is what it is taken for: those of its line, or of its function."""
        module, line, _, names, method = trace
        calls = [node for node in calls if isinstance(node, ast.Call) and _called(node) == method]
        calls = [node for node in calls if isinstance(node.func, ast.Attribute)]
        around = [node for node in self.functions if node.lineno <= line <= node.end_lineno]
        inner = min(around, key=lambda node: node.end_lineno - node.lineno, default=None)
        lines = range(inner.lineno, inner.end_lineno + 1) if inner else ()
        own = [node for node in calls if node.lineno <= line <= node.end_lineno]
        own = own or [node for node in calls if node.lineno in lines]
        for node in own:
            self.checks.setdefault(id(node), (node, []))[1].append(names)
        return (module, line, "checked") if own else (module, line, "reached")

    def on(self, what, first, last):
        """The symbols of what is seen on some lines."""
        found = [s for s, trace in self.traces if trace[2] == what and first <= trace[1] <= last]
        self.run.placed.update(found)
        return found

    def wanted(self, first, last):
        """What is to be known of values on some lines, besides what is wanted of them anyway."""
        own = [(s, what) for what in ("length", "number", "text", "copy", "int") for s in self.on(what, first, last)]
        return tuple(dict.fromkeys([*self.values, *own]))

    def call(self, method, *arguments, keywords=()):
        own = ast.Attribute(ast.Name("_heapcast", ast.Load()), method, ast.Load())
        return ast.Call(own, list(arguments), list(keywords))

    def called(self, node):
        """The symbols of what a call of unknown code costs, or an operator: by the name of what is called."""
        names = _names_called(node)
        if "super" in names or not hasattr(node, "lineno"):
            return []
        lines = range(node.lineno, node.end_lineno + 1)
        here = [(s, trace) for s, trace in self.traces if trace[2] == "call" and trace[1] in lines]
        found = [s for s, trace in here if trace[3] in names or not trace[3] and isinstance(node, ast.Call)]
        self.run.placed.update(found)
        return found

    def constant(self, value):
        return ast.parse(repr(value), mode="eval").body

    def visit(self, node):
        if not isinstance(node, (ast.stmt, ast.expr)):
            return self.generic_visit(node)
        if isinstance(node, ast.stmt):
            return self.statement(node)
        if isinstance(node, _COMPREHENSIONS):
            self.comprehension(node)
        if isinstance(node, ast.Lambda):
            return self.function(node)
        return self.expression(node)

    def comprehension(self, node):
        """A comprehension, which counts its iterations and the elements that it keeps."""
        counted = self.inside.get(node, ())
        passed = [ast.Name(name, ast.Load()) for name, _, what in counted if what == "iterations" and name]
        for one in node.generators:
            if not one.is_async:
                lines = node.lineno, max(node.lineno, one.iter.lineno)
                symbols, numbers = self.on("iterations", *lines), self.on("int", *lines)
                one.iter = self.call("each", self.constant(tuple(symbols)), one.iter, *passed)
                if numbers:
                    one.iter = self.call("numbers", self.constant(tuple((s, "int") for s in numbers)), one.iter)
        arms = [(symbol, line) for _, symbol, line in counted if isinstance(line, int)]
        for symbol, line in arms if not node.generators[0].is_async else ():
            own = self.constant((symbol,))
            node.generators[0].iter = self.call("runs", own, node.generators[0].iter)
            for arm, part in _arms(node, line):
                setattr(arm, part, self.call("keeps", own, getattr(arm, part)))
        kept = [(name, symbol) for name, symbol, what in counted if what == "kept"]
        if not kept or node.generators[-1].is_async:
            return
        own = self.constant(tuple(symbol for name, symbol in kept if not name))
        names = [ast.Name(name, ast.Load()) for name, _ in kept if name]
        node.generators[-1].iter = self.call("runs", own, node.generators[-1].iter)
        field = "key" if isinstance(node, ast.DictComp) else "elt"
        setattr(node, field, self.call("keeps", own, getattr(node, field), *names))

    def expression(self, node):
        is_read = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    part.value = self.visit(part.value)
        elif isinstance(node, ast.Call):
            symbols = self.called(node)
            _, checks = self.checks.get(id(node), (None, ()))
            if isinstance(node.func, ast.Attribute):
                node.func.value = self.visit(node.func.value)
                if checks:
                    method = ast.Constant(node.func.attr)
                    node.func.value = self.call("taken", self.constant(tuple(checks)), method, node.func.value)
            elif not isinstance(node.func, ast.Name):
                node.func = self.visit(node.func)
            node.args = [self.visit(argument) for argument in node.args]
            node.keywords = [self.visit(keyword) for keyword in node.keywords]
            if symbols:
                node = self.call("call", self.constant(tuple(symbols)), node.func, *node.args, keywords=node.keywords)
        else:
            symbols = self.called(node) if _operation(node) else []
            self.generic_visit(node)
            if symbols:
                node = self.operated(symbols, node)
        if isinstance(node, ast.Subscript) and is_read and isinstance(node.slice, ast.Slice):
            symbols = self.on("slot", node.lineno, node.end_lineno) if self.slots else []
            if symbols:
                node.value = self.call("sliced", self.constant(tuple(symbols)), node.value)
        is_index = isinstance(node, ast.Tuple) and any(isinstance(part, ast.Slice) for part in node.elts)
        if not self.values or not is_read or is_index or isinstance(node, (ast.Starred, ast.Slice)):
            return node
        return self.call("value", self.constant(self.values), node)

    def operated(self, symbols, node):
        """An operator of which it is looked at what it costs."""
        name, operands = _operation(node)
        return self.call("operate", self.constant(tuple(symbols)), ast.Constant(name), *operands)

    def statement(self, node):
        """A statement; where values on its line are wanted, with probes around all of its expressions."""
        if isinstance(node, _FUNCTIONS):
            return self.function(node)
        is_simple = not hasattr(node, "body")
        is_loop = isinstance(node, (ast.For, ast.While, ast.AsyncFor))
        before, last = self.values, node.end_lineno if is_simple else _head_end(node)
        wanted = self.wanted(node.lineno, last)
        reached = self.on("reached", node.lineno, last)
        looks = self.looks(node, self.on("grown", node.lineno, last))
        self.values = wanted if is_simple or is_loop else before
        extra = [ast.Expr(self.call("reached", self.constant(tuple(reached))))] if reached else []
        for name, symbol in self.made.get(node, ()):
            extra.append(ast.Assign([ast.Name(name, ast.Store())], self.call("counter", self.constant(symbol))))
        for name, symbol, what in self.moved.get(node, ()):
            extra.append(ast.Expr(self.call("ran", ast.Constant(symbol))) if what == "run" else _moves(name))
        inside = [_moves(name) for name, _, _ in self.inside.get(node, ())]
        if isinstance(node, ast.While):
            name = f"_heapcast_loop_{node.lineno}_{node.col_offset}"
            symbols = self.constant(tuple(self.on("iterations", node.lineno, node.lineno)))
            extra.append(ast.Assign([ast.Name(name, ast.Store())], self.call("loop", symbols)))
            self.generic_visit(node)
            node.test = ast.Call(ast.Name(name, ast.Load()), [node.test], [])
            node.body[:0] = inside
        elif isinstance(node, ast.For):
            symbols = self.constant(tuple(self.on("iterations", node.lineno, node.lineno)))
            self.generic_visit(node)
            node.iter = self.call("each", symbols, node.iter)
            node.body[:0] = [*self.stored([node.target]), *inside]
        elif isinstance(node, ast.Return) and self.results:
            node.value = node.value or ast.Constant(None)
            self.generic_visit(node)
            node.value = self.call("returned", self.constant(tuple(self.results)), node.value)
        elif isinstance(node, getattr(ast, "Match", ())):
            node.subject = self.visit(node.subject)
            for case in node.cases:
                case.body = self.block(case.body)
        elif isinstance(node, ast.If):
            self.values = wanted
            node.test = self.visit(node.test)
            self.values = before
            node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        elif isinstance(node, ast.With):
            self.values = wanted
            for item in node.items:
                item.context_expr = self.visit(item.context_expr)
            self.values = before
            node.body = self.block(node.body)
        else:
            symbols = self.called(node) if isinstance(node, ast.AugAssign) else []
            self.generic_visit(node)
            if symbols:
                target = node.target
                node = ast.Assign([target], self.operated(symbols, node), lineno=node.lineno)
        after = []
        if looks:
            after = self.looking(node, looks)
        if isinstance(node, ast.Assign):
            after = [*after, *self.stored(node.targets)]
        elif isinstance(node, ast.AugAssign):
            after = [*after, *self.stored([node.target])]
        self.values = before
        return [*extra, node, *after]

    def looks(self, node, symbols):
        """How to look at what a statement makes longer; in those with a body, its head does."""
        if not symbols:
            return []
        heads = [node] if not hasattr(node, "body") else [getattr(node, part, None) for part in ("test", "iter")]
        parts = [part for head in heads if head for part in ast.walk(head)]
        inner = _inner(parts)
        stored = [part for part in parts if isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load)]
        found = [_again(part, "value", inner) for part in stored]
        calls = [part for part in parts if isinstance(part, ast.Call)]
        methods = [call.func for call in calls if isinstance(call.func, ast.Attribute)]
        # What `setdefault` gives is part of what it makes longer.
        longer = [method for method in methods if method.attr in _LENGTHENING and not _is_default(method.value)]
        found += [_again(method, "value", inner) for method in longer]
        targets = [part for part in parts if isinstance(part, ast.AugAssign) and not _is_slice(part.target)]
        found += [_again(part, "target", inner) for part in targets]
        if not found:
            # Looking something up may make it, and a function may lengthen its arguments.
            found = [_path(part, inner) for part in parts if isinstance(part, ast.Subscript) and not _is_slice(part)]
            for call in calls:
                handed = [at for at, part in enumerate(call.args) if not isinstance(part, _COMPUTED)]
                again = [_again(call.args, at, inner) for at in handed]
                found += [part and self.call("handed", part) for part in again]
        # A method may have a name of its own.
        named = [call.func for call in calls if isinstance(call.func, ast.Name)]
        found += [ast.Attribute(ast.Name(name.id, ast.Load()), "__self__", ast.Load()) for name in named]
        # All of it, because each may be what is meant.
        if not found or not all(found):
            self.run.placed.difference_update(symbols)
            return []
        # A mapping may make what it is asked for.
        found += [part.value for base in found for part in ast.walk(base) if isinstance(part, ast.Subscript)]
        nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        found = [ast.parse(ast.unparse(part), mode="eval").body for part in found]
        return [self.constant(tuple(symbols)), *(ast.Lambda(nothing, part) for part in found)]

    def looking(self, node, looks):
        """Statements that look at what a statement made longer, after it; or in it."""
        if isinstance(node, ast.Return):
            node.value = self.call("after", node.value or ast.Constant(None), *looks)
            return []
        look = ast.Expr(self.call("grown", *looks))
        if hasattr(node, "body"):
            node.body.insert(0, look)
            if getattr(node, "orelse", ()):
                node.orelse.insert(0, look)
        return [look]

    def block(self, statements):
        """Statements with their probes, which may be statements as well."""
        found = []
        for statement in map(self.visit, statements):
            found += statement if isinstance(statement, list) else [statement]
        return found

    def stored(self, targets):
        """Statements that look at what variables were given."""
        if not self.values:
            return []
        names = [part for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]
        names = [name.id for name in names if isinstance(name.ctx, ast.Store)]
        values = self.constant(self.values)
        return [ast.Expr(self.call("value", values, ast.Name(name, ast.Load()))) for name in names]

    def function(self, node):
        """A function, which says what it is called with."""
        # A function starts where its decorators do.
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        lines = first, node.lineno
        arguments, own = node.args, _own(node)
        calls = tuple((s, what) for what in ("calls", "levels") for s in self.on(what, *lines))
        scalar = self.on("scalar", *lines)
        outer, self.results = self.results, [*self.on("returned", *lines), *scalar]
        kept = self.constant(tuple(self.on("kept", *lines)))
        own_lines = range(first, node.lineno + 1)
        inputs = {s: trace[4] for s, trace in self.traces if trace[2] == "input" and trace[1] in own_lines}
        others = {name for one in self.functions if one is not node and one.lineno == node.lineno for name in _own(one)}
        inputs = {s: root for s, root in inputs.items() if root in own or root not in others}
        self.run.placed.update(inputs)
        named = [] if isinstance(node, ast.Lambda) else self.given(inputs, own)
        nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        roots = [(s, ast.Name(root, ast.Load())) for s, root in inputs.items()]
        pairs = [ast.Tuple([ast.Constant(s), ast.Lambda(nothing, root)], ast.Load()) for s, root in roots]
        called = self.constant(tuple(self.on("called", *lines)))
        entry = self.call("enter", self.constant(calls), ast.Tuple(pairs, ast.Load()), called)
        before = self.values
        arguments.defaults = [self.visit(default) for default in arguments.defaults]
        arguments.kw_defaults = [default and self.visit(default) for default in arguments.kw_defaults]
        if hasattr(node, "decorator_list"):
            node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        self.values = self.wanted(*lines)
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
            if self.results:
                node.body = self.call("returned", self.constant(tuple(self.results)), node.body)
            node.body = ast.Subscript(ast.Tuple([entry, node.body], ast.Load()), ast.Constant(1), ast.Load())
        else:
            body = self.block(node.body)
            if scalar:
                body.append(ast.Expr(self.call("returned", self.constant(tuple(scalar)), ast.Constant(None))))
            if calls:
                body = [ast.Try(body, [], [], [ast.Expr(self.call("leave", self.constant(calls)))])]
            if kept.elts:
                before = ast.Name("_heapcast_before", ast.Store())
                left = ast.Expr(self.call("ends", kept, ast.Name("_heapcast_before", ast.Load())))
                body = [ast.Assign([before], self.call("begins", kept)), ast.Try(body, [], [], [left])]
            node.body = [*named, ast.Expr(entry), *body]
        self.values, self.results = before, outer
        return node

    def given(self, inputs, own):
        """Statements that count what iterators give that a function is called with; they are left out of the others."""
        found = []
        for symbol, root in list(inputs.items()):
            _, _, _, quantity, _, steps = self.run.traces[symbol]
            if quantity == "length" and not steps and root in own:
                del inputs[symbol]
                value = self.call("given", self.constant(symbol), ast.Name(root, ast.Load()))
                found.append(ast.Assign([ast.Name(root, ast.Store())], value))
        return found


def _called(node):
    """The name of what is called, or of the function of an operator; nothing of another node."""
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", getattr(node.func, "id", "call"))
    operation = _operation(node)
    return operation[0] if operation else None


def _names_called(node):
    """The names of what may be called by a node: of an operator, its methods."""
    name = _called(node)
    if isinstance(node, ast.Call):
        return (name,)
    name = name.strip("_")
    plain = name[1:] if isinstance(node, ast.AugAssign) else name
    return tuple(f"__{one}__" for one in (name, plain, f"r{plain}", *_MIRRORED.get(name, ())))


def _operation(node):
    """The function of `operator` that an operator is, with its operands."""
    if isinstance(node, ast.BinOp):
        name = _OPERATORS.get(type(node.op))
        return name and (name, (node.left, node.right))
    if isinstance(node, ast.AugAssign):
        name = _OPERATORS.get(type(node.op))
        target = copy.copy(node.target)
        target.ctx = ast.Load()
        return name and (f"i{name.strip('_')}", (target, node.value))
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        name = _OPERATORS.get(type(node.ops[0]))
        operands = [node.left, *node.comparators]
        return name and (name, operands[::-1] if name == "contains" else operands)
    return None


def _head_end(node):
    """The last line of what a statement with a body looks at first."""
    heads = [getattr(node, part, None) for part in ("test", "iter", "subject")]
    heads += [item.context_expr for item in getattr(node, "items", ())]
    return max([node.lineno, *(head.end_lineno for head in heads if head)])


def _moves(name):
    """Another one for a counter."""
    return ast.Expr(ast.Call(ast.Name(name, ast.Load()), [], []))


def _stands_on(node, line):
    """Whether the loops of a comprehension may be those of a line."""
    return node.lineno <= line <= max(node.lineno, *(one.iter.lineno for one in node.generators))


def _inner(parts):
    """What of the parts of a statement is in functions and comprehensions in it, and the names that these bind."""
    own = [part for one in parts if isinstance(one, (ast.Lambda, *_COMPREHENSIONS)) for part in ast.walk(one)]
    names = {part.id for part in own if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    return {id(part) for part in own}, names | {part.arg for part in own if isinstance(part, ast.arg)}


def _path(node, inner):
    """How an expression is looked at again, without anything happening; nothing if that is not possible."""
    nodes, names = inner
    if isinstance(node, ast.Name):
        return None if id(node) in nodes and node.id in names else ast.Name(node.id, ast.Load())
    if isinstance(node, ast.NamedExpr):
        return ast.Name(node.target.id, ast.Load())
    if isinstance(node, ast.Attribute):
        base = _again(node, "value", inner)
        return base and ast.Attribute(base, node.attr, ast.Load())
    if isinstance(node, ast.Subscript) and not _is_slice(node):
        base, index = _again(node, "value", inner), _again(node, "slice", inner)
        return base and index and ast.Subscript(base, index, ast.Load())
    return node if isinstance(node, ast.Constant) else None


def _again(owner, field, inner):
    """How a part of a node is looked at again: what it computes gets a name there."""
    node = owner[field] if isinstance(owner, list) else getattr(owner, field)
    found = _path(node, inner)
    if found or id(node) in inner[0] or isinstance(node, (ast.Name, ast.Starred)):
        return found
    name = f"_heapcast_part_{node.lineno}_{node.col_offset}_{node.end_col_offset}"
    named = ast.copy_location(ast.NamedExpr(ast.Name(name, ast.Store()), node), node)
    if isinstance(owner, list):
        owner[field] = named
    else:
        setattr(owner, field, named)
    return ast.Name(name, ast.Load())


def _is_slice(node):
    """Whether an expression takes a part of something, and not an element."""
    index = getattr(node, "slice", None)
    return any(isinstance(part, ast.Slice) for part in (index, *getattr(index, "elts", ())))


def _arms(node, line):
    """The arms of conditional expressions that begin on a line."""
    own = [part for part in ast.walk(node) if isinstance(part, ast.IfExp)]
    return [(one, part) for one in own for part in ("body", "orelse") if getattr(one, part).lineno == line]


def _is_default(node):
    return isinstance(node, ast.Call) and _called(node) == "setdefault"


def _own(node):
    """The names of the parameters of a function."""
    arguments = node.args
    own = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return {argument.arg for argument in own if argument}
