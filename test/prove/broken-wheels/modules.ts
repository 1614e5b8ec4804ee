import { distribution, each, type Family } from './family.ts';

/** A module that is asked for and not there. */
export const MODULES: readonly Family[] = [
  {
    about: 'a module that its distribution dropped',
    wheels: [
      ...distribution('dr-lib', {
        ...each(['1.0', '1.1'], { 'dr_lib/__init__.py': '', 'dr_lib/compat.py': 'x = 1\n' }),
        ...each(['2.0', '2.1', '2.2'], { 'dr_lib/__init__.py': '' }),
      }),
      ...distribution('dr-app', {
        '1.0': 'from dr_lib.compat import x\n',
        '1.1': 'import dr_lib.compat\n',
        '2.0': 'import dr_lib\n',
      }),
    ],
    installed: ['dr-app==1.0', 'dr-lib==2.2'],
    ask: 'dr_app',
    blamed: 'dr-app 1.0 -> dr-lib 2.2: dr_lib.compat (forbidden)',
    learned: { importer: '1.0 1.1', provider: '2.0 2.1 2.2' },
  },
  {
    about: 'a top-level module that a required distribution dropped',
    wheels: [
      ...distribution('td-lib', {
        '1.0': { 'td_lib.py': '', 'td_extra/__init__.py': '' },
        '2.0': { 'td_lib.py': '' },
        '2.1': { 'td_lib.py': '' },
      }),
      ...distribution('td-app', { '1.0': 'import td_extra\n' }, ['td-lib']),
    ],
    installed: ['td-app==1.0', 'td-lib==2.1'],
    ask: 'td_app',
    blamed: 'td-app 1.0 -> td-lib 2.1: td_extra (forbidden)',
    learned: { importer: '1.0', provider: '2.0 2.1' },
  },
  {
    about: 'a module of a distribution that was there before and is gone',
    wheels: [
      ...distribution('go-lib', { '1.0': '', '1.1': '', '2.0': { 'go_other.py': '' } }),
      ...distribution('go-app', { '1.0': 'import go_lib.__init__\n', '1.1': 'import go_lib\n' }),
    ],
    installed: ['go-app==1.1'],
    before: ['go-app==1.1', 'go-lib==1.0'],
    ask: 'go_app',
    blamed: 'go-app 1.1 -> go-lib 1.0: go_lib (needed)',
    learned: { importer: '1.0 1.1', provider: '1.0 1.1' },
  },
  {
    about: 'a module that nobody ever had',
    wheels: [
      ...distribution('nv-lib', { '1.0': '', '2.0': '' }),
      ...distribution('nv-app', { '1.0': 'import nv_plugin\n' }, ['nv-lib']),
    ],
    installed: ['nv-app==1.0', 'nv-lib==2.0'],
    ask: 'nv_app',
    blamed: 'unknown',
  },
  {
    about: 'a module in a namespace of several distributions',
    wheels: [
      ...distribution('ns-one', each(['1.0', '2.0'], { 'ns_all/one/__init__.py': '' })),
      ...distribution('ns-two', {
        '1.0': { 'ns_all/two/__init__.py': '', 'ns_all/old/__init__.py': '' },
        '2.0': { 'ns_all/two/__init__.py': '' },
      }),
      ...distribution('ns-app', { '1.0': 'import ns_all.old\n' }),
    ],
    installed: ['ns-app==1.0', 'ns-one==2.0', 'ns-two==2.0'],
    ask: 'ns_app',
    blamed: 'ns-app 1.0 -> ns-two 2.0: ns_all.old (forbidden)',
    learned: { importer: '1.0', provider: '2.0' },
  },
  {
    about: 'a module that two distributions both once had',
    wheels: [
      ...distribution('tb-one', {
        '1.0': { 'tb_all/one.py': '', 'tb_all/old.py': '' },
        '2.0': { 'tb_all/one.py': '' },
      }),
      ...distribution('tb-two', {
        '1.0': { 'tb_all/two.py': '', 'tb_all/old.py': '' },
        '2.0': { 'tb_all/two.py': '' },
      }),
      ...distribution('tb-app', { '1.0': 'import tb_all.old\n' }),
    ],
    installed: ['tb-app==1.0', 'tb-one==2.0', 'tb-two==2.0'],
    ask: 'tb_app',
    blamed: 'unknown',
  },
  {
    about: 'a module that its package makes as it runs',
    wheels: [
      ...distribution('sm-lib', {
        '1.0': 'import sys, types\nsys.modules["sm_lib.moves"] = types.ModuleType("sm_lib.moves")\n',
        '2.0': 'import sys, types\nsys.modules["sm_lib.other"] = types.ModuleType("sm_lib.other")\n',
      }),
      ...distribution('sm-app', { '1.0': 'import sm_lib.moves\n' }),
    ],
    installed: ['sm-app==1.0', 'sm-lib==2.0'],
    ask: 'sm_app',
    blamed: 'unknown',
  },
  {
    about: 'a module that two distributions have at the same time',
    wheels: [
      ...distribution('am-one', { '1.0': { 'am_mod.py': 'x = 1\n' }, '2.0': { 'am_mod.py': 'y = 1\n' } }),
      ...distribution('am-two', { '2.0': { 'am_mod.py': 'y = 1\n' } }),
      ...distribution('am-app', { '1.0': 'from am_mod import x\n' }),
    ],
    installed: ['am-app==1.0', 'am-one==2.0', 'am-two==2.0'],
    ask: 'am_app',
    blamed: 'unknown',
  },
  {
    about: 'a name that a module of the standard library no longer gives',
    wheels: distribution('py-app', { '1.0': 'from collections import Mapping\n' }),
    installed: ['py-app==1.0'],
    ask: 'py_app',
    blamed: 'environment: runtime collections.Mapping',
  },
  {
    about: 'a module that the standard library no longer has, and nobody gives',
    wheels: distribution('rs-app', { '1.0': 'import formatter\n' }),
    installed: ['rs-app==1.0'],
    ask: 'rs_app',
    blamed: 'environment: runtime formatter',
  },
];
