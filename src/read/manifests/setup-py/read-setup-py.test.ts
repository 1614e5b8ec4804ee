import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childProcesses } from '../../../io/child-processes.ts';
import { pypiRules } from '../../ecosystems/pypi/rules.ts';
import type { ManifestContent, ReadingContext } from '../manifest-reader.ts';
import { RepositoryTree } from '../repository-tree.ts';
import { SourceText } from '../source-text.ts';
import { readSetupPy } from './read-setup-py.ts';

const PATH = process.env['PATH'];

function read(text: string, more: Partial<ReadingContext> = {}): Promise<ManifestContent> {
  const source = new SourceText({ path: 'setup.py', text, digest: '' });
  return readSetupPy(source, {
    rules: pypiRules,
    environment: { PATH },
    processes: childProcesses,
    tree: new RepositoryTree(['setup.py']),
    open: () => Promise.resolve(null),
    peek: () => Promise.resolve(null),
    ...more,
  });
}

const told = (content: ManifestContent): readonly string[] =>
  content.requirements.map(({ group, groupName, dependency }) =>
    [group, groupName, dependency.text].filter(Boolean).join(' '),
  );
const problems = (content: ManifestContent): readonly string[] =>
  content.unreadable.map(({ at, message }) => `${at.span.line}:${at.span.column} ${message}`);

const REALISTIC = `# -*- coding: utf-8 -*-
import os
from setuptools import find_packages, setup as make

NAME = "My_Service"
base = [
    'requests>=2.0,<3',  # the web
    "tomli; python_version < '3.11'",
    "ünknown" if os.name == "nt" else "colorama==0.4",
]
tests = ["pytest", u"""pytest-cov"""]

make(
    name=NAME,
    version=open("VERSION").read(),
    packages=find_packages(),
    python_requires=">=3.10",
    setup_requires=["setuptools_scm"],
    install_requires=base,
    extras_require={
        "test": tests,
        "redis": ("redis>=4",), "all": ["redis" "-py"],
        ':sys_platform=="win32"': ["pywin32>=300; python_version>'3'"],
    },
)
`;

describe('setup.py', () => {
  it('tells what its literals ask for, and where something is computed', async () => {
    const content = await read(REALISTIC);
    expect(told(content)).toEqual([
      'production requests>=2.0,<3',
      "production tomli; python_version < '3.11'",
      'development test pytest',
      'development test pytest-cov',
      'production redis redis>=4',
      'production all redis-py',
      "production pywin32>=300; python_version>'3'",
    ]);
    expect(problems(content)).toEqual(['9:5 install_requires is computed: what it asks for is unknown']);
    expect(content.projectName).toBe('my-service');
    expect(content.targetHint?.runtime?.from).toBe('setup.py:17 (3.12 within ">=3.10")');
    expect(content.buildRequirements?.map((one) => one.dependency.text)).toEqual(['setuptools_scm']);
    expect(content.requirements.at(-1)!.dependency.condition?.text).toContain('win32');
    for (const one of content.requirements.filter(({ notEditable }) => notEditable === null)) {
      expect(REALISTIC.slice(one.span.start, one.span.end)).toBe(one.dependency.text);
      expect(REALISTIC.slice(one.specifierSpan.start, one.specifierSpan.end)).toBe(
        one.dependency.specifier.text,
      );
    }
    expect(content.requirements.filter(({ notEditable }) => notEditable !== null)).toHaveLength(1);
  });

  it.each<[string, string, readonly string[], readonly string[]]>([
    [
      'settings in a dictionary',
      'import setuptools as s\nkw = dict(install_requires=["a"], **{"tests_require": "b\\nc"})\ns.setup(**kw)\n',
      ['production a', 'development b', 'development c'],
      [],
    ],
    [
      'a list that grows',
      'from setuptools import setup\nr = ["a"]\nr += ["b"]\nsetup(install_requires=r + ["c"])\n',
      ['production a', 'production c'],
      ['3:1 install_requires is computed: what it asks for is unknown'],
    ],
    [
      'a list that is made twice',
      'from setuptools import setup\nr = ["a"]\nif 1: r = ["b"]\nsetup(install_requires=r)\n',
      [],
      ['4:24 install_requires is computed: what it asks for is unknown'],
    ],
    [
      'a call, an f-string and a joined string',
      'from setuptools import setup\nsetup(install_requires=read("r.txt"), extras_require={"x": [f"a{1}", "b" + "c"]})\n',
      [],
      [
        '2:24 install_requires is computed: what it asks for is unknown',
        '2:61 extras_require["x"] is computed: what it asks for is unknown',
        '2:70 extras_require["x"] is computed: what it asks for is unknown',
      ],
    ],
    [
      'unknown settings',
      'from setuptools import setup\nsetup(**load())\n',
      [],
      ['2:9 settings of setup() are computed: what it asks for is unknown'],
    ],
    ['another setup', 'from x import y\ny.setup(install_requires=["a"])\n', [], []],
    ['nothing', 'from setuptools import setup\nsetup()\n', [], []],
    [
      'no requirement',
      'from setuptools import setup\nsetup(install_requires=["é" "!"])\n',
      [],
      ['2:25 expected a name that starts with a letter or digit, found "é"'],
    ],
  ])('%s', async (_, text, want, said) => {
    const content = await read(text);
    expect(told(content)).toEqual(want);
    expect(problems(content).map((one) => one.replace(/ expected.*/, ''))).toEqual(
      said.map((one) => one.replace(/ expected.*/, '')),
    );
  });

  it.each<[string, string, string]>([
    ['a syntax error', 'import setuptools\nsetup(name=\n  "ü" "é" x)\n', '3:'],
    ['a null byte', 'name = "\0"', '1:1 Python does not read this'],
    ['too deep', `name = ${'['.repeat(5000)}${']'.repeat(5000)}`, '1:'],
    ['too deep an expression', `name = 1${'+1'.repeat(200_000)}`, '1:'],
    ['a merge conflict', 'x = 1\n<<<<<<< HEAD\nname = 2\n', '2:1 a merge conflict is left'],
  ])('says %s', async (_, text, want) => {
    const content = await read(text);
    expect(content.requirements).toEqual([]);
    if (content.unreadable.length > 0 || !/expression/.test(_)) expect(problems(content)[0]).toContain(want);
  });

  it('does not run the file', async () => {
    const content = await read('name = 1\nraise SystemExit(7)\nimport nowhere\n');
    expect(content.unreadable).toEqual([]);
  });

  it('says that Python was not found', async () => {
    const want = ['1:1 setup.py is read with Python, which was not found'];
    expect(problems(await read('name = 1', { environment: { PATH: '/nowhere:.' } }))).toEqual(want);
    const context = { environment: { PATH }, processes: undefined } as unknown as Partial<ReadingContext>;
    expect(problems(await read('name = 1', context))).toEqual(want);
  });

  it('keeps every other byte where a specifier is replaced', async () => {
    const item = fc.constantFrom(
      '"a"',
      "'a>=1'",
      'r"a ==1.0"',
      '"""a[x] ~=1.1; python_version < \'3.9\'"""',
      "'''\n a>1'''",
      'u"ä>1"',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom('', '\uFEFF'),
        async (items, lineEnd, mark) => {
          const body = [
            'é = "😀"; setup(install_requires=[',
            ...items.map((one) => ` '😀'[0:0] or 1, ${one},`),
            '])',
          ];
          const text = mark + body.join('\n').replaceAll('\n', lineEnd);
          const before = await read(text);
          for (const [n, { specifierSpan }] of before.requirements.entries()) {
            const edited = `${text.slice(0, specifierSpan.start)}==9.9${text.slice(specifierSpan.end)}`;
            const after = await read(edited);
            expect(after.requirements[n]!.dependency.specifier.text).toBe('==9.9');
          }
          expect(before.requirements).toHaveLength(items.filter((one) => !one.includes('ä')).length);
        },
      ),
      { numRuns: 8 },
    );
  }, 60_000);
});
