import { distribution, type Family } from './family.ts';

/** What no pair can be blamed for, or only with care. */
export const OTHERS: readonly Family[] = [
  {
    about: 'a C library that the machine does not have',
    wheels: distribution('cl-app', {
      '1.0': 'import ctypes\nctypes.CDLL("libfettle-nowhere.so.1")\n',
    }),
    installed: ['cl-app==1.0'],
    ask: 'cl_app',
    blamed: 'environment: shared-library libfettle-nowhere.so.1',
  },
  {
    about: 'a C library that another distribution has',
    wheels: [
      ...distribution('cp-app', { '1.0': 'import ctypes\nctypes.CDLL("libfettle-packed.so.1")\n' }),
      ...distribution('cp-lib', {
        '1.0': { 'cp_lib/__init__.py': '', 'cp_lib/lib/libfettle-packed.so.1': '' },
      }),
    ],
    installed: ['cp-app==1.0', 'cp-lib==1.0'],
    ask: 'cp_app',
    blamed: 'unknown',
  },
  {
    about: 'settings that are not given',
    wheels: distribution('sg-app', {
      '1.0':
        'class ValidationError(ValueError): pass\nraise ValidationError("1 validation error for Settings\\nurl\\n  Field required")\n',
    }),
    installed: ['sg-app==1.0'],
    ask: 'sg_app',
    blamed: 'environment: settings',
  },
  {
    about: 'two parts that were built for different CUDAs',
    wheels: distribution('cu-app', {
      '1.0': 'raise RuntimeError("compiled with different CUDA major versions: 11.8 and 12.1")\n',
    }),
    installed: ['cu-app==1.0'],
    ask: 'cu_app',
    blamed: 'unknown',
  },
  {
    about: 'a driver of a GPU that is not there',
    wheels: distribution('gp-app', {
      '1.0': 'raise RuntimeError("Found no NVIDIA driver on your system.")\n',
    }),
    installed: ['gp-app==1.0'],
    ask: 'gp_app',
    blamed: 'environment: gpu',
  },
  {
    about: 'a submodule that its package no longer imports',
    wheels: [
      ...distribution('sb-lib', {
        '1.0': { 'sb_lib/__init__.py': 'from . import part\n', 'sb_lib/part.py': 'x = 1\n' },
        '2.0': { 'sb_lib/__init__.py': '', 'sb_lib/part.py': 'x = 1\n' },
      }),
      ...distribution('sb-app', { '1.0': 'import sb_lib\nsb_lib.part.x\n' }),
    ],
    installed: ['sb-app==1.0', 'sb-lib==2.0'],
    ask: 'sb_app',
    // Another distribution may have imported it: that this one should is not written anywhere.
    blamed: 'unknown',
  },
  {
    about: 'an environment variable that is not set',
    wheels: distribution('ev-app', { '1.0': 'import os\nurl = os.environ["FETTLE_TEST_NOWHERE"]\n' }),
    installed: ['ev-app==1.0'],
    ask: 'ev_app',
    blamed: 'environment: variable FETTLE_TEST_NOWHERE',
  },
  {
    about: 'a key that is missing from a dictionary of its own',
    wheels: distribution('kd-app', { '1.0': 'table = {}\nurl = table["FETTLE_TEST_NOWHERE"]\n' }),
    installed: ['kd-app==1.0'],
    ask: 'kd_app',
    blamed: 'unknown',
  },
  {
    about: 'a file that the machine does not have',
    wheels: distribution('mf-app', { '1.0': 'open("/etc/fettle-nowhere.conf")\n' }),
    installed: ['mf-app==1.0'],
    ask: 'mf_app',
    blamed: 'environment: file /etc/fettle-nowhere.conf',
  },
  {
    about: 'a file of its own that was not packed',
    wheels: distribution('mo-app', {
      '1.0': 'import os\nopen(os.path.join(os.path.dirname(__file__), "data.json"))\n',
    }),
    installed: ['mo-app==1.0'],
    ask: 'mo_app',
    blamed: 'unknown',
  },
  {
    about: 'a name on the network',
    wheels: distribution('nw-app', {
      '1.0': 'import socket\nsocket.create_connection(("nowhere.invalid", 80), 1)\n',
    }),
    installed: ['nw-app==1.0'],
    ask: 'nw_app',
    blamed: 'environment: network',
  },
  {
    about: 'a locale that is not set up',
    wheels: distribution('lo-app', {
      '1.0': 'import locale\nlocale.setlocale(locale.LC_ALL, "xx_XX.fettle")\n',
    }),
    installed: ['lo-app==1.0'],
    ask: 'lo_app',
    blamed: 'environment: locale',
  },
  {
    about: 'a lazy import that nobody calls',
    wheels: [
      ...distribution('lz-lib', { '1.0': 'x = 1\n', '2.0': '' }),
      ...distribution('lz-app', { '1.0': 'def later():\n    from lz_lib import x\n    return x\n' }),
    ],
    installed: ['lz-app==1.0', 'lz-lib==2.0'],
    ask: 'lz_app',
    blamed: 'imported',
  },
  {
    about: 'a try with a fallback',
    wheels: [
      ...distribution('tf-lib', { '1.0': 'x = 1\n', '2.0': '' }),
      ...distribution('tf-app', {
        '1.0': 'try:\n    from tf_lib import x\nexcept ImportError:\n    x = 2\n',
      }),
    ],
    installed: ['tf-app==1.0', 'tf-lib==2.0'],
    ask: 'tf_app',
    blamed: 'imported',
  },
  {
    about: 'a try whose fallback is missing too: either would do',
    wheels: [
      ...distribution('tm-lib', { '1.0': 'x = 1\n', '2.0': '' }),
      ...distribution('tm-other', { '1.0': 'x = 1\n', '2.0': '' }),
      ...distribution('tm-app', {
        '1.0': 'try:\n    from tm_lib import x\nexcept ImportError:\n    from tm_other import x\n',
      }),
    ],
    installed: ['tm-app==1.0', 'tm-lib==2.0', 'tm-other==2.0'],
    ask: 'tm_app',
    blamed: 'unknown',
  },
  {
    about: 'a try that only says it in other words',
    wheels: [
      ...distribution('tr-lib', { '1.0': 'x = 1\n', '2.0': '' }),
      ...distribution('tr-app', {
        '1.0':
          'try:\n    from tr_lib import x\nexcept ImportError as error:\n    raise RuntimeError("tr-lib is too new") from error\n',
      }),
    ],
    installed: ['tr-app==1.0', 'tr-lib==2.0'],
    ask: 'tr_app',
    blamed: 'tr-app 1.0 -> tr-lib 2.0: tr_lib.x (forbidden)',
    learned: { importer: '1.0', provider: '2.0' },
  },
  {
    about: 'a circle that one version closes',
    wheels: [
      ...distribution('ci-lib', { '1.0': 'value = 1\n', '2.0': 'import ci_app\nvalue = 1\n' }),
      ...distribution('ci-app', { '1.0': 'from ci_lib import value\n' }),
    ],
    installed: ['ci-app==1.0', 'ci-lib==2.0'],
    ask: 'ci_lib',
    blamed: 'unknown',
  },
  {
    about: 'a circle around a name that is gone as well',
    wheels: [
      ...distribution('cg-lib', {
        '1.0': 'import cg_app\nvalue = 1\n',
        '1.1': 'value = 1\n',
        '2.0': 'import cg_app\n',
      }),
      ...distribution('cg-app', { '1.0': 'from cg_lib import value\n' }),
    ],
    installed: ['cg-app==1.0', 'cg-lib==2.0'],
    ask: 'cg_lib',
    blamed: 'cg-app 1.0 -> cg-lib 2.0: cg_lib.value (forbidden)',
    learned: { importer: '1.0', provider: '2.0' },
  },
  {
    about: 'a type that changed',
    wheels: [
      ...distribution('ty-lib', { '1.0': 'LIMIT = 1\n', '2.0': 'LIMIT = "1"\n' }),
      ...distribution('ty-app', { '1.0': 'from ty_lib import LIMIT\nMORE = LIMIT + 1\n' }),
    ],
    installed: ['ty-app==1.0', 'ty-lib==2.0'],
    ask: 'ty_app',
    blamed: 'unknown',
  },
  {
    about: 'a name that a distribution does not find in a module of its own',
    wheels: distribution('ow-app', {
      '1.0': { 'ow_app/__init__.py': 'from .part import x\n', 'ow_app/part.py': '' },
    }),
    installed: ['ow-app==1.0'],
    ask: 'ow_app',
    blamed: 'unknown',
  },
  {
    about: 'a module that is asked for by a text',
    wheels: [
      ...distribution('dt-lib', { '1.0': { 'dt_lib/old.py': '' }, '2.0': { 'dt_lib/new.py': '' } }),
      ...distribution('dt-app', { '1.0': 'import importlib\nimportlib.import_module("dt_lib." + "old")\n' }),
    ],
    installed: ['dt-app==1.0', 'dt-lib==2.0'],
    ask: 'dt_app',
    blamed: 'unknown',
  },
];
