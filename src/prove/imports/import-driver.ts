import { RAISED_FIRST } from './raised-first.ts';

/**
 * The Python program that imports one module, given to the interpreter by `-c`. What it reads from its input, line by line: a secret word,
 * the module, and the names that are taken from it. Its only answer is one line on the output that it was started with, between two secret
 * words; the module itself prints elsewhere, and what it leaves running does not answer. A module that goes looking for the word can only
 * answer in its own name.
 *
 * Little is imported before the module, so that its start is quick and what it finds is what a service would find. It works on CPython 3.8
 * and later.
 */
export const IMPORT_DRIVER = String.raw`
import os, sys
from time import perf_counter

def drive():
    lines = sys.stdin.buffer.read().decode().splitlines()
    secret, module, names = lines[0], lines[1], lines[2:]
    me = os.getpid()
    answer_fd = os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    deprecations, begun = [], perf_counter()

    def listen():
        import warnings
        asked = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
        # (A subclass of UserWarning that a package made of its own to tell a deprecation is shown by name.)
        for category in asked:
            warnings.simplefilter('default', category)
        def show(message, category, filename, lineno, file=None, line=None):
            try:
                named = 'eprecat' in category.__name__
                if (named or issubclass(category, asked)) and len(deprecations) < 200:
                    deprecations.append([category.__name__, str(message)[:2000], str(filename)[:4000], int(lineno)])
            except Exception:
                pass
        warnings.showwarning = show

    def peak():
        try:
            with open('/proc/self/status', 'rb') as status:
                for line in status:
                    if line.startswith(b'VmHWM:'):
                        return int(line.split()[1]) * 1024
        except Exception:
            pass
        return None

    def answer(what):
        if os.getpid() != me:
            os._exit(0)
        what.update(durationMs=(perf_counter() - begun) * 1000, deprecations=deprecations, peak=peak())
        # (json is loaded where it is needed only: most modules come without any word.)
        plain = what['module'] is None and not what['names'] and not deprecations
        if plain:
            text = '{"module":null,"names":{},"deprecations":[],"durationMs":%d,"peak":%s}' % (what['durationMs'], what['peak'] or 'null')
        else:
            import json
            text = json.dumps(what)
        rest = memoryview(('\n%s %s %s\n' % (secret, text, secret)).encode())
        while rest:
            rest = rest[os.write(answer_fd, rest):]
        # Threads and exit handlers of the module are nothing that an import waits for.
        os._exit(0)

    def text_of(error):
        try:
            return str(error)[:10000]
        except BaseException as second:
            return '(its text cannot be made: %s)' % type(second).__name__

${indented(RAISED_FIRST)}
    def frame_of(entry):
        code = entry.tb_frame.f_code
        try:
            import linecache
            text = linecache.getline(code.co_filename, entry.tb_lineno, entry.tb_frame.f_globals).strip()[:500]
        except Exception:
            text = ''
        return [code.co_filename[:4000], entry.tb_lineno or 0, code.co_name[:500], text]

    def own(entry):
        frame = entry.tb_frame
        return frame.f_globals is globals() or frame.f_code.co_filename == '<asked>' or frame.f_code.co_filename.startswith('<frozen ')

    def raised(error):
        try:
            import traceback
            begin = error.__traceback__
            while begin is not None and own(begin):
                begin = begin.tb_next
            whole = ''.join(traceback.format_exception(type(error), error, begin))[-60000:]
        except BaseException as second:
            whole = '(its traceback cannot be made: %s)' % type(second).__name__
        first, path = first_raised(error)
        module, symbol = named(first, path)
        path = [entry for entry in path if not own(entry)]
        path = path[:50] + path[50:][-150:]
        return {
            'type': type(first).__name__[:200], 'message': text_of(first), 'module': module, 'symbol': symbol,
            'frames': [frame_of(entry) for entry in path], 'traceback': whole,
        }

    def attempt(work):
        """None, or what it ended with."""
        try:
            work()
        except SystemExit as error:
            return {'exit': repr(error.code)[:500] if isinstance(error.code, (int, str, type(None))) else 'an object'}
        except BaseException as error:
            return {'error': raised(error)}

    listen()
    outcome = attempt(lambda: __import__(module))
    if outcome is not None:
        answer({'module': outcome, 'names': {}})
    taken = {}
    for name in names:
        code = compile('from %s import %s' % (module, name), '<asked>', 'exec')
        outcome = attempt(lambda: exec(code, {'__name__': '__main__'}))
        if outcome is not None:
            taken[name] = outcome
    answer({'module': None, 'names': taken})

drive()
`;

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}
