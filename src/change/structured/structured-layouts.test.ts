import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childProcesses } from '../../io/child-processes.ts';
import { pypiRules } from '../../read/ecosystems/pypi/rules.ts';
import { readTomlTable } from '../../io/toml-table.ts';
import { applyEdits } from '../apply-edits.ts';
import { editsFor } from '../edits-for.ts';
import {
  addition,
  changeTo,
  lineOf,
  lockOf,
  projectFromTexts,
  TARGET_311,
} from '../testing/project-from-texts.ts';

const LOCKS = [lockOf(TARGET_311, 'web 1.0', 'deep 1.2 <- web', 'deeper 2.0 <- web')];

async function edited(
  file: string,
  text: string,
  ...changes: readonly (readonly ['add' | 'remove', string])[]
): Promise<string> {
  const project = await projectFromTexts({ [file]: text }, {}, childProcesses);
  const made = changes.map(([what, name]) =>
    what === 'add' ? addition(name, '>=1.2', '1.2') : changeTo(lineOf(project, name), null),
  );
  const hashesOf = () => Promise.resolve([]);
  const { edits, refused } = await editsFor(project, made, pypiRules, { hashesOf, locks: LOCKS });
  if (refused.length > 0) return refused.map(({ why }) => `refused: ${why}`).join('; ');
  return applyEdits(text, edits);
}

const PEP621 = '[project]\nname = "s"\nversion = "1"\n';

describe('a requirement that is put into a structure', () => {
  it.each<[string, string, string, string]>([
    [
      'an array over several lines',
      'pyproject.toml',
      `${PEP621}dependencies = [\n    "web==1.0",  # why\n    "z",\n]\n`,
      `${PEP621}dependencies = [\n    "web==1.0",  # why\n    "deep>=1.2",\n    "deeper>=1.2",\n    "z",\n]\n`,
    ],
    [
      'its last item without a comma',
      'pyproject.toml',
      `${PEP621.replaceAll('\n', '\r\n')}dependencies = [\r\n  'web==1.0' # why\r\n]\r\n`,
      `${PEP621.replaceAll('\n', '\r\n')}dependencies = [\r\n  'web==1.0', # why\r\n  'deep>=1.2',\r\n  'deeper>=1.2',\r\n]\r\n`,
    ],
    [
      'an array on one line',
      'pyproject.toml',
      `${PEP621}dependencies = ["web==1.0"]`,
      `${PEP621}dependencies = ["web==1.0", "deep>=1.2", "deeper>=1.2"]`,
    ],
    [
      "the project's own, where no lock says that uv installs it",
      'pyproject.toml',
      `${PEP621}dependencies = ["web==1.0"]\n\n[tool.uv]\npackage = false\n`,
      `${PEP621}dependencies = ["web==1.0", "deep>=1.2", "deeper>=1.2"]\n\n[tool.uv]\npackage = false\n`,
    ],
    [
      "uv's constraints",
      'pyproject.toml',
      `${PEP621}dependencies = ["web==1.0"]\n[tool.uv]\nconstraint-dependencies = ["x<2"]\n`,
      `${PEP621}dependencies = ["web==1.0"]\n[tool.uv]\nconstraint-dependencies = ["x<2", "deep>=1.2", "deeper>=1.2"]\n`,
    ],
    [
      "Poetry's table",
      'pyproject.toml',
      '[tool.poetry.dependencies]\npython = "^3.11"\nweb = "1.0" # why\n',
      '[tool.poetry.dependencies]\npython = "^3.11"\nweb = "1.0" # why\ndeep = ">=1.2"\ndeeper = ">=1.2"\n',
    ],
    [
      'a Pipfile',
      'Pipfile',
      '[packages]\nweb = "==1.0"',
      '[packages]\nweb = "==1.0"\ndeep = ">=1.2"\ndeeper = ">=1.2"',
    ],
    [
      'setup.cfg',
      'setup.cfg',
      '[options]\ninstall_requires =\n\tweb==1.0\n\tz\n',
      '[options]\ninstall_requires =\n\tweb==1.0\n\tdeep>=1.2\n\tdeeper>=1.2\n\tz\n',
    ],
    [
      'a list of setup.py',
      'setup.py',
      'from setuptools import setup\nsetup(install_requires=[\n    "web==1.0",\n])\n',
      'from setuptools import setup\nsetup(install_requires=[\n    "web==1.0",\n    "deep>=1.2",\n    "deeper>=1.2",\n])\n',
    ],
  ])('goes to %s', async (_, file, text, want) => {
    expect(await edited(file, text, ['add', 'deep'], ['add', 'deeper'])).toBe(want);
  });
});

describe('a requirement that is taken out of a structure', () => {
  it.each<[string, string, string, string]>([
    [
      'a line of an array',
      'pyproject.toml',
      `${PEP621}dependencies = [\n    "a",\n    "web==1.0",  # why\n    "z",\n]\n`,
      `${PEP621}dependencies = [\n    "a",\n    "z",\n]\n`,
    ],
    [
      'one of several on a line',
      'pyproject.toml',
      `${PEP621}dependencies = ["a", "web==1.0", "z"] # all\n`,
      `${PEP621}dependencies = ["a", "z"] # all\n`,
    ],
    [
      'the last on a line',
      'pyproject.toml',
      `${PEP621}dependencies = ["a", "web==1.0"]\n`,
      `${PEP621}dependencies = ["a"]\n`,
    ],
    [
      'a key',
      'pyproject.toml',
      '[tool.poetry.dependencies]\na = "1"\nweb = {version = "1.0"} # why\nz = "1"\n',
      '[tool.poetry.dependencies]\na = "1"\nz = "1"\n',
    ],
    [
      'a sub-table',
      'pyproject.toml',
      '[tool.poetry.dependencies]\na = "1"\n[tool.poetry.dependencies.web]\nversion = "1.0"\n[tool.x]\n',
      '[tool.poetry.dependencies]\na = "1"\n[tool.x]\n',
    ],
    [
      'a line of setup.cfg',
      'setup.cfg',
      '[options]\ninstall_requires =\n  a\n  web==1.0\n',
      '[options]\ninstall_requires =\n  a\n',
    ],
    [
      'an element of a list of setup.py',
      'setup.py',
      'from setuptools import setup\nsetup(install_requires=["a", "web==1.0"])\n',
      'from setuptools import setup\nsetup(install_requires=["a"])\n',
    ],
    [
      'nothing of a tuple of two, which would be a string then',
      'setup.py',
      'from setuptools import setup\nsetup(install_requires=("a", "web==1.0"))\n',
      'refused: it is not a plain string of a list, so it is not taken out by machine',
    ],
    [
      'nothing of an inline table',
      'pyproject.toml',
      '[tool.poetry]\ndependencies = {a = "1", web = "1.0"}\n',
      'refused: it stands within another value, which is not taken apart',
    ],
    [
      'nothing that other keys stand within',
      'pyproject.toml',
      '[tool.poetry.dependencies]\nweb.version = "1.0"\nz = "1"\nweb.extras = []\n',
      'refused: what belongs to it stands in several places, which are not taken apart',
    ],
  ])('is %s', async (_, file, text, want) => {
    expect(await edited(file, text, ['remove', 'web'])).toBe(want);
  });
});

describe('an array of any layout', () => {
  const space = fc.constantFrom('', ' ', '\n', '\n    ', ' # note\n  ', '\r\n\t');
  const item = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    quote: fc.constantFrom('"', "'"),
    before: space,
    after: space,
  });
  const array = fc
    .record({
      items: fc.uniqueArray(item, { minLength: 1, maxLength: 4, selector: ({ name }) => name }),
      trailing: fc.boolean(),
      end: space,
      at: fc.nat(),
    })
    .map(({ items, trailing, end, at }) => {
      const place = at % items.length;
      const named = items.map((one, n) => ({ ...one, name: n === place ? 'web==1.0' : `${one.name}==1` }));
      const inner = named
        .map(({ name, quote, before, after }) => `${before}${quote}${name}${quote}${after}`)
        .join(',');
      return {
        text: `${PEP621}dependencies = [${inner}${trailing ? ',' : ''}${end}]\n`,
        names: named.map(({ name }) => name),
      };
    });
  const listOf = (text: string): unknown =>
    (readTomlTable(text)!.get('project') as ReadonlyMap<string, unknown>).get('dependencies');

  it('keeps its other items, whatever is taken out or put in', async () => {
    await fc.assert(
      fc.asyncProperty(array, async ({ text, names }) => {
        const without = await edited('pyproject.toml', text, ['remove', 'web']);
        if (!without.startsWith('refused'))
          expect(listOf(without)).toEqual(names.filter((name) => name !== 'web==1.0'));
        const more = await edited('pyproject.toml', text, ['add', 'deep'], ['add', 'deeper']);
        const at = names.indexOf('web==1.0') + 1;
        if (!more.startsWith('refused'))
          expect(listOf(more)).toEqual([
            ...names.slice(0, at),
            'deep>=1.2',
            'deeper>=1.2',
            ...names.slice(at),
          ]);
      }),
      { numRuns: 150 },
    );
  });
});
