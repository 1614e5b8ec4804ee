import { describe, expect, it } from 'vitest';
import { bareEnvironment } from '../../../test/support/bare-environment.ts';
import { makeWheel } from '../../../test/support/wheels.ts';
import { nodeFiles } from '../../io/node-files.ts';
import type { ImportNames } from './import-names.ts';
import { importNames } from './import-names.ts';

async function namesOf(
  files: readonly string[],
  more: { readonly topLevel?: readonly string[]; readonly namespaces?: string } = {},
): Promise<ImportNames> {
  const wheel = makeWheel({
    name: 'made',
    version: '1.0',
    files: {
      ...Object.fromEntries(files.map((path) => [path, ''])),
      ...(more.namespaces !== undefined && { 'made-1.0.dist-info/namespace_packages.txt': more.namespaces }),
    },
    ...(more.topLevel !== undefined && { topLevel: more.topLevel }),
  });
  const environment = bareEnvironment([wheel]);
  try {
    return await importNames([...environment.distributions.values()][0]!, '3.11.7', nodeFiles);
  } finally {
    environment.remove();
  }
}

describe('the names that a distribution is imported by', () => {
  it.each([
    ['a package', ['web/__init__.py', 'web/app.py'], ['web']],
    ['a single module', ['six.py'], ['six']],
    ['several', ['yaml/__init__.py', 'attr/__init__.py', 'attrs/__init__.py'], ['yaml', 'attr', 'attrs']],
    ['an extension for this interpreter', ['fast.cpython-311-x86_64-linux-gnu.so'], ['fast']],
    ['an extension by the stable ABI', ['fast.abi3.so'], ['fast']],
    ['an extension without a tag', ['fast.so'], ['fast']],
    ['a package that is an extension', ['fast/__init__.cpython-311-x86_64-linux-gnu.so'], ['fast']],
    [
      'a namespace package',
      ['google/cloud/storage/__init__.py', 'google/cloud/storage/blob.py'],
      ['google.cloud.storage'],
    ],
    [
      'a namespace with several packages',
      ['google/api_core/__init__.py', 'google/auth/__init__.py'],
      ['google.api_core', 'google.auth'],
    ],
    [
      'a namespace of single modules',
      ['google/rpc/code_pb2.py', 'google/rpc/status_pb2.py'],
      ['google.rpc.code_pb2'],
    ],
    ['a distribution that has private modules only', ['_argon2/__init__.py'], ['_argon2']],
    ['a name of letters beyond ASCII', ['größe.py'], ['größe']],
    ['nothing but a .pth', ['x.pth'], []],
    ['nothing', [], []],
  ])('%s', async (_, files, modules) => {
    expect((await namesOf(files)).modules).toEqual(modules);
  });

  it.each([
    ['private', ['web/__init__.py', '_web.py'], '_web', 'private'],
    ['tests or examples', ['web/__init__.py', 'tests/__init__.py'], 'tests', 'tests or examples'],
    ['type stubs', ['yaml-stubs/__init__.pyi'], 'yaml-stubs', 'type stubs'],
    ['type stubs', ['yaml/__init__.pyi'], 'yaml', 'type stubs'],
    ['data only', ['web/__init__.py', 'share/logo.png'], 'share', 'data only'],
    [
      'another interpreter',
      ['web.py', 'fast.cpython-312-x86_64-linux-gnu.so'],
      'fast',
      'built for another interpreter',
    ],
    ['another interpreter', ['web.py', 'fast.cp312-win_amd64.pyd'], 'fast', 'built for another interpreter'],
    ['no proof', ['web/__init__.py'], 'old', 'not in RECORD'],
  ])('leave out what is %s, and say so', async (_, files, name, why) => {
    const found = await namesOf(files, why === 'not in RECORD' ? { topLevel: ['web', 'old'] } : {});
    expect(found.modules).not.toContain(name);
    expect(found.skipped).toContainEqual({ name, why });
  });

  it('are those of a namespace that has an __init__, where the distribution says that it is one', async () => {
    const files = ['zope/__init__.py', 'zope/interface/__init__.py'];
    expect((await namesOf(files, { namespaces: 'zope\n' })).modules).toEqual(['zope.interface']);
    expect((await namesOf(files)).modules).toEqual(['zope']);
  });

  it('are those of top_level.txt where RECORD has no module', async () => {
    const found = await namesOf(['__editable__.made-1.0.pth'], { topLevel: ['made', '../made', 'a b'] });
    expect(found.modules).toEqual(['made']);
  });

  it('are a bounded number of one namespace', async () => {
    const found = await namesOf(Array.from({ length: 30 }, (_, n) => `azure/p${n}/__init__.py`));
    expect(found.modules).toHaveLength(8);
    expect(found.skipped).toHaveLength(22);
  });

  it('are never what is no name of a module', async () => {
    const found = await namesOf([
      'web-app/__init__.py',
      'class.py',
      '3d.py',
      '__init__.py',
      '__main__.py',
      'web.libs/x.so',
      'nvidia/cu/lib/libx.so',
    ]);
    expect(found.modules).toEqual([]);
  });
});
