import { describe, expect, it } from 'vitest';
import { pypiRules } from '../../read/ecosystems/pypi/rules.ts';
import { applyEditsToFiles } from '../apply-edits.ts';
import { editsFor } from '../edits-for.ts';
import {
  addition,
  changeTo,
  lineOf,
  lockOf,
  projectFromTexts,
  TARGET_311,
} from '../testing/project-from-texts.ts';
import { addItem, removeItem } from './quoted-item.ts';

const HEAD = '[project]\nname = "svc"\n';
const LOCK = lockOf(TARGET_311, 'a 1', 'b 1 <- a', 'c 1 <- a');

/** A project's file after bounds of b and c, which a brings in, and after "bad" is taken out where it is. */
async function repaired(text: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const project = await projectFromTexts({ 'pyproject.toml': text, ...more });
  const removed = text.includes('bad') ? [changeTo(lineOf(project, 'bad'), null)] : [];
  const changes = [...removed, addition('b', '<2', '1'), addition('c', '<3', '1')];
  const hashesOf = (): Promise<readonly string[]> => Promise.resolve([]);
  const { edits, refused } = await editsFor(project, changes, pypiRules, { hashesOf, locks: [LOCK] });
  expect(refused).toEqual([]);
  return applyEditsToFiles(project.files, edits)[0]!.after;
}

describe('two bounds of one plan and a removal in an array', () => {
  it.each([
    ['in one line', '["a"]', '["a", "b<2", "c<3"]'],
    ['before one that goes', '["a", "bad"]', '["a", "b<2", "c<3"]'],
    ['behind one that goes', '["bad", "a"]', '["a", "b<2", "c<3"]'],
    ['a last string without a comma', '[\n  "a" # x\n]', '[\n  "a", # x\n  "b<2",\n  "c<3",\n]'],
    ['a last string with one', "[\n\t'a',\n]", "[\n\t'a',\n\t'b<2',\n\t'c<3',\n]"],
    ['commas first', '[\n    "bad"\n  , "a"\n]', '[\n    "a", "b<2", "c<3"\n]'],
    ['the bracket behind it', '[\n "bad", # x\n "a"] # y', '[\n "a", "b<2", "c<3"] # y'],
  ])('%s', async (_, before, after) => {
    expect(await repaired(`${HEAD}dependencies = ${before}\n`)).toBe(`${HEAD}dependencies = ${after}\n`);
  });
});

describe('bounds in the first array of constraints of uv', () => {
  const LOCKED = 'version = 1\n[[package]]\nname = "svc"\nversion = "0"\nsource = { virtual = "." }\n';
  const locked = (text: string): Promise<string> => repaired(text, { 'uv.lock': LOCKED });
  const asked = `${HEAD}dependencies = ["a"]\n`;

  it('are one array, behind the header and with what follows it', async () => {
    const rest = 'package = false # x\n';
    expect(await locked(`${asked}[tool.uv]\n${rest}`)).toBe(
      `${asked}[tool.uv]\nconstraint-dependencies = ["b<2", "c<3"]\n${rest}`,
    );
  });

  it('stand in a file without a final newline, and in its line ends', async () => {
    expect(await locked(`${asked}[tool.uv]`)).toBe(
      `${asked}[tool.uv]\nconstraint-dependencies = ["b<2", "c<3"]`,
    );
    expect(await locked(`${asked}[tool.uv]\nx = 1\n`.replaceAll('\n', '\r\n'))).toContain(
      '[tool.uv]\r\nconstraint-dependencies = ["b<2", "c<3"]\r\nx = 1\r\n',
    );
  });

  it('do not go behind what only looks like the header', async () => {
    const text = `${HEAD}description = """\n[tool.uv]\n"""\ndependencies = ["a"]\n[tool.uv.sources]\n`;
    expect(await locked(text)).toBe(text.replace('"a"', '"a", "b<2", "c<3"'));
  });

  it('are none without a lock of uv: what else installs the project does not look at them', async () => {
    expect(await repaired(`${asked}[tool.uv]\n`)).toBe(
      `${asked.replace('"a"', '"a", "b<2", "c<3"')}[tool.uv]\n`,
    );
  });

  it('stand in the root of a workspace, not in the member that brings the package in', async () => {
    const root = `${HEAD}dependencies = ["m"]\n[tool.uv]\nworkspace.members = ["m"]\nsources.m.workspace = true\n`;
    const member = '[project]\nname = "m"\ndependencies = ["a"]\n[tool.uv]\npackage = true\n';
    expect(await repaired(root, { 'm/pyproject.toml': member, 'uv.lock': LOCKED })).toBe(
      root.replace('[tool.uv]\n', '[tool.uv]\nconstraint-dependencies = ["b<2", "c<3"]\n'),
    );
  });
});

describe('a string that is the value of a key or a name', () => {
  it.each(['setup(install_requires="bad")', 'X = "bad"\n', 'setup(x= # y\n  "bad")', '{"dev": "bad"}'])(
    'is no item of a list: %j',
    async (text) => {
      const project = await projectFromTexts({ 'requirements.txt': 'bad\n' });
      const line = lineOf(project, 'bad');
      const start = text.indexOf('bad');
      const there = { ...line, span: { ...line.span, start, end: start + 3 } };
      const entry = { name: line.dependency.name, specifier: '<2', condition: null };
      expect(removeItem(text, there)).toContain('not a plain string of a list');
      expect(addItem(text, there, entry)).toContain('not a plain string of a list');
    },
  );
});
