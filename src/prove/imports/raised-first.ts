/**
 * Python functions that both drivers, of imports and of tests, tell an exception with: `first_raised(error)` gives what was raised first and
 * the frames that led there, `named(error, path)` the module and the name in it that it is about. They need `sys`, and CPython 3.8 or later.
 */
export const RAISED_FIRST = String.raw`
def step(entry):
    """What the frame was doing: 'import', or anything else."""
    try:
        import dis
        code = entry.tb_frame.f_code.co_code
        return 'import' if dis.opname[code[entry.tb_lasti]].startswith('IMPORT_') else 'other'
    except Exception:
        return 'other'

def entries_of(error):
    found, entry = [], error.__traceback__
    while entry is not None and len(found) < 2000:
        found.append(entry)
        entry = entry.tb_next
    return found

def name_taken(entry):
    """The name that the frame was taking by 'from … import': Python tells it from 3.12 on only."""
    try:
        import dis
        for one in dis.get_instructions(entry.tb_frame.f_code):
            if one.offset == entry.tb_lasti:
                return one.argval if one.opname == 'IMPORT_FROM' else None
    except Exception:
        pass
    return None

def named(error, path):
    """The module and the name in it that the error is about, where it tells them."""
    def word(name):
        value = getattr(error, name, None)
        return value[:2000] if isinstance(value, str) else None
    if isinstance(error, ImportError):
        return word('name'), word('name_from') or (name_taken(path[-1]) if path else None)
    owner = getattr(error, 'obj', None)
    if isinstance(error, AttributeError) and type(owner) is type(sys):
        return str(owner.__dict__.get('__name__'))[:2000], word('name')
    return None, None

def first_raised(error):
    """The error that was raised first, and the frames that led to it. One that a fallback by import answered is left out."""
    path, seen = entries_of(error), {id(error)}
    while len(seen) < 50:
        earlier = error.__cause__ if error.__cause__ is not None else error.__context__
        if earlier is None or id(earlier) in seen:
            break
        below = entries_of(earlier)
        where = [n for n, entry in enumerate(path) if below and entry.tb_frame is below[0].tb_frame]
        if error.__cause__ is None and (not where or step(path[where[-1]]) == 'import'):
            break
        path = (path[:where[-1]] if where else []) + below
        error = earlier
        seen.add(id(error))
    return error, path
`;
