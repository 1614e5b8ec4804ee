/**
 * Parses the text of a setup.py on standard input with Python's own `ast` and prints as JSON what the calls of `setup`
 * ask for. Nothing of the file is compiled or run. Positions are lines from 1 and columns from 0 in UTF-16 units.
 */
export const SETUP_PROGRAM = `
import ast, json, sys

FIELDS = ("install_requires", "extras_require", "setup_requires", "tests_require", "python_requires", "name")
CHANGING = ("append", "extend", "insert", "remove", "update", "setdefault", "pop", "popitem", "clear", "sort", "reverse", "add", "discard")
MOST = 20000
DEEPEST = 50
out = {"items": [], "computed": [], "problem": None}
text = sys.stdin.buffer.read().decode("utf-8")
lines = text.replace("\\r\\n", "\\n").replace("\\r", "\\n").split("\\n")


def column(line, offset):
    written = lines[line - 1] if line <= len(lines) else ""
    if written.isascii():
        return offset
    return len(written.encode("utf-8")[:offset].decode("utf-8", "ignore").encode("utf-16-le")) // 2


def place(node):
    return [node.lineno, column(node.lineno, node.col_offset), node.end_lineno, column(node.end_lineno, node.end_col_offset)]


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


class Reader:
    def __init__(self, tree):
        self.values, self.bound, self.changes, self.told = {}, {}, {}, set()
        self.calls, self.modules, self.functions = [], {"setuptools", "distutils.core"}, {"setup"}
        for node in tree.body:
            target = None
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                target = node.targets[0]
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                target = node.target
            if isinstance(target, ast.Name):
                self.values[target.id] = node.value
        for node in ast.walk(tree):
            self.look(node)

    def look(self, node):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            self.bound[node.id] = self.bound.get(node.id, 0) + 1
        elif isinstance(node, ast.arg):
            self.bound[node.arg] = self.bound.get(node.arg, 0) + 1
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            self.bound[node.name] = self.bound.get(node.name, 0) + 1
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                name = alias.asname or alias.name.split(".")[0]
                self.bound[name] = self.bound.get(name, 0) + 1
                if isinstance(node, ast.Import) and alias.name in ("setuptools", "distutils.core") and alias.asname:
                    self.modules.add(alias.asname)
                if isinstance(node, ast.ImportFrom) and node.module in ("setuptools", "distutils.core") and alias.name == "setup":
                    self.functions.add(name)
        elif isinstance(node, ast.Call):
            self.calls.append(node)
            if isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
                self.changed(node.func.value, node)
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            self.changed(node.value, node)
        elif isinstance(node, ast.AugAssign):
            self.changed(node.target, node)
            if isinstance(node.target, ast.Name):
                self.bound[node.target.id] = self.bound.get(node.target.id, 0) - 1

    def changed(self, target, node):
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name):
            self.changes.setdefault(target.id, []).append(node)

    def is_setup(self, call):
        func = call.func
        if isinstance(func, ast.Name):
            return func.id in self.functions
        if not isinstance(func, ast.Attribute) or func.attr != "setup":
            return False
        if isinstance(func.value, ast.Attribute):
            return isinstance(func.value.value, ast.Name) and func.value.value.id + "." + func.value.attr in self.modules
        return isinstance(func.value, ast.Name) and func.value.id in self.modules

    def followed(self, field, extra, node):
        for _ in range(DEEPEST):
            if not isinstance(node, ast.Name):
                return node
            if self.bound.get(node.id) != 1 or node.id not in self.values:
                return node
            for change in self.changes.get(node.id, ()):
                self.compute(field, extra, change)
            node = self.values[node.id]
        return node

    def compute(self, field, extra, node):
        if (field, extra, id(node)) not in self.told:
            self.told.add((field, extra, id(node)))
            out["computed"].append({"field": field, "extra": extra, "at": place(node)})

    def strings(self, field, extra, node, depth=0):
        node = self.followed(field, extra, node)
        if len(out["items"]) + len(out["computed"]) > MOST or depth > DEEPEST:
            self.compute(field, extra, node)
        elif is_text(node):
            out["items"].append({"field": field, "extra": extra, "text": node.value, "at": place(node)})
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            for item in node.elts:
                self.strings(field, extra, item.value if isinstance(item, ast.Starred) else item, depth + 1)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and self.is_list(field, extra, node.left) and self.is_list(field, extra, node.right):
            self.strings(field, extra, node.left, depth + 1)
            self.strings(field, extra, node.right, depth + 1)
        elif not (isinstance(node, ast.Constant) and node.value is None):
            self.compute(field, extra, node)

    def is_list(self, field, extra, node):
        for _ in range(DEEPEST):
            if isinstance(node, ast.Name) and self.bound.get(node.id) == 1 and node.id in self.values:
                node = self.values[node.id]
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                node = node.left
            else:
                break
        return not is_text(node) and not isinstance(node, ast.JoinedStr)

    def extras(self, node):
        node = self.followed("extras_require", None, node)
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values):
                if key is None:
                    self.extras(value)
                elif is_text(self.followed("extras_require", None, key)):
                    self.strings("extras_require", self.followed("extras_require", None, key).value, value)
                else:
                    self.compute("extras_require", None, key)
        elif self.is_dict_call(node):
            for keyword in node.keywords:
                if keyword.arg is None:
                    self.extras(keyword.value)
                else:
                    self.strings("extras_require", keyword.arg, keyword.value)
        elif not (isinstance(node, ast.Constant) and node.value is None):
            self.compute("extras_require", None, node)

    def is_dict_call(self, node):
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args

    def setting(self, name, value):
        if name == "extras_require":
            self.extras(value)
        elif name in FIELDS:
            self.strings(name, None, value)

    def settings(self, node, depth=0):
        node = self.followed(None, None, node)
        if isinstance(node, ast.Dict) and depth < DEEPEST:
            for key, value in zip(node.keys, node.values):
                if key is None:
                    self.settings(value, depth + 1)
                elif is_text(key):
                    self.setting(key.value, value)
                else:
                    self.compute(None, None, key)
        elif self.is_dict_call(node) and depth < DEEPEST:
            self.call(node, depth + 1)
        else:
            self.compute(None, None, node)

    def call(self, node, depth=0):
        for keyword in node.keywords:
            if keyword.arg is None:
                self.settings(keyword.value, depth)
            else:
                self.setting(keyword.arg, keyword.value)


try:
    tree = ast.parse(text)
    reader = Reader(tree)
    for call in reader.calls:
        if reader.is_setup(call):
            reader.call(call)
except SyntaxError as error:
    line = error.lineno or 1
    out["problem"] = {"kind": "syntax", "message": str(error.msg), "line": line, "column": max((error.offset or 1) - 1, 0)}
except ValueError as error:
    out["problem"] = {"kind": "syntax", "message": str(error), "line": 1, "column": 0}
except (RecursionError, MemoryError):
    out["problem"] = {"kind": "deep"}
except AttributeError:
    out["problem"] = {"kind": "old", "version": "%d.%d" % sys.version_info[:2]}
sys.stdout.write(json.dumps(out))
`;
