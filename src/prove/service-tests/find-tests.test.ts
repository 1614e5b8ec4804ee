import { afterAll, describe, expect, it } from 'vitest';
import type { PackageName } from '../../domain/package-name.ts';
import { nodeFiles } from '../../io/node-files.ts';
import { findTests } from './find-tests.ts';
import type { FoundTests } from './found-tests.ts';
import { fitsPattern } from './name-pattern.ts';
import { iniSection, readPytestSettings } from './pytest-settings.ts';
import { folderOf, removeFolders } from './python-environment.test-double.ts';

afterAll(removeFolders);

const PYTEST = {
  distributions: new Map([
    ['pytest' as PackageName, { name: 'pytest' as PackageName, version: '7.4.3', info: '', files: [] }],
  ]),
};
const BARE = { distributions: new Map() };
const CASE = 'import unittest\nclass T(unittest.TestCase): pass\n';

function find(files: Readonly<Record<string, string>>, environment = PYTEST): Promise<FoundTests> {
  return findTests({ files: nodeFiles }, folderOf(files), environment);
}

describe('a service tests', () => {
  it.each([
    ['pytest.ini', '[pytest]\ntestpaths = checks\npython_files = check_*.py\n'],
    ['pyproject.toml', '[tool.pytest.ini_options]\ntestpaths = ["checks"]\npython_files = "check_*.py"\n'],
    ['pyproject.toml', '[tool.pytest]\ntestpaths = ["checks"]\npython_files = ["check_*.py"]\n'],
    ['tox.ini', '[tox]\nx = 1\n[pytest]\ntestpaths:\n  checks\npython_files = check_*.py\n'],
    ['setup.cfg', '[tool:pytest]\ntestpaths = ./checks/\npython_files = check_*.py\n'],
  ])('are found where %s says', async (settings, text) => {
    const files = { [settings]: text, 'checks/check_a.py': '', 'other/check_b.py': '', 'test_c.py': '' };
    expect(await find(files)).toMatchObject({
      ...{ kind: 'found', runner: { kind: 'pytest', version: '7.4.3' } },
      ...{ settings, files: 1 },
    });
  });

  it('are found by their names, but not in what others wrote', async () => {
    const files = { 'a/test_a.py': '', 'b_test.py': '', 'testing.py': '', '.venv/test_x.py': '' };
    const more = { 'env/pyvenv.cfg': '', 'env/test_y.py': '', 'node_modules/test_z.py': '' };
    expect(await find({ ...files, ...more })).toMatchObject({ kind: 'found', files: 2, settings: null });
  });

  it('are run by unittest where pytest is not there and nothing asks for it', async () => {
    expect(await find({ 'tests/test_a.py': CASE, 'tests/test_b.py': '' }, BARE)).toMatchObject({
      runner: { kind: 'unittest', files: ['tests/test_a.py'] },
    });
  });

  it.each([
    { 'pytest.ini': '', 'test_a.py': CASE },
    { 'test_a.py': 'import pytest\n', 'test_b.py': CASE },
    { 'conftest.py': '  from pytest import fixture\n', 'test_b.py': CASE },
    { 'test_a.py': 'def test_a(): pass\n' },
  ])('cannot be run where pytest is missing, and it is said what to do (%#)', async (files) => {
    expect(await find(files as Record<string, string>, BARE)).toMatchObject({
      kind: 'runner-missing',
      hint: expect.stringContaining('add it to its development requirements') as string,
    });
  });

  it('of Django are not run, and there may be none', async () => {
    expect(await find({ 'manage.py': '', 'test_a.py': CASE }, BARE)).toMatchObject({
      kind: 'runner-missing',
    });
    expect(await find({ 'app.py': '' })).toMatchObject({ kind: 'none' });
  });

  it('import the project from src as if it were installed', async () => {
    const files = { 'test_a.py': '', 'src/shop/__init__.py': '' };
    expect(await find({ ...files, 'pyproject.toml': '' })).toMatchObject({ sourceFolders: ['src'] });
    expect(await find(files)).toMatchObject({ sourceFolders: [] });
  });
});

describe('settings', () => {
  it('are those of the first file that has any, as pytest reads them', async () => {
    const folder = folderOf({
      'pyproject.toml': '[tool.pytest.ini_options]\ntestpaths = "a"\n',
      'tox.ini': '[pytest]\ntestpaths = b\n',
    });
    expect(await readPytestSettings(nodeFiles, folder)).toMatchObject({
      ...{ file: 'pyproject.toml', testpaths: ['a'] },
    });
  });

  it('may hold any key, comments, and lines that go on', () => {
    const text =
      '# x\n[a]\n__proto__ = 1\n[pytest]\n; y\n__proto__ = 2\nlong = a\n  b\n\n  c\n[b]\nlong = d\n';
    expect(iniSection(text, 'pytest')).toEqual(
      new Map([
        ['__proto__', '2'],
        ['long', 'a\nb\nc'],
      ]),
    );
    expect(iniSection(text, 'c')).toBeNull();
  });

  it('name files by patterns, which take no long time', () => {
    expect(fitsPattern('test_a.py', 'test_*.py')).toBe(true);
    expect(fitsPattern('a_test.py', 'test_*.py')).toBe(false);
    expect(fitsPattern('test_1.py', 'test_[0-9].py')).toBe(true);
    expect(fitsPattern('a'.repeat(5000), '*a'.repeat(300) + 'b')).toBe(false);
  });
});
