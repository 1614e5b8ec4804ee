import { distribution, each, type Family } from './family.ts';

const TWENTY = Array.from({ length: 20 }, (_, n) => `1.${n}`);

/** A name that is asked for and not given. */
export const NAMES: readonly Family[] = [
  {
    about: 'a name that moved to another module',
    wheels: [
      ...distribution('mv-lib', {
        ...each(['1.0', '1.1', '1.2'], 'def helper(): return 1\n'),
        ...each(['2.0', '2.1'], {
          'mv_lib/__init__.py': '',
          'mv_lib/tools.py': 'def helper(): return 1\n',
        }),
      }),
      ...distribution('mv-app', {
        ...each(['1.0', '1.1'], 'from mv_lib import helper\n'),
        '2.0': 'from mv_lib.tools import helper\n',
      }),
    ],
    installed: ['mv-app==1.0', 'mv-lib==2.1'],
    ask: 'mv_app',
    blamed: 'mv-app 1.0 -> mv-lib 2.1: mv_lib.helper (forbidden)',
    learned: { importer: '1.0 1.1', provider: '2.0 2.1' },
  },
  {
    about: 'a name that was removed, found by bisection over many versions, and back again at the end',
    wheels: [
      ...distribution('rm-lib', {
        ...each(TWENTY, 'other = 1\n'),
        ...each(TWENTY.slice(0, 9), 'other = 1\nlimit = 3\n'),
        '2.0': 'other = 1\nlimit = 4\n',
      }),
      ...distribution('rm-app', each(['1.0', '1.1'], 'import sys\nfrom rm_lib import other, limit\n')),
    ],
    installed: ['rm-app==1.1', 'rm-lib==1.18'],
    ask: 'rm_app',
    blamed: 'rm-app 1.1 -> rm-lib 1.18: rm_lib.limit (forbidden)',
    learned: { importer: '1.0 1.1', provider: TWENTY.slice(9).join(' ') },
  },
  {
    about: 'a name that was renamed, and is used as an attribute of its module',
    wheels: [
      ...distribution('rn-lib', {
        '1.0': 'class OldName: pass\n',
        '1.5': 'class NewName: pass\nOldName = NewName\n',
        '2.0': 'class NewName: pass\n',
      }),
      ...distribution('rn-app', {
        '1.0': 'import rn_lib as lib\nclass Mine(lib.OldName):\n    pass\n',
        '1.1': 'import rn_lib as lib\nclass Mine(lib.NewName):\n    pass\n',
      }),
    ],
    installed: ['rn-app==1.0', 'rn-lib==2.0'],
    ask: 'rn_app',
    blamed: 'rn-app 1.0 -> rn-lib 2.0: rn_lib.OldName (forbidden)',
    learned: { importer: '1.0', provider: '2.0' },
  },
  {
    about: 'a name that was made private',
    wheels: [
      ...distribution('pv-lib', {
        '1.0': { 'pv_lib/__init__.py': '', 'pv_lib/tools.py': 'def helper(): pass\n__all__ = ["helper"]\n' },
        // What `__all__` says is no proof.
        '2.0': { 'pv_lib/__init__.py': '', 'pv_lib/tools.py': 'def _helper(): pass\n__all__ = ["helper"]\n' },
      }),
      ...distribution('pv-app', { '1.0': 'from pv_lib.tools import helper as ours\n' }),
    ],
    installed: ['pv-app==1.0', 'pv-lib==2.0'],
    ask: 'pv_app',
    blamed: 'pv-app 1.0 -> pv-lib 2.0: pv_lib.tools.helper (forbidden)',
    learned: { importer: '1.0', provider: '2.0' },
  },
  {
    about: 'a re-export through __init__ whose source lost the name behind a try',
    wheels: [
      ...distribution('rx-lib', {
        '1.0': { 'rx_lib/__init__.py': 'from ._impl import thing\n', 'rx_lib/_impl.py': 'thing = 1\n' },
        ...each(['2.0', '2.1'], {
          'rx_lib/__init__.py': 'try:\n    from ._impl import thing\nexcept ImportError:\n    pass\n',
          'rx_lib/_impl.py': 'other = 1\n',
        }),
      }),
      ...distribution('rx-app', { '1.0': 'from rx_lib import thing\n' }),
    ],
    installed: ['rx-app==1.0', 'rx-lib==2.0'],
    ask: 'rx_app',
    blamed: 'rx-app 1.0 -> rx-lib 2.0: rx_lib.thing (forbidden)',
    learned: { importer: '1.0', provider: '2.0 2.1' },
  },
  {
    about: 'a star import of the own distribution',
    wheels: [
      ...distribution('st-lib', {
        '1.0': { 'st_lib/__init__.py': 'from .core import *\n', 'st_lib/core.py': 'speed = 1\n' },
        '1.1': {
          'st_lib/__init__.py': 'from .core import *\n',
          'st_lib/core.py': 'speed = 1\n__all__ = ["other"]\nother = 2\n',
        },
        '1.2': {
          'st_lib/__init__.py': 'from .core import *\n',
          'st_lib/core.py': 'speed = 1\n__all__ = ["speed"]\n',
        },
        '2.0': { 'st_lib/__init__.py': 'from .core import *\n', 'st_lib/core.py': 'other = 2\n' },
      }),
      ...distribution('st-app', { '1.0': 'from st_lib import speed\n' }),
    ],
    installed: ['st-app==1.0', 'st-lib==2.0'],
    ask: 'st_app',
    blamed: 'st-app 1.0 -> st-lib 2.0: st_lib.speed (forbidden)',
    learned: { importer: '1.0', provider: '1.1 2.0' },
  },
  {
    about: 'a star import of another distribution, which is the one that lost the name',
    wheels: [
      ...distribution('fs-base', { '1.0': 'speed = 1\n', '2.0': 'other = 1\n' }),
      ...distribution('fs-lib', each(['1.0', '1.1'], 'from fs_base import *\n')),
      ...distribution('fs-app', { '1.0': 'from fs_lib import speed\n' }),
    ],
    installed: ['fs-app==1.0', 'fs-lib==1.1', 'fs-base==2.0'],
    ask: 'fs_app',
    blamed: 'unknown',
  },
  {
    about: 'a module with a __getattr__ that refuses a name which it once gave itself',
    wheels: [
      ...distribution('gh-lib', {
        '1.0': 'old = int\n',
        ...each(
          ['2.0', '2.1'],
          "def __getattr__(name):\n    raise AttributeError(f\"module 'gh_lib' has no attribute '{name}'\")\n",
        ),
      }),
      ...distribution('gh-app', { '1.0': 'import gh_lib\nkind = gh_lib.old\n' }),
    ],
    installed: ['gh-app==1.0', 'gh-lib==2.1'],
    ask: 'gh_app',
    blamed: 'gh-app 1.0 -> gh-lib 2.1: gh_lib.old (forbidden)',
    learned: { importer: '1.0', provider: '2.0 2.1' },
  },
  {
    about: 'a module with a __getattr__ that refuses a name with an error of its own',
    wheels: [
      ...distribution('ho-lib', {
        '1.0': 'x = 1\nold = int\n',
        '2.0': {
          'ho_lib/__init__.py':
            'from ._moved import refuse\nx = 1\ndef __getattr__(name):\n    return refuse(name)\n',
          'ho_lib/_moved.py':
            'class Moved(Exception): pass\ndef refuse(name):\n    raise Moved(f"{name} has moved")\n',
        },
      }),
      ...distribution('ho-app', { '1.0': 'from ho_lib import x, old\n' }),
    ],
    installed: ['ho-app==1.0', 'ho-lib==2.0'],
    ask: 'ho_app',
    blamed: 'ho-app 1.0 -> ho-lib 2.0: ho_lib.old (forbidden)',
    learned: { importer: '1.0', provider: '2.0' },
  },
  {
    about: 'a module with a __getattr__ that never gave the name by itself',
    wheels: [
      ...distribution(
        'gn-lib',
        each(
          ['1.0', '2.0'],
          'def __getattr__(name):\n    for known in ():\n        return known\n    raise AttributeError(name)\n',
        ),
      ),
      ...distribution('gn-app', { '1.0': 'from gn_lib import old\n' }),
    ],
    installed: ['gn-app==1.0', 'gn-lib==2.0'],
    ask: 'gn_app',
    blamed: 'unknown',
  },
  {
    about: 'a module with a __getattr__ for one other name',
    wheels: [
      ...distribution('gx-lib', {
        '1.0': 'old = int\n',
        ...each(
          ['2.0', '2.1', '2.2'],
          'def __getattr__(name):\n    if name == "__version__":\n        import sys\n        return sys.version\n    raise AttributeError(name)\n',
        ),
      }),
      ...distribution('gx-app', { '1.0': 'from gx_lib import old\n' }),
    ],
    installed: ['gx-app==1.0', 'gx-lib==2.1'],
    ask: 'gx_app',
    blamed: 'gx-app 1.0 -> gx-lib 2.1: gx_lib.old (forbidden)',
    learned: { importer: '1.0', provider: '2.0 2.1 2.2' },
  },
  {
    about: 'a name that is left for type checkers only',
    wheels: [
      ...distribution('tc-lib', {
        '1.0': 'import sys\nif sys.version_info >= (3, 0):\n    Thing = int\n',
        '2.0': 'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    Thing = int\n',
        '2.1': 'import sys\nif sys.version_info < (3, 0):\n    Thing = int\n',
        '2.2': 'Thing = int\ndel Thing\n',
      }),
      ...distribution('tc-app', { '1.0': 'from tc_lib import Thing\n' }),
    ],
    installed: ['tc-app==1.0', 'tc-lib==2.0'],
    ask: 'tc_app',
    blamed: 'tc-app 1.0 -> tc-lib 2.0: tc_lib.Thing (forbidden)',
    learned: { importer: '1.0', provider: '2.0 2.1 2.2' },
  },
  {
    about: 'a name that the module makes as it runs, or not',
    wheels: [
      ...distribution('dy-lib', {
        '1.0': 'for name in ["a", "b"]:\n    globals()[name] = 1\n',
        '2.0': 'for name in ["a"]:\n    globals()[name] = 1\n',
      }),
      ...distribution('dy-app', { '1.0': 'from dy_lib import b\n' }),
    ],
    installed: ['dy-app==1.0', 'dy-lib==2.0'],
    ask: 'dy_app',
    blamed: 'unknown',
  },
  {
    about: "a name that the service's own sources take",
    wheels: distribution('so-lib', {
      '1.0': 'thing = 1\n',
      '1.1': 'async def thing(): pass\n',
      '2.0': 'def other():\n    thing = 1\n',
      '3.0': 'class Holder:\n    thing = 1\n',
    }),
    installed: ['so-lib==3.0'],
    ask: 'so_lib',
    names: ['thing'],
    blamed: 'sources -> so-lib 3.0: so_lib.thing (forbidden)',
    learned: { importer: null, provider: '2.0 3.0' },
  },
  {
    about: 'a name that is taken in a function which runs at import',
    wheels: [
      ...distribution('fn-lib', { '1.0': 'x = 1\n', '2.0': 'y = 1\n' }),
      ...distribution('fn-app', {
        '1.0': 'def setup():\n    from fn_lib import x\n    return x\nvalue = setup()\n',
        '1.1':
          'def setup():\n    try:\n        from fn_lib import x\n    except ImportError:\n        x = 0\n    return x\nvalue = setup()\n',
      }),
    ],
    installed: ['fn-app==1.0', 'fn-lib==2.0'],
    ask: 'fn_app',
    blamed: 'fn-app 1.0 -> fn-lib 2.0: fn_lib.x (forbidden)',
    learned: { importer: '1.0', provider: '2.0' },
  },
];
