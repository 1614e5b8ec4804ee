import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../../domain/errors.ts';
import type { Project } from '../../../domain/project.ts';
import type { RuntimePlace } from '../../../domain/raised-runtime.ts';
import { targetText } from '../../../domain/target.ts';
import { readTree } from '../../../../test/projects/reading-world.ts';
import type { Tree } from '../../../../test/projects/reading-world.ts';

const INSTALL = 'COPY requirements.txt .\nRUN pip install -r requirements.txt\n';
const SAID = 'FROM python:3.11-slim-bookworm\n' + INSTALL;

function raisedTree(tree: Tree, raisePython = '3.12'): Promise<Project> {
  return readTree({ 'requirements.txt': 'a==1\n', ...tree }, { raisePython });
}

function placesOf(project: Project): readonly RuntimePlace[] {
  return project.services.flatMap(({ raised }) => raised?.places ?? []);
}

/** The file as it will be, with nothing but the places replaced. */
function moved(project: Project, path: string): string {
  const before = project.files.get(path)!.text;
  const places = placesOf(project).filter(({ span }) => span.file === path);
  const own = [...new Map(places.map((place) => [place.span.start, place])).values()].sort(
    (a, b) => b.span.start - a.span.start,
  );
  return own.reduce((text, { span, from, to }) => {
    expect(text.slice(span.start, span.end)).toBe(from);
    return text.slice(0, span.start) + to + text.slice(span.end);
  }, before);
}

function refusals(project: Project): readonly string[] {
  return placesOf(project).flatMap(({ span, refused }) =>
    refused === null ? [] : [`${span.file}:${span.line}: ${refused}`],
  );
}

async function usage(tree: Tree, options: Parameters<typeof readTree>[1]): Promise<string> {
  const thrown: unknown = await readTree({ 'requirements.txt': 'a\n', ...tree }, options).catch(
    (error: unknown) => error,
  );
  if (!(thrown instanceof UserFacingError) || thrown.code !== 'usage') throw new Error('no usage error');
  return thrown.message;
}

describe('a Dockerfile that moves to Python 3.12', () => {
  it.each<[string, string, string]>([
    ['a series', 'FROM python:3.11-slim-bookworm\n', 'FROM python:3.12-slim-bookworm\n'],
    ['a patch, as precisely', 'FROM python:3.11.4-slim\n', 'FROM python:3.12.13-slim\n'],
    [
      'a patch on a release that no new patch is built on',
      'FROM python:3.11.4-slim-bullseye\n',
      'FROM python:3.12-slim-bullseye\n',
    ],
    ['a patch on a named Alpine', 'FROM python:3.11.4-alpine3.18\n', 'FROM python:3.12-alpine3.18\n'],
    [
      'behind a registry, with a platform and a name',
      'from --platform=linux/amd64 mirror.example:5000/library/python:3.11 as base\n',
      'from --platform=linux/amd64 mirror.example:5000/library/python:3.12 as base\n',
    ],
    [
      'the default of an argument',
      'ARG PYTHON_VERSION="3.11"\nFROM python:${PYTHON_VERSION}-slim\n',
      'ARG PYTHON_VERSION="3.12"\nFROM python:${PYTHON_VERSION}-slim\n',
    ],
    [
      'an argument that two stages and a tool share, once',
      'ARG PYTHON_VERSION=3.11.4\nFROM python:$PYTHON_VERSION-bullseye AS a\nFROM python:${PYTHON_VERSION}-bullseye\nARG PYTHON_VERSION\n',
      'ARG PYTHON_VERSION=3.12\nFROM python:$PYTHON_VERSION-bullseye AS a\nFROM python:${PYTHON_VERSION}-bullseye\nARG PYTHON_VERSION\n',
    ],
    [
      'an argument within an argument',
      'ARG V=3.11.4\nARG IMAGE=python:$V-slim\nFROM ${IMAGE}\n',
      'ARG V=3.12.13\nARG IMAGE=python:$V-slim\nFROM ${IMAGE}\n',
    ],
    ['the fallback of a reference', 'FROM python:${V:-3.11}-slim\n', 'FROM python:${V:-3.12}-slim\n'],
    [
      'an image of another builder',
      'FROM ubi.example/ubi9/python-311:1\n',
      'FROM ubi.example/ubi9/python-312:1\n',
    ],
    ['a function', 'FROM public.example/lambda/python:3.11\n', 'FROM public.example/lambda/python:3.12\n'],
    ['after a byte order mark, with CRLF', '\uFEFFFROM python:3.11\r\n', '\uFEFFFROM python:3.12\r\n'],
  ])('%s', async (_, before, after) => {
    const project = await raisedTree({ Dockerfile: before + INSTALL });
    expect(refusals(project)).toEqual([]);
    expect(moved(project, 'Dockerfile')).toBe(after + INSTALL);
  });

  it('moves builder and final stage, tests on the same Python, and the paths that bear its name', async () => {
    const stages = (v: string, other: string): string =>
      [
        `FROM python:${v} AS builder`,
        `ENV UV_PYTHON=${v} PYTHON_VERSION=${v}`,
        'COPY requirements.txt .',
        `RUN python${v} -m pip install -r requirements.txt # python3.11-dev`,
        `FROM python:${v}-slim`,
        '# /usr/local/lib/python3.11/site-packages',
        `COPY --from=builder /usr/local/lib/python${v}/site-packages /usr/local/lib/python${v}/site-packages`,
        `FROM python:${v}-slim AS test`,
        `FROM python:${other}-slim AS docs`,
        'FROM node:20 AS test-frontend',
        '',
      ].join('\n');
    const project = await raisedTree({ Dockerfile: stages('3.11', '3.9') });
    expect(refusals(project)).toEqual([]);
    expect(moved(project, 'Dockerfile')).toBe(stages('3.12', '3.9'));
  });

  it('has the C library of the image that it moves to', async () => {
    const project = await raisedTree({ Dockerfile: 'FROM python:3.11.3-slim\n' + INSTALL });
    const [target] = project.services[0]!.targets;
    expect(targetText(target!)).toBe('CPython 3.12.13, linux/x86_64, glibc 2.41');
    expect(target!.readFrom).toEqual([
      'raised from 3.11.3, Dockerfile:1 ("3.12.13-slim" taken as Debian 13)',
      'assumed: x86_64',
    ]);
  });

  it.each<[string, string, RegExp]>([
    [
      'a digest',
      'FROM python:3.11-slim@sha256:0123\n',
      /^Dockerfile:1: .*digest of another has to be looked up$/,
    ],
    [
      'distroless',
      'FROM gcr.example/distroless/python3-debian12\n',
      /does not say its Python: move it by hand$/,
    ],
    [
      'the Python of a distribution',
      'FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y python3\n',
      /"ubuntu:22.04" has its Python 3.10 from a package: move it by hand$/,
    ],
    ['a release that it is not built on', 'FROM python:3.11-slim-buster\n', /not built on Debian 10/],
    ['an old Alpine', 'FROM python:3.11-alpine3.15\n', /not built on Alpine 3.15/],
    ['a version in pieces', 'ARG N=11\nFROM python:3.${N}-slim\n', /not written in one piece/],
  ])('refuses %s', async (_, from, sentence) => {
    const project = await raisedTree({ Dockerfile: from + INSTALL });
    expect(refusals(project)).toEqual([expect.stringMatching(sentence)]);
    expect(project.services[0]!.targets[0]!.runtime.version).toBe('3.12');
  });

  it('refuses a final image that has to be moved by hand, while the builder could be moved', async () => {
    const Dockerfile = `FROM python:3.11 AS builder\n${INSTALL}FROM gcr.example/distroless/python3-debian12\nCOPY --from=builder /venv /venv\n`;
    const project = await raisedTree({ Dockerfile });
    expect(refusals(project)).toEqual([expect.stringMatching(/^Dockerfile:4: /)]);
  });

  it('keeps every byte around the places', async () => {
    const line = fc.constantFrom(
      '',
      '# python 3.11',
      'LABEL a="b 3.11"',
      'ENV X=3.11.4 \\',
      '  Y=2',
      'USER app',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 5 }),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('3.11-slim', '3.11.4-bookworm', '3.10', '3.9-alpine'),
        async (lines, lineEnd, tag) => {
          const text = [`FROM python:${tag}`, ...lines, ...INSTALL.split('\n')].join(lineEnd);
          const project = await raisedTree({ Dockerfile: text });
          const version = /^[\d.]+/.exec(tag)![0];
          const to = version.split('.').length === 3 ? '3.12.13' : '3.12';
          expect(moved(project, 'Dockerfile')).toBe(
            `FROM python:${tag.replace(version, to)}${text.slice(12 + tag.length)}`,
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('files that say a version', () => {
  it.each<[string, string, string]>([
    ['.python-version', '# for pyenv\n3.11.4  # patch\n3.9.1\n', '# for pyenv\n3.12.13  # patch\n3.9.1\n'],
    ['.python-version', '3.11', '3.12'],
    ['.python-version', 'cpython-3.11\n', 'cpython-3.12\n'],
    ['runtime.txt', 'python-3.11.6\r\n', 'python-3.12.13\r\n'],
    [
      'pyproject.toml',
      '[project]\nrequires-python = ">=3.10, <3.12" # why\n',
      '[project]\nrequires-python = ">=3.10, <3.13" # why\n',
    ],
    ['pyproject.toml', "project.requires-python = '==3.11.*'\n", "project.requires-python = '==3.12.*'\n"],
    [
      'pyproject.toml',
      '[project]\nrequires-python = "~=3.11.2"\n',
      '[project]\nrequires-python = "~=3.12.0"\n',
    ],
    ['pyproject.toml', '[project]\nrequires-python = ">=3.9"\n', '[project]\nrequires-python = ">=3.9"\n'],
    [
      'pyproject.toml',
      '[tool.poetry.dependencies]\npython = "~3.11"\n',
      '[tool.poetry.dependencies]\npython = "~3.12"\n',
    ],
    [
      'pyproject.toml',
      '[tool.poetry.dependencies]\npython = "^3.11"\n',
      '[tool.poetry.dependencies]\npython = "^3.11"\n',
    ],
    [
      'pyproject.toml',
      '[tool.poetry]\ndependencies = { python = "3.11.*" }\n',
      '[tool.poetry]\ndependencies = { python = "3.12.*" }\n',
    ],
  ])('%s beside a Dockerfile: %j', async (path, before, after) => {
    const project = await raisedTree({ Dockerfile: SAID, [path]: before });
    expect(refusals(project)).toEqual([]);
    expect(moved(project, 'Dockerfile')).toBe(SAID.replace('3.11', '3.12'));
    expect(moved(project, path)).toBe(after);
  });

  it('are enough where there is no Dockerfile, and are looked for in the folders above', async () => {
    const project = await readTree(
      { 'api/requirements.txt': 'a\n', '.python-version': '3.11\n' },
      { raisePython: '3.12' },
    );
    expect(moved(project, '.python-version')).toBe('3.12\n');
    expect(project.services[0]!.targets[0]!.readFrom[0]).toBe('raised from 3.11, .python-version:1');
  });

  it.each<[string, string, RegExp]>([
    ['pyproject.toml', '[project]\nrequires-python = ">=3.9,!=3.12.*"\n', /leaves Python 3.12 out/],
    ['.python-version', 'pypy3.10\n', /names pypy, not CPython/],
  ])('%s refuses %j', async (path, text, sentence) => {
    const project = await raisedTree({ Dockerfile: SAID, [path]: text });
    expect(refusals(project)).toEqual([expect.stringMatching(sentence)]);
  });

  it('refuses a range that would be read as another Python', async () => {
    const project = await raisedTree({ 'pyproject.toml': '[project]\nrequires-python = ">=3.9"\n' }, '3.13');
    expect(refusals(project)).toEqual([expect.stringMatching(/read as Python 3.12, not 3.13/)]);
  });

  it('refuses a whole version where the newest patch is not known', async () => {
    const tree = { Dockerfile: SAID, 'runtime.txt': 'python-3.11.6\n' };
    expect(refusals(await raisedTree(tree, '3.15'))).toEqual([
      expect.stringMatching(/^runtime.txt:1: the newest patch of Python 3.15 is not known/),
    ]);
    expect(moved(await raisedTree(tree, '3.15.2'), 'runtime.txt')).toBe('python-3.15.2\n');
  });
});

describe('services on several Pythons', () => {
  const tree = {
    'api/requirements.txt': 'a\n',
    'api/Dockerfile': 'FROM python:3.10\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
    'worker/requirements.txt': 'a\n',
    'worker/Dockerfile': 'FROM python:3.13\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
    '.python-version': '3.13\n',
  };

  it('move only as far as they are older', async () => {
    const project = await readTree(tree, { raisePython: '3.12' });
    expect(
      project.services.map(({ targets, raised }) => [targets[0]!.runtime.version, raised?.from]),
    ).toEqual([
      ['3.12', ['3.10']],
      ['3.13', undefined],
    ]);
    expect(placesOf(project).map(({ span }) => span.file)).toEqual(['api/Dockerfile']);
  });

  it('read nothing more where nothing is raised', async () => {
    const project = await readTree({ ...tree, '.python-version': '3.9\n' });
    expect(project.services.every((service) => !('raised' in service))).toBe(true);
    expect(project.files.has('.python-version')).toBe(false);
  });
});

describe('--raise-python is refused', () => {
  it.each<[string, Tree, Parameters<typeof readTree>[1], RegExp]>([
    ['downwards', { Dockerfile: SAID }, { raisePython: '3.9' }, /3\.9 is not newer than 3\.11$/],
    ['where it is so already', { Dockerfile: SAID }, { raisePython: '3.11.9' }, /is not newer than 3\.11$/],
    ['where no file says a Python', {}, { raisePython: '3.13' }, /no file says which Python/],
    [
      'for what is no release',
      { Dockerfile: SAID },
      { raisePython: '3.15a1' },
      /names no release of Python$/,
    ],
    [
      'for another implementation',
      { Dockerfile: SAID },
      { raisePython: 'pypy3.12' },
      /no release of Python$/,
    ],
    [
      'beside --python',
      { Dockerfile: SAID },
      { raisePython: '3.12', targets: { python: ['3.11'], platform: [] } },
      /cannot be given together$/,
    ],
  ])('%s', async (_, tree, options, message) => {
    expect(await usage(tree, options)).toMatch(message);
  });
});
