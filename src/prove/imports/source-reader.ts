/**
 * The Python program that reads the import statements of source files with Python's own `ast`, and runs none of them. Its input is, for each
 * file, a line with its number and its length in bytes, and then the bytes; its output is one line of JSON for each: the number, and either
 * why it cannot be read, or its imports as [module, level, names, line, guard, lazy]. What belongs to the standard library is left out.
 */
export const SOURCE_READER = String.raw`
import ast, json, os, sys

IMPORT_ERRORS = {'ImportError', 'ModuleNotFoundError', 'Exception', 'BaseException'}

def standard_library():
    if hasattr(sys, 'stdlib_module_names'):
        return set(sys.stdlib_module_names)
    folder = os.path.dirname(os.__file__)
    names = set(sys.builtin_module_names)
    for place in (folder, os.path.join(folder, 'lib-dynload')):
        if os.path.isdir(place):
            names.update(name.split('.')[0] for name in os.listdir(place))
    return names

STANDARD = standard_library() | {'__future__', '__main__'}

def last_name(node):
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None

def names_error(node):
    if node is None:
        return True
    if isinstance(node, ast.Tuple):
        return any(names_error(one) for one in node.elts)
    return last_name(node) in IMPORT_ERRORS

def gives_up(body):
    """A handler that ends the program or raises again is no fallback: what it guards is needed."""
    end = body[-1]
    call = end.value if isinstance(end, ast.Expr) else None
    return isinstance(end, ast.Raise) or isinstance(call, ast.Call) and last_name(call.func) in ('exit', '_exit', 'quit', 'abort')

def suppresses(node):
    return any(
        isinstance(item.context_expr, ast.Call) and last_name(item.context_expr.func) == 'suppress'
        and any(names_error(one) for one in item.context_expr.args)
        for item in node.items
    )

def known(test):
    """True or False where this interpreter tells it; 'typing', 'not typing', 'main', or None."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if last_name(test) == 'TYPE_CHECKING':
        return 'typing'
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = known(test.operand)
        return {'typing': 'not typing', 'not typing': 'typing', True: False, False: True}.get(inner)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return compared(test.left, test.ops[0], test.comparators[0])
    return None

def compared(left, op, right):
    if last_name(left) == '__name__' and isinstance(op, ast.Eq):
        return 'main'
    try:
        value = ast.literal_eval(right)
    except Exception:
        return None
    subject = left.value if isinstance(left, ast.Subscript) else left
    if not (isinstance(subject, ast.Attribute) and last_name(subject.value) == 'sys'):
        return None
    if subject.attr == 'platform' and subject is left:
        ours = sys.platform
    elif subject.attr == 'version_info':
        index = left.slice if isinstance(left, ast.Subscript) else None
        index = getattr(index, 'value', index)
        if index is None:
            ours = tuple(sys.version_info)
        elif isinstance(index, int):
            ours = sys.version_info[index] if 0 <= index < 3 else None
        else:
            return None
    else:
        return None
    try:
        return {
            ast.Eq: lambda: ours == value, ast.NotEq: lambda: ours != value, ast.Lt: lambda: ours < value,
            ast.LtE: lambda: ours <= value, ast.Gt: lambda: ours > value, ast.GtE: lambda: ours >= value,
        }[type(op)]()
    except Exception:
        return None

def visit(body, guard, lazy, found):
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                note(found, alias.name, 0, [], node, guard, lazy)
        elif isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names if alias.name != '*']
            note(found, node.module or '', node.level or 0, names, node, guard, lazy)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            visit(node.body, guard, True, found)
        elif type(node).__name__ in ('Try', 'TryStar'):
            caught = [one for one in node.handlers if names_error(one.type)]
            guarded = bool(caught) and not all(gives_up(one.body) for one in caught)
            visit(node.body, guard or ('try' if guarded else ''), lazy, found)
            for handler in node.handlers:
                visit(handler.body, guard or ('try' if handler in caught else 'condition'), lazy, found)
            visit(node.orelse, guard, lazy, found)
            visit(node.finalbody, guard, lazy, found)
        elif isinstance(node, ast.If):
            branches(node, guard, lazy, found)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            visit(node.body, guard or ('try' if suppresses(node) else ''), lazy, found)
        elif type(node).__name__ == 'Match':
            for case in node.cases:
                visit(case.body, guard or 'condition', lazy, found)
        else:
            for part in ('body', 'orelse'):
                inner = getattr(node, part, None)
                if isinstance(inner, list):
                    visit(inner, guard, lazy, found)

def branches(node, guard, lazy, found):
    test = known(node.test)
    if test == 'main':
        visit(node.body, guard, True, found)
        visit(node.orelse, guard, lazy, found)
    elif test in ('typing', 'not typing'):
        typing, running = (node.body, node.orelse) if test == 'typing' else (node.orelse, node.body)
        visit(typing, guard or 'type-checking', lazy, found)
        visit(running, guard, lazy, found)
    elif test is None:
        visit(node.body, guard or 'condition', lazy, found)
        visit(node.orelse, guard or 'condition', lazy, found)
    else:
        visit(node.body if test else node.orelse, guard, lazy, found)

def note(found, module, level, names, node, guard, lazy):
    if level or module.split('.')[0] not in STANDARD:
        found.append([module, level, names, node.lineno, guard or 'none', lazy])

def read(source):
    import warnings
    warnings.simplefilter('ignore')
    try:
        found = []
        visit(ast.parse(source).body, '', False, found)
        return {'imports': found}
    except SyntaxError as error:
        return {'why': 'line %s: %s' % (error.lineno, str(error.msg)[:300])}
    except (ValueError, RecursionError, MemoryError, LookupError) as error:
        return {'why': (type(error).__name__ + ': ' + str(error))[:300]}

while True:
    header = sys.stdin.buffer.readline().split()
    if not header:
        break
    told = read(sys.stdin.buffer.read(int(header[1])))
    told['file'] = int(header[0])
    print(json.dumps(told), flush=True)
`;
