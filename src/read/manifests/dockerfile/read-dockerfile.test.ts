import { describe, expect, it } from 'vitest';
import { targetText } from '../../../domain/target.ts';
import { readTree, requirementsOf } from '../../../../test/projects/reading-world.ts';
import type { Tree } from '../../../../test/projects/reading-world.ts';

async function serviceOf(dockerfile: string, tree: Tree = {}) {
  const project = await readTree({ Dockerfile: dockerfile, ...tree });
  expect(project.services).toHaveLength(1);
  return project.services[0]!;
}

/** The target of a service that is installed on an image. */
async function targetOn(image: string, more = ''): Promise<{ text: string; readFrom: readonly string[] }> {
  const service = await serviceOf(`FROM ${image}\n${more}RUN pip install a==1\n`);
  return { text: targetText(service.targets[0]!), readFrom: service.targets[0]!.readFrom };
}

describe('the target, by the base image', () => {
  it.each([
    ['python:3.11-slim-bookworm', 'CPython 3.11, linux/x86_64, glibc 2.36'],
    ['python:3.12.4-bookworm', 'CPython 3.12.4, linux/x86_64, glibc 2.36'],
    ['python:3.9-slim-buster', 'CPython 3.9, linux/x86_64, glibc 2.28'],
    ['python:3.10-bullseye', 'CPython 3.10, linux/x86_64, glibc 2.31'],
    ['python:3.13-slim-trixie', 'CPython 3.13, linux/x86_64, glibc 2.41'],
    ['python:3.12-alpine3.19', 'CPython 3.12, linux/x86_64, musl 1.2.4'],
    ['python:3.12-alpine', 'CPython 3.12, linux/x86_64, musl 1.2.5'],
    ['registry.example/library/python:3.11-slim-bookworm', 'CPython 3.11, linux/x86_64, glibc 2.36'],
    [
      'registry.example:5000/mirror/python:3.11-slim-bookworm@sha256:0a',
      'CPython 3.11, linux/x86_64, glibc 2.36',
    ],
    ['--platform=linux/arm64 python:3.11-slim-bookworm', 'CPython 3.11, linux/aarch64, glibc 2.36'],
    ['--platform=$BUILDPLATFORM python:3.11-slim-bookworm', 'CPython 3.11, linux/x86_64, glibc 2.36'],
    ['registry.example/distroless/python3-debian12', 'CPython 3.11, linux/x86_64, glibc 2.36'],
    ['registry.example/astral-sh/uv:python3.12-bookworm-slim', 'CPython 3.12, linux/x86_64, glibc 2.36'],
    ['registry.example/lambda/python:3.11', 'CPython 3.11, linux/x86_64, glibc 2.26'],
    ['registry.example/lambda/python:3.12', 'CPython 3.12, linux/x86_64, glibc 2.34'],
    ['registry.example/ubi9/python-311', 'CPython 3.11, linux/x86_64, glibc 2.34'],
    ['tiangolo/uvicorn-gunicorn-fastapi:python3.11', 'CPython 3.11, linux/x86_64, glibc 2.41'],
    ['pypy-less/python:3.11-windowsservercore', 'CPython 3.11, windows/x86_64'],
  ])('reads %s', async (image, want) => {
    expect((await targetOn(image)).text).toBe(want);
  });

  it.each([
    ['python:3.12-slim', 'glibc 2.41', '"3.12-slim" taken as Debian 13'],
    ['python:3.8-slim', 'glibc 2.36', '"3.8-slim" taken as Debian 12'],
    ['python:3.6', 'glibc 2.31', '"3.6" taken as Debian 11'],
    ['python:3.12.4-slim', 'glibc 2.36', '"3.12.4-slim" taken as Debian 12'],
    ['python', 'CPython 3.14', '"latest" taken as Python 3.14'],
  ])('says what it takes %s for', async (image, part, remark) => {
    const { text, readFrom } = await targetOn(image);
    expect(text).toContain(part);
    expect(readFrom[0]).toContain(remark);
    expect(readFrom[0]).toMatch(/^Dockerfile:1 /);
    expect(readFrom.at(-1)).toBe('assumed: x86_64');
  });

  it.each([
    [
      'ubuntu:22.04',
      'RUN apt-get update && apt-get install -y python3 python3-pip\n',
      'CPython 3.10, linux/x86_64, glibc 2.35',
    ],
    [
      'ubuntu:20.04',
      'RUN apt-get install -y python3.11 python3-pip\n',
      'CPython 3.11, linux/x86_64, glibc 2.31',
    ],
    [
      'nvidia/cuda:12.1.1-runtime-ubuntu22.04',
      'RUN apt-get install -y python3-pip python3\n',
      'CPython 3.10, linux/x86_64, glibc 2.35',
    ],
    ['alpine:3.19', 'RUN apk add --no-cache python3 py3-pip\n', 'CPython 3.11, linux/x86_64, musl 1.2.4'],
  ])('takes the Python that %s installs from its packages', async (image, install, want) => {
    expect((await targetOn(image, install)).text).toBe(want);
  });

  it('assumes what an unknown image does not tell, and says both', async () => {
    const service = await serviceOf('FROM registry.example/team/base:7\nRUN pip install a==1\n');
    expect(targetText(service.targets[0]!)).toBe('CPython 3.12, linux/x86_64, glibc 2.36');
    expect(service.targets[0]!.readFrom).toEqual([
      'assumed: Python 3.12, x86_64, glibc 2.36',
      'Dockerfile:1',
    ]);
    expect(
      service.manifests[0]!.unreadable.map(({ message, at }) => [message, at.span.line, at.span.column]),
    ).toEqual([['the name of the base image "registry.example/team/base:7" does not tell its Python', 1, 6]]);
  });

  it('expands ARG defaults in FROM, also those with a fallback of their own', async () => {
    const service = await serviceOf(
      'ARG V=3.11\nFROM python:${V}-slim-${D:-bookworm}\nRUN pip install a==1\n',
    );
    expect(targetText(service.targets[0]!)).toBe('CPython 3.11, linux/x86_64, glibc 2.36');
    expect(service.targets[0]!.readFrom[0]).toBe('Dockerfile:2');
  });

  it('says an ARG without default', async () => {
    const service = await serviceOf('ARG BASE\nFROM ${BASE}\nRUN pip install a==1\n');
    expect(service.manifests[0]!.unreadable[0]!.message).toContain('variable without a default');
  });

  it('takes the stage in which pip installs what the final image gets', async () => {
    const service = await serviceOf(
      'FROM python:3.11-slim-bookworm AS build\nRUN pip install --prefix=/install a==1\n' +
        'FROM node:20 AS web\nFROM registry.example/distroless/python3-debian12\nCOPY --from=build /install /usr/local\n',
    );
    expect(service.targets[0]!.readFrom[0]).toBe('Dockerfile:1');
    expect(service.manifests[0]!.unreadable).toEqual([]);
  });

  it('says when packages are installed for another Python or C library than they run on', async () => {
    const service = await serviceOf(
      'FROM python:3.11-slim-bookworm AS build\nRUN pip install -t /p a==1\n' +
        'FROM python:3.12-alpine3.19\nCOPY --from=build /p /p\n',
    );
    expect(service.manifests[0]!.unreadable.map(({ message }) => message)).toEqual([
      'packages are installed with Python 3.11 and run with Python 3.12',
      'packages are installed for glibc and run on musl',
    ]);
  });

  it('takes the production stage where the last one is for development', async () => {
    const service = await serviceOf(
      'FROM python:3.11-slim-bookworm AS base\nRUN pip install a==1\n' +
        'FROM base AS production\nRUN pip install b==1\nFROM base AS dev\nRUN pip install c==1\n',
    );
    expect(requirementsOf(service).map(({ dependency, group }) => `${dependency.name} ${group}`)).toEqual([
      'a production',
      'b production',
      'c development',
    ]);
  });
});

describe('pip install lines', () => {
  const HEAD = 'FROM python:3.11-slim-bookworm\nENV PIN=1.5\nARG NAME=pkg\n';

  it.each<[string, string, readonly string[]]>([
    ['unquoted and quoted', 'RUN pip install a==1 \'b>=2\' "c<3"', ['a==1', 'b>=2', 'c<3']],
    ['options with values', 'RUN pip install --no-cache-dir -U -t /x --timeout 9 -q a==1', ['a==1']],
    ['letters in one word', 'RUN pip install -Uqt /x -qUt/y -Uq a==1', ['a==1']],
    ['options before install', 'RUN pip --no-cache-dir --proxy p.example install a==1', ['a==1']],
    ['python -m pip', 'RUN python3.11 -m pip install a==1', ['a==1']],
    ['a path to pip', 'RUN /opt/venv/bin/pip3 install a==1', ['a==1']],
    ['uv', 'RUN uv pip install --system --no-cache a==1', ['a==1']],
    [
      'commands in a row',
      'RUN apt-get update && pip install a==1; pip3 install b==2 || true',
      ['a==1', 'b==2'],
    ],
    [
      'continuation lines and comments',
      'RUN pip install \\\n    a==1 \\\n  # note\n\n    b==2',
      ['a==1', 'b==2'],
    ],
    ['a subshell', 'RUN (cd /x && pip install a==1)', ['a==1']],
    ['a condition', 'RUN if true; then pip install a==1; fi', ['a==1']],
    ['an assignment before', 'RUN PIP_NO_CACHE_DIR=1 pip install a==1', ['a==1']],
    ['redirections', 'RUN pip install a==1 >/dev/null 2>&1', ['a==1']],
    ['exec form', 'RUN ["pip", "install", "a==1"]', ['a==1']],
    ['exec form of a shell', 'RUN ["sh", "-c", "pip install a==1"]', ['a==1']],
    [
      'a shell within the shell',
      `RUN true && bash -lc "pip install a==1 && pip install 'b>=2'"`,
      ['a==1', 'b>=2'],
    ],
    ['a shell with options', `RUN sudo /bin/sh -e -c 'cd /x; pip install a==1'`, ['a==1']],
    ['shells within shells', `RUN sh -c "bash -c 'pip install a==1'" && pip install b==2`, ['a==1', 'b==2']],
    [
      'what no shell runs',
      'RUN echo bash -c "pip install b" && bash -c && bash script.sh -c "pip install c" && sh -c "$(cat x)"',
      [],
    ],
    [
      'extras and markers in quotes',
      `RUN pip install "a[x]==1 ; python_version > '3'"`,
      [`a[x]==1 ; python_version > '3'`],
    ],
    ['a cache mount', 'RUN --mount=type=cache,target=/root/.cache pip install a==1', ['a==1']],
    ['pip wheel and its wheels', 'RUN pip wheel -w /wheels a==1\nRUN pip install /wheels/*', ['a==1']],
    ['other commands', 'RUN echo pip install a==1 && pipx install b && pip download c', []],
  ])('reads %s', async (_, run, want) => {
    const service = await serviceOf(`${HEAD}RUN pip install first==1\n${run}\n`);
    const [first, ...rest] = requirementsOf(service);
    expect(first!.dependency.text).toBe('first==1');
    expect(rest.map(({ dependency }) => dependency.text)).toEqual(want);
    expect(rest.map(({ notEditable }) => notEditable)).toEqual(want.map(() => null));
    expect(service.manifests[0]!.unreadable).toEqual([]);
  });

  it.each<[string, string, string, string]>([
    ['a variable', 'RUN pip install a==$PIN', 'a==1.5', 'it stands behind the variable PIN'],
    [
      'a variable for the name',
      'RUN pip install "${NAME}==2"',
      'pkg==2',
      'it stands behind the variable NAME',
    ],
    ['quotes inside a word', 'RUN pip install a"=="1', 'a==1', 'shell quoting splits it'],
    ['a backslash', 'RUN pip install a\\>=1', 'a>=1', 'shell quoting splits it'],
    ['a here-document', 'RUN <<EOF\nset -e\npip install a==1\nEOF', 'a==1', 'it stands in a here-document'],
    [
      'a here-document for bash',
      'RUN bash <<EOF\npip install a==1\nEOF',
      'a==1',
      'it stands in a here-document',
    ],
  ])('does not edit %s', async (_, run, text, why) => {
    const service = await serviceOf(`${HEAD}${run}\n`);
    expect(requirementsOf(service).map((r) => [r.dependency.text, r.notEditable])).toEqual([[text, why]]);
  });

  it.each<[string, string, string]>([
    ['a command substitution', 'RUN pip install a $(cat list)', 'a command writes it'],
    ['backquotes', 'RUN pip install a `cat list`', 'a command writes it'],
    ['an unknown variable', 'RUN pip install a $PACKAGES', 'the variable PACKAGES has no value'],
    ['a redirection for want of quotes', 'RUN pip install a>=1', 'takes this for a redirection'],
    ['an unknown option', 'RUN pip install --frobnicate a', '--frobnicate is no option that is known'],
    ['a file that the build writes', 'RUN pip install a -r /tmp/made.txt', 'no file of the project is'],
    ['the project itself', 'RUN pip install a .', 'does not tell its name'],
    ['a name that is none', 'RUN pip install a "b=1"', 'expected'],
  ])('says %s', async (_, run, message) => {
    const service = await serviceOf(`${HEAD}${run}\n`);
    expect(requirementsOf(service).map(({ dependency }) => dependency.name)).toEqual(['a']);
    expect(service.manifests[0]!.unreadable).toHaveLength(1);
    expect(service.manifests[0]!.unreadable[0]!.message).toContain(message);
    expect(service.manifests[0]!.unreadable[0]!.at.span.line).toBe(4);
  });

  it('splits a variable that holds several requirements', async () => {
    const service = await serviceOf(
      'FROM python:3.11-slim\nENV PKGS="a==1 b==2"\nRUN pip install $PKGS "c==3"\n',
    );
    expect(requirementsOf(service).map(({ dependency }) => dependency.text)).toEqual([
      'a==1',
      'b==2',
      'c==3',
    ]);
  });

  it('has exact places, with a byte order mark, Windows line ends and a foreign escape character', async () => {
    const text =
      '\uFEFF# escape=`\r\nFROM python:3.11-slim\r\nRUN pip install `\r\n  "a>=1,<2" `\r\n  b==2\r\n';
    const project = await readTree({ Dockerfile: text });
    const found = requirementsOf(project.services[0]!);
    expect(found.map(({ id, span }) => [id, text.slice(span.start, span.end)])).toEqual([
      ['Dockerfile:4', 'a>=1,<2'],
      ['Dockerfile:5', 'b==2'],
    ]);
    expect(found.map(({ specifierSpan: s }) => text.slice(s.start, s.end))).toEqual(['>=1,<2', '==2']);
  });

  it('takes index options of the install', async () => {
    const service = await serviceOf(
      'FROM python:3.11-slim\nRUN pip install torch==2.1.0 --index-url https://index.example/cpu --pre\n',
    );
    expect(service.manifests[0]!.indexOptions).toMatchObject({
      indexUrl: 'https://index.example/cpu',
      pre: true,
    });
  });

  const NO_INDEX = 'RUN pip install --no-index --find-links=/wheels a==1\n';
  const BUILDER = 'FROM python:3.11-slim AS build\nRUN pip wheel -w /wheels a==1\n';

  it('looks behind the wheels that an earlier stage made', async () => {
    const service = await serviceOf(
      `${BUILDER}FROM python:3.11-slim\nCOPY --from=build /wheels /wheels\n${NO_INDEX}`,
    );
    const [{ indexOptions, unreadable }] = service.manifests as [(typeof service.manifests)[0]];
    expect(indexOptions).toMatchObject({ noIndex: false, findLinks: [] });
    expect(unreadable).toEqual([]);
  });

  it('says that a folder of the image is unknown, and reads one of the repository', async () => {
    const [unknown] = (await serviceOf(`FROM python:3.11-slim\n${NO_INDEX}`)).manifests;
    expect(unknown!.indexOptions).toMatchObject({ noIndex: false, findLinks: [] });
    expect(unknown!.unreadable.map(({ message, at }) => [message, at.span.line])).toEqual([
      ['what stands in this folder of the image is unknown; the index is asked in its place', 2],
    ]);
    const own = await serviceOf(
      'FROM python:3.11-slim\nCOPY wheels wheels\nRUN pip install --no-index -f wheels a==1\n',
      { 'wheels/a-1-py3-none-any.whl': '' },
    );
    expect(own.manifests[0]!.indexOptions).toMatchObject({ noIndex: true, findLinks: ['wheels'] });
    expect(own.manifests[0]!.unreadable).toEqual([]);
  });

  it('counts a stage whose packages never reach the image as development', async () => {
    const service = await serviceOf(
      'FROM python:3.11-slim AS export\nRUN pip install poetry==1.8\n' +
        'FROM python:3.11-slim\nCOPY --from=export /requirements.txt .\nRUN pip install a==1\n',
    );
    expect(requirementsOf(service).map(({ dependency, group }) => `${dependency.name} ${group}`)).toEqual([
      'poetry development',
      'a production',
    ]);
  });
});

describe('the requirements files that an image installs', () => {
  const TREE = { 'backend/requirements.txt': 'a==1\n', 'backend/app/main.py': '' };
  const FROM = 'FROM python:3.11-slim-bookworm\nWORKDIR /app\n';

  it.each<[string, string, string]>([
    ['a copied file', 'Dockerfile', 'COPY backend/requirements.txt .\nRUN pip install -r requirements.txt'],
    [
      'a renamed file',
      'Dockerfile',
      'COPY backend/requirements.txt /tmp/r.txt\nRUN pip install -r /tmp/r.txt',
    ],
    ['a copied folder', 'Dockerfile', 'COPY backend/ /srv/\nRUN pip install -r /srv/requirements.txt'],
    ['the whole context', 'Dockerfile', 'COPY . .\nRUN pip install -r backend/requirements.txt'],
    [
      'letters before -r',
      'Dockerfile',
      'COPY backend/requirements.txt .\nRUN pip install -qUr requirements.txt',
    ],
    ['letters at -r', 'Dockerfile', 'COPY backend/requirements.txt .\nRUN pip install -Urrequirements.txt'],
    ['cd before pip', 'Dockerfile', 'COPY . .\nRUN cd backend && pip install -r requirements.txt'],
    ['a pattern', 'backend/Dockerfile', 'COPY requirements*.txt ./\nRUN pip install -r requirements.txt'],
    [
      'the folder of the Dockerfile',
      'backend/Dockerfile',
      'ADD requirements.txt .\nRUN pip install -r requirements.txt',
    ],
    [
      'the root as context',
      'backend/Dockerfile',
      'COPY backend/requirements.txt .\nRUN pip install -r requirements.txt',
    ],
    [
      'a Dockerfile in a folder for it',
      'deploy/docker/api.Dockerfile',
      'COPY backend/requirements.txt .\nRUN pip install -r requirements.txt',
    ],
    [
      'a bind mount',
      'Dockerfile',
      'RUN --mount=type=bind,source=backend/requirements.txt,target=r.txt pip install -r r.txt',
    ],
    ['a variable', 'Dockerfile', 'ARG F=backend/requirements.txt\nCOPY $F r.txt\nRUN pip install -r r.txt'],
    [
      'the JSON form',
      'Dockerfile',
      'COPY ["backend/requirements.txt", "./"]\nRUN pip install -r requirements.txt',
    ],
    [
      'another stage',
      'Dockerfile',
      'COPY backend/requirements.txt /r.txt\nFROM python:3.11-slim-bookworm\nCOPY --from=0 /r.txt /x/\nRUN pip install -r /x/r.txt',
    ],
    [
      'uv pip sync',
      'Dockerfile',
      'COPY backend/requirements.txt .\nRUN uv pip sync --system requirements.txt',
    ],
  ])('are found by %s', async (_, path, rest) => {
    const project = await readTree({ ...TREE, [path]: `${FROM}${rest}\n` });
    expect(project.services.map(({ name }) => name)).toEqual(['backend']);
    const [service] = project.services;
    expect(service!.manifests.map((manifest) => manifest.path)).toContain('backend/requirements.txt');
    expect(service!.manifests.flatMap(({ unreadable }) => unreadable)).toEqual([]);
    expect(targetText(service!.targets[0]!)).toBe('CPython 3.11, linux/x86_64, glibc 2.36');
  });

  it('take -c as constraints', async () => {
    const project = await readTree({
      ...TREE,
      'backend/constraints.txt': 'b<2\n',
      Dockerfile: `${FROM}COPY backend/*.txt ./\nRUN pip install -c constraints.txt -r requirements.txt\n`,
    });
    expect(requirementsOf(project.services[0]!).map((r) => `${r.dependency.text} ${r.role}`)).toEqual([
      'a==1 requirement',
      'b<2 constraint',
    ]);
  });

  it('count where they install by name alone under constraints', async () => {
    const service = await serviceOf(`${FROM}COPY pins.txt ./\nRUN pip install -c pins.txt a\n`, {
      'pins.txt': 'b<2\n',
    });
    expect(requirementsOf(service).map((r) => `${r.dependency.text} ${r.role}`)).toEqual([
      'a requirement',
      'b<2 constraint',
    ]);
  });
});

describe('a hostile Dockerfile', () => {
  it.each([
    [
      'a stage that copies from itself',
      'FROM a AS x\nCOPY --from=x /r.txt /r.txt\nRUN pip install a==1 -r /r.txt\n',
    ],
    ['a stage that is built on itself', 'FROM x AS x\nRUN pip install a==1\n'],
    ['an open quote', 'FROM a\nRUN pip install a==1 "b\n'],
    ['an open substitution', 'FROM a\nRUN pip install a==1 $(b\n'],
    ['an open here-document', 'FROM a\nRUN pip install a==1\nRUN <<EOF\npip install b\n'],
    ['stars', `FROM a\nCOPY ${'*a'.repeat(2000)} /x/\nRUN pip install a==1 -r /x/${'a'.repeat(2000)}b\n`],
  ])('ends, with %s', async (_, text) => {
    const project = await readTree({ Dockerfile: text });
    expect(requirementsOf(project.services[0]!).map(({ dependency }) => dependency.name)).toContain('a');
  });
});

describe('an instruction of more flags than anybody writes', () => {
  const flags = (between: string): string =>
    Array.from({ length: 1_003 }, (_, n) => `--a${n}=b`).join(between);

  it.each([
    ['on one line', ' ', 3],
    ['on many lines', ' \\\n  ', 1003],
    ['with comments between', ' \\\n# why\n  ', 2003],
  ])('is not read to its end, and the rest of the file is: %s', async (_, between, line) => {
    const service = await serviceOf(
      `FROM python:3.11-slim-bookworm\nRUN pip install a==1\nRUN ${flags(between)} true\nRUN pip install b==2\n`,
    );
    const [{ requirements, unreadable }] = service.manifests as [(typeof service.manifests)[0]];
    expect(requirements.map(({ dependency, span }) => `${dependency.text} ${span.column}`)).toEqual([
      'a==1 17',
      'b==2 17',
    ]);
    expect(unreadable.map(({ message, at }) => `${at.span.line} ${message}`)).toEqual([
      `${line} an instruction has more than 1000 flags; those from here on are not read`,
    ]);
  });

  it('is read whole up to them', async () => {
    const few = Array.from({ length: 1_000 }, () => '--network=none').join(' ');
    const service = await serviceOf(`FROM python:3.11-slim-bookworm\nRUN ${few} pip install a==1\n`);
    expect(service.manifests[0]!.unreadable).toEqual([]);
    expect(service.manifests[0]!.requirements).toHaveLength(1);
  });
});

describe('a file of more than anybody writes', () => {
  it('is not read past its thousandth instruction, and that is told', async () => {
    const before = `FROM python:3.11-slim-bookworm\nRUN pip install a==1\n${'COPY a b\n'.repeat(998)}`;
    const { requirements, unreadable } = (await serviceOf(`${before}RUN pip install b==2\n`)).manifests[0]!;
    expect(requirements.map(({ dependency }) => dependency.text)).toEqual(['a==1']);
    expect(unreadable.map(({ message, at }) => `${at.span.line} ${message}`)).toEqual([
      '1001 the file has more than 1000 instructions; those from here on are not read',
    ]);
    const whole = await serviceOf(before);
    expect(whole.manifests[0]!.unreadable).toEqual([]);
  });

  it('has no variables that double without end: what they come to is unknown', async () => {
    const text = `FROM python:3.11-slim-bookworm\nENV A=x\n${'ENV A=$A$A\n'.repeat(60)}RUN pip install $A b==2\n`;
    const { requirements, unreadable } = (await serviceOf(text)).manifests[0]!;
    expect(requirements.map(({ dependency }) => dependency.text)).toEqual(['b==2']);
    expect(unreadable.map(({ message, at }) => `${at.span.line} ${message}`)).toEqual([
      '63 what pip gets here is unknown: the variable A has no value in this file',
    ]);
  });

  it.each([
    [
      'variables that are named again and again',
      `ENV A=${'x'.repeat(50_000)}\nRUN ${'echo $A; '.repeat(100)}`,
    ],
    [
      'variables that hold for many commands',
      `ENV ${Array.from({ length: 5_000 }, (_, n) => `A${n}=1`).join(' ')}\n${'RUN true\n'.repeat(900)}RUN true; `,
    ],
  ])('is read without %s, and that is told', async (_, text) => {
    const { requirements, unreadable } = (
      await serviceOf(`FROM python:3.11-slim-bookworm\n${text}pip install b==2\n`)
    ).manifests[0]!;
    expect(requirements.map(({ dependency }) => dependency.text)).toEqual(['b==2']);
    expect(unreadable.map(({ message, at }) => `${at.span.line} ${message}`)).toEqual([
      '1 the variables of the file come to too much to be read; some are taken as unknown',
    ]);
  });
});

describe('variables of the image that are options of its installs', () => {
  const tree = { 'requirements.txt': 'a>=1\n', 'constraints.txt': 'b<2\n', 'more.txt': 'c<3\n' };
  const COPIED = 'FROM python:3.11-slim-bookworm\nWORKDIR /srv\nCOPY *.txt ./\n';
  const read = (dockerfile: string) => serviceOf(COPIED + dockerfile, tree);
  const constraintsOf = (service: Awaited<ReturnType<typeof read>>): readonly string[] =>
    requirementsOf(service).flatMap(({ role, dependency }) =>
      role === 'constraint' ? [dependency.text] : [],
    );

  it.each([
    ['ENV for pip', 'ENV PIP_CONSTRAINT=/srv/constraints.txt\nRUN pip install -r requirements.txt', ['b<2']],
    ['several files', 'ENV PIP_CONSTRAINT="constraints.txt more.txt"\nRUN pip install a', ['b<2', 'c<3']],
    ['an ARG with a default', 'ARG PIP_CONSTRAINT=more.txt\nRUN pip install a', ['c<3']],
    ['an ARG without one', 'ARG PIP_CONSTRAINT\nRUN pip install a', []],
    ['one that comes too late', 'RUN pip install a\nENV PIP_CONSTRAINT=more.txt', []],
    ['that of the command alone', 'RUN PIP_CONSTRAINT=more.txt pip install a', ['c<3']],
    ['ENV for uv', 'ENV UV_CONSTRAINT=more.txt\nRUN uv pip install --system a', ['c<3']],
    ["uv's, which pip does not hear", 'ENV UV_CONSTRAINT=more.txt\nRUN pip install a', []],
    ["pip's, which uv does not hear", 'ENV PIP_CONSTRAINT=more.txt\nRUN uv pip install --system a', []],
  ])('%s gives constraints', async (_, dockerfile, want) => {
    const service = await read(`${dockerfile}\n`);
    expect(constraintsOf(service)).toEqual(want);
  });

  it.each([
    [
      'an index',
      'ENV PIP_INDEX_URL=https://own.example/simple\nRUN pip install a',
      'https://own.example/simple',
    ],
    [
      'an index, where the command names none of its own',
      'ENV PIP_INDEX_URL=https://own.example/simple\nRUN pip install -i https://index.example/cpu a',
      'https://index.example/cpu',
    ],
  ])('are %s', async (_, dockerfile, indexUrl) => {
    const { manifests } = await read(`${dockerfile}\n`);
    expect(manifests.find(({ kind }) => kind === 'dockerfile')!.indexOptions.indexUrl).toBe(indexUrl);
  });

  it('are switches, on or off', async () => {
    const optionsOf = async (env: string) =>
      (await read(`ENV ${env}\nRUN pip install a\n`)).manifests.find(({ kind }) => kind === 'dockerfile')!
        .indexOptions;
    expect(await optionsOf('PIP_PRE=1 PIP_NO_INDEX=0')).toMatchObject({ pre: true, noIndex: false });
    expect(await optionsOf('PIP_PRE=no PIP_NO_INDEX=true')).toMatchObject({ pre: false, noIndex: true });
  });

  it('are told where they hold what is not known, and where no file of the project is meant', async () => {
    const service = await read(
      'ENV PIP_CONSTRAINT=/etc/pins.txt\nENV PIP_EXTRA_INDEX_URL=https://${TOKEN}@own.example/simple\nRUN pip install a\n',
    );
    const told = service.manifests.flatMap(({ unreadable }) => unreadable);
    expect(told.map(({ message, at }) => `${at.span.line} ${message}`)).toEqual([
      '4 no file of the project is "/etc/pins.txt" in the image, so what it asks for is unknown',
      '5 what pip gets here is unknown: PIP_EXTRA_INDEX_URL holds a variable that is not known',
    ]);
  });
});
