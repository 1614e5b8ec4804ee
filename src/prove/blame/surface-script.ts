/**
 * Reads Python sources with Python's own `ast`; none of it is run. Standard input: {"runtime": [3, 11], "files": {path: text}}.
 * Standard output: {path: facts, or null where the text is not Python of this interpreter}.
 *
 * Facts are what `surface.ts` says. Statements are walked in their order, so that a later `del` takes a name away again; both
 * branches of an `if` count but where the condition is decided here (TYPE_CHECKING, sys.version_info, a constant).
 */
export const SURFACE_SCRIPT = `
import ast, json, sys

asked = json.load(sys.stdin)
RUNTIME = tuple(asked["runtime"])
OPS = {ast.Lt: lambda a, b: a < b, ast.LtE: lambda a, b: a <= b, ast.Gt: lambda a, b: a > b,
       ast.GtE: lambda a, b: a >= b, ast.Eq: lambda a, b: a == b, ast.NotEq: lambda a, b: a != b}


def chain(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
        return ".".join(reversed(parts))
    return None


def decided(test):
    """True or False where the condition is plain, else None."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = decided(test.operand)
        return None if inner is None else not inner
    name = chain(test)
    if name is not None and name.split(".")[-1] == "TYPE_CHECKING":
        return False
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in OPS:
        left, right = test.left, test.comparators[0]
        if chain(left) == "sys.version_info" and isinstance(right, ast.Tuple):
            parts = [one.value for one in right.elts if isinstance(one, ast.Constant)]
            if len(parts) == len(right.elts) and 0 < len(parts) <= 2 and all(type(one) is int for one in parts):
                # Only what the first two numbers decide whatever the rest is.
                if len(parts) == 2 and RUNTIME == tuple(parts) and type(test.ops[0]) in (ast.Gt, ast.LtE, ast.Eq, ast.NotEq):
                    return None
                if len(parts) == 1 and RUNTIME[0] == parts[0] and type(test.ops[0]) not in (ast.GtE, ast.Lt):
                    return None
                return OPS[type(test.ops[0])](RUNTIME[: len(parts)], tuple(parts))
    return None


CATCHING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException", "AttributeError"}


def catches(handler):
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any((chain(kind) or "Exception").split(".")[-1] in CATCHING for kind in kinds)


def only_raises(handler):
    return any(isinstance(one, ast.Raise) for one in handler.body) and not any(
        isinstance(one, (ast.Import, ast.ImportFrom)) for part in handler.body for one in ast.walk(part)
    )


def suppresses(item):
    name = chain(item.context_expr.func) if isinstance(item.context_expr, ast.Call) else None
    return name is not None and name.split(".")[-1] == "suppress"


def listed(node):
    if isinstance(node, (ast.List, ast.Tuple)) and all(
        isinstance(one, ast.Constant) and isinstance(one.value, str) for one in node.elts
    ):
        return [one.value for one in node.elts]
    return False


def named(test, parameter):
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and chain(test.left) == parameter):
        return None
    right = test.comparators[0]
    if isinstance(test.ops[0], ast.Eq) and isinstance(right, ast.Constant) and isinstance(right.value, str):
        return [right.value]
    return listed(right) or None if isinstance(test.ops[0], ast.In) else None


# PEP 562. The names that a module's own __getattr__ answers, where it compares what it is asked with them and raises for all others.
def answered(hook):
    if isinstance(hook, ast.AsyncFunctionDef) or len(hook.args.args) != 1 or hook.decorator_list:
        return None
    names = []
    plain = (ast.Expr, ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.Pass)

    def read(body):
        for one in body:
            if isinstance(one, ast.Raise):
                return True
            if isinstance(one, ast.If):
                found = named(one.test, hook.args.args[0].arg)
                if found is None:
                    return False
                names.extend(found)
                if one.orelse:
                    return read(one.orelse)
            elif not isinstance(one, plain):
                return False
        return False

    return names if read(hook.body) else None


class Reader:
    def __init__(self):
        self.names = {}
        self.stars = []
        self.deleted_maybe = []
        self.imports = []
        self.attributes = []
        self.aliases = {}
        self.dynamic = False
        self.registers = False
        self.answered = None
        self.lazy_annotations = False
        # None: it has no __all__; False: one that is not read off.
        self.all = None

    # What the module gives.
    def bind(self, name, how):
        self.names.setdefault(name, []).append(how)

    def targets(self, node):
        if isinstance(node, ast.Name):
            self.bind(node.id, ["own"])
        elif isinstance(node, (ast.Tuple, ast.List)):
            for one in node.elts:
                self.targets(one)
        elif isinstance(node, ast.Starred):
            self.targets(node.value)

    def statements(self, body, scope, guard, certain, given):
        for one in body:
            self.statement(one, scope, guard, certain, given)

    def statement(self, node, scope, guard, certain, given):
        inner = dict(scope=scope, guard=guard)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if given:
                self.bind(node.name, ["own"])
            for part in node.decorator_list + node.args.defaults + [d for d in node.args.kw_defaults if d]:
                self.expression(part, scope, guard)
            if not self.lazy_annotations:
                every = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
                every += [one for one in (node.args.vararg, node.args.kwarg) if one is not None]
                for part in [one.annotation for one in every] + [node.returns]:
                    if part is not None:
                        self.expression(part, scope, guard)
            self.statements(node.body, node.name, None, False, False)
        elif isinstance(node, ast.ClassDef):
            if given:
                self.bind(node.name, ["own"])
            for part in node.decorator_list + node.bases + [k.value for k in node.keywords]:
                self.expression(part, scope, guard)
            self.statements(node.body, node.name, guard, False, False)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                self.imports.append({"module": alias.name, "level": 0, "name": None, "scope": scope, "guard": guard,
                                     "line": node.lineno, "end": node.end_lineno})
                bound = alias.asname or alias.name.split(".")[0]
                self.aliases.setdefault(bound, []).append([0, alias.name if alias.asname else bound, None])
                if given:
                    self.bind(bound, ["own"])
        elif isinstance(node, ast.ImportFrom):
            module, level = node.module or "", node.level
            if module == "__future__":
                self.lazy_annotations = self.lazy_annotations or any(one.name == "annotations" for one in node.names)
                return
            for alias in node.names:
                self.imports.append({"module": module, "level": level, "name": alias.name, "scope": scope,
                                     "guard": guard, "line": node.lineno, "end": node.end_lineno})
                if alias.name == "*":
                    if given:
                        self.stars.append([level, module])
                    continue
                bound = alias.asname or alias.name
                self.aliases.setdefault(bound, []).append([level, module, alias.name])
                if given:
                    self.bind(bound, ["from", level, module, alias.name])
        elif isinstance(node, ast.Delete):
            for one in node.targets:
                if isinstance(one, ast.Name) and given:
                    if certain:
                        self.names.pop(one.id, None)
                    else:
                        self.deleted_maybe.append(one.id)
                self.expression(one, scope, guard)
        elif isinstance(node, ast.If):
            self.expression(node.test, scope, guard)
            known = decided(node.test)
            if known is not False:
                self.statements(node.body, scope, guard, certain and known is True, given)
            if known is not True:
                self.statements(node.orelse, scope, guard, certain and known is False, given)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            catching = [one for one in node.handlers if catches(one)]
            inside = guard
            if catching:
                inside = "raises" if all(only_raises(one) for one in catching) and guard != "caught" else "caught"
            self.statements(node.body, scope, inside, False, given)
            for one in node.handlers:
                # What a handler imports stands in for what was tried first: either would do.
                self.statements(one.body, scope, "caught" if one in catching else guard, False, given)
            self.statements(node.orelse, scope, guard, False, given)
            self.statements(node.finalbody, scope, guard, certain, given)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            inside = "caught" if any(suppresses(one) for one in node.items) else guard
            for one in node.items:
                self.expression(one.context_expr, scope, guard)
                if one.optional_vars is not None and given:
                    self.targets(one.optional_vars)
            self.statements(node.body, scope, inside, certain and inside == guard, given)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            if not isinstance(node, ast.While):
                if given:
                    self.targets(node.target)
                self.expression(node.iter, scope, guard)
            else:
                self.expression(node.test, scope, guard)
            self.statements(node.body, scope, guard, False, given)
            self.statements(node.orelse, scope, guard, False, given)
        elif type(node).__name__ == "Match":
            self.expression(node.subject, scope, guard)
            for case in node.cases:
                self.statements(case.body, scope, guard, False, given)
        else:
            if given and isinstance(node, ast.Assign):
                for one in node.targets:
                    self.targets(one)
                    if isinstance(one, ast.Name) and one.id == "__all__":
                        self.all = listed(node.value) if self.all is None else False
            elif given and isinstance(node, (ast.AnnAssign, ast.AugAssign)):
                if getattr(node, "value", None) is not None:
                    self.targets(node.target)
                if isinstance(node.target, ast.Name) and node.target.id == "__all__":
                    self.all = False
            elif given and type(node).__name__ == "TypeAlias":
                self.targets(node.name)
            self.expression(node, scope, guard)

    # What is asked of other modules, and what makes names that are not read off.
    def expression(self, node, scope, guard):
        stack = [node]
        while stack:
            one = stack.pop()
            if isinstance(one, ast.Lambda):
                continue
            if isinstance(one, ast.NamedExpr) and scope == "<module>":
                self.targets(one.target)
            if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Load):
                text = chain(one)
                if text is not None:
                    self.attributes.append({"chain": text, "scope": scope, "guard": guard, "line": one.lineno,
                                            "end": one.end_lineno})
            stack.extend(ast.iter_child_nodes(one))

    def dynamics(self, tree):
        parents = {}
        for one in ast.walk(tree):
            for child in ast.iter_child_nodes(one):
                parents[child] = one

        # In a class or a function locals() is not the module's.
        def inside(one):
            while one in parents:
                one = parents[one]
                if isinstance(one, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                    return True
            return False

        hooks = [one for one in ast.walk(tree) if getattr(one, "name", None) == "__getattr__" and not inside(one)]
        self.answered = answered(hooks[0]) if len(hooks) == 1 and isinstance(hooks[0], ast.FunctionDef) else None

        for one in ast.walk(tree):
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Name):
                if one.func.id == "exec":
                    self.dynamic = True
                own = one.func.id == "globals" or not inside(one)
                if one.func.id in ("globals", "vars", "locals") and not one.args and own:
                    parent = parents.get(one)
                    reading = (isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load)) or isinstance(
                        parent, ast.Compare) or (isinstance(parent, ast.Attribute) and parent.attr in (
                            "get", "items", "keys", "values", "copy"))
                    if not reading:
                        self.dynamic = True
            if isinstance(one, ast.Subscript) and chain(one.value) == "sys.modules":
                if chain(one.slice) == "__name__":
                    self.dynamic = True
                if isinstance(one.ctx, ast.Store):
                    self.registers = True
            if isinstance(one, ast.Attribute) and chain(one) in ("sys.meta_path", "sys.path_hooks", "sys.modules.setdefault",
                                                                 "sys.modules.update"):
                self.registers = True
            if isinstance(one, ast.Global):
                for name in one.names:
                    self.bind(name, ["perhaps"])
            if isinstance(one, ast.Name) and one.id == "__path__" and isinstance(one.ctx, ast.Store):
                self.registers = True


def facts(text):
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    reader = Reader()
    try:
        reader.statements(tree.body, "<module>", None, True, True)
        reader.dynamics(tree)
    except RecursionError:
        return None
    for name in reader.deleted_maybe:
        reader.names[name] = [["perhaps"]]
    if any(one["chain"] in ("__all__.extend", "__all__.append", "__all__.remove") for one in reader.attributes):
        reader.all = False
    reader.attributes = [one for one in reader.attributes if one["chain"].split(".")[0] in reader.aliases]
    return {"names": reader.names, "stars": reader.stars, "imports": reader.imports, "attributes": reader.attributes,
            "aliases": reader.aliases, "dynamic": reader.dynamic, "registers": reader.registers,
            "all": reader.all, "answered": reader.answered}


import warnings

warnings.simplefilter("ignore")
json.dump({path: facts(text) for path, text in asked["files"].items()}, sys.stdout)
`;
