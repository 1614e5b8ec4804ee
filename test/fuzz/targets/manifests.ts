import { applyEditsToFiles } from '../../../src/change/apply-edits.ts';
import { editsFor } from '../../../src/change/edits-for.ts';
import { fileBytes } from '../../../src/change/source-bytes.ts';
import { changeTo } from '../../../src/change/testing/project-from-texts.ts';
import type { Project } from '../../../src/domain/project.ts';
import type { Requirement } from '../../../src/domain/requirement.ts';
import { childProcesses } from '../../../src/io/child-processes.ts';
import { pypiRules } from '../../../src/read/ecosystems/pypi/rules.ts';
import { declaredStart } from '../../../src/read/manifests/dockerfile/declared-start.ts';
import { readProject } from '../../../src/read/manifests/read-project.ts';
import { filesOf, NO_OPTIONS, readingWorld } from '../../projects/reading-world.ts';
import type { Tree } from '../../projects/reading-world.ts';
import { asText, broken } from '../fuzz-target.ts';
import type { FuzzTarget } from '../fuzz-target.ts';

const REQUIREMENT_WORDS = [
  '==1.0',
  '>=2,<3',
  ' ; python_version < "3.9"',
  ' --hash=sha256:',
  '-r other.txt',
  '-c ',
  '-e .',
  '\\\n',
  ' # ',
  '--index-url https://u:p@index.example/simple/',
  '${VAR}',
  'git+https://git.example/x@1#egg=x',
];
const TOML_WORDS = [
  '[project]',
  '[[tool.uv.index]]',
  '"""',
  "'''",
  ' = ',
  '{',
  '}',
  '[',
  ']',
  '"a>=1"',
  '\\u00e9',
  '1979-05-27',
  'dependencies',
  'optional-dependencies',
  '__proto__',
  'a.b.c',
  '\\\n',
  '0x1F',
  'inf',
];

const BAKE_WORDS = [
  'target "app" {',
  'variable "P" {',
  'platforms = ',
  'inherits = ["app"]',
  'default = ',
  '["linux/amd64"]',
  '${',
  '$${',
  '}',
  '"',
  '<<-EOT\n',
  'EOT\n',
  '/*',
  '*/',
  '# ',
  ' ? ',
  '\\u0041',
];

const YAML_WORDS = [
  '\n  ',
  '\n    - ',
  ': ',
  '&a ',
  '*a',
  '<<: *a\n',
  '!x ',
  '|\n',
  '>-\n',
  '---\n',
  '? ',
  '# ',
  '[',
  '}',
  'platforms: ',
  '${{ matrix.a }}',
  '${A:-b}',
  'docker build --platform ',
  'matrix: {a: [1, 2]}',
  '"\\x41"',
];

/** Reads the tree as `fettle` does: twice where an edit of its first editable pin can be made. */
async function readTree(tree: Tree, runsPython = false): Promise<void> {
  const project = await projectOf(tree, runsPython);
  for (const file of project.files.values()) lossless(project, file.path, tree[file.path]);
  for (const requirement of linesOf(project)) within(requirement, project);
  for (const { manifests } of project.services)
    for (const { unreadable } of manifests)
      for (const { at, message } of unreadable)
        if (message === '' || at.span.start > at.span.end)
          broken('what is not understood is told with its place', message);
  await edited(project, tree, runsPython);
}

function projectOf(tree: Tree, runsPython: boolean): Promise<Project> {
  const world = readingWorld(filesOf({ ...tree, 'Dockerfile.other': 'FROM python:3.12\n' }), {
    PATH: process.env['PATH'],
  });
  return readProject(
    '/repo',
    runsPython ? { ...world, processes: childProcesses } : world,
    pypiRules,
    NO_OPTIONS,
  );
}

function linesOf({ services }: Project): readonly Requirement[] {
  return services.flatMap(({ manifests }) => manifests.flatMap(({ requirements }) => requirements));
}

/** What can be edited comes back as the bytes that it was, where nothing is edited. */
function lossless(project: Project, path: string, bytes: Tree[string] | undefined): void {
  const file = project.files.get(path)!;
  const editable = linesOf(project).some(
    ({ span, notEditable }) => span.file === path && notEditable === null,
  );
  if (!(bytes instanceof Uint8Array) || !editable) return;
  if (!Buffer.from(fileBytes(file, file.text)).equals(bytes))
    broken('a file that is not edited keeps its bytes', path);
}

function within({ span, specifierSpan, dependency, id }: Requirement, { files }: Project): void {
  const length = files.get(span.file)?.text.length ?? -1;
  if (span.start > span.end || span.end > length)
    broken('a requirement stands in its file', id, span, length);
  if (specifierSpan.start < span.start || specifierSpan.end > span.end)
    broken('a specifier stands in its requirement', id, dependency.text, span, specifierSpan);
}

/** An edit of one line changes that line, and no other is read otherwise than before. */
async function edited(project: Project, tree: Tree, runsPython: boolean): Promise<void> {
  const lines = linesOf(project);
  const line = lines.find(
    ({ notEditable, dependency }) =>
      notEditable === null && pypiRules.pinnedVersion(dependency.specifier) !== null,
  );
  if (line === undefined) return;
  const change = changeTo(line, '9.9.9');
  const need = { hashesOf: () => Promise.resolve([`sha256:${'d'.repeat(64)}`]), locks: [] };
  const { edits } = await editsFor(project, [change], pypiRules, need);
  const changed = applyEditsToFiles(project.files, edits);
  if (changed.length === 0) return;
  const after = await projectOf(
    { ...tree, ...Object.fromEntries(changed.map((one) => [one.path, fileBytes(one, one.after)])) },
    runsPython,
  );
  const wanted = lines.map(({ dependency }) =>
    dependency.name === line.dependency.name ? '' : dependency.text,
  );
  const read = linesOf(after).map(({ dependency }) =>
    dependency.name === line.dependency.name ? '' : dependency.text,
  );
  if (JSON.stringify(wanted) !== JSON.stringify(read))
    broken(
      'an edit of one line leaves the others',
      line.dependency.text,
      changed.map((one) => one.after),
      read,
      wanted,
    );
}

const OTHER = 'other==1.0\n';

export const MANIFEST_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'requirements-files',
    seeds: [
      { path: 'test/projects/fix/hashed/tree/requirements.txt' },
      { path: 'bench/corpus/crlf-bom-comments/files/requirements.txt' },
      { path: 'bench/corpus/freeze-by-powershell-in-utf-16/files/requirements.txt' },
      '-r other.txt\n--index-url https://user:secret@index.example/simple/\n-e ./lib\nflask==2.0 ; python_version >= "3.8" \\\n  # why\n',
      '# -*- coding: latin-1 -*-\na==1.0  # \xe9\nb[x]>=1,<2\n./folder\nhttps://files.example/c-1.0.tar.gz\n',
      '\ufeffa==1.0\r\nb==${VERSION}\r\n--find-links=/wheels --no-binary :all:\r\n',
    ],
    words: REQUIREMENT_WORDS,
    read: (input) => readTree({ 'requirements.txt': input, 'other.txt': OTHER }),
  },
  {
    name: 'pyproject-files',
    seeds: [
      { path: 'test/projects/fix/pep621/tree/pyproject.toml' },
      { path: 'test/projects/fix/poetry/tree/pyproject.toml' },
      { path: 'test/locks/poetry-2.5/pyproject.toml' },
      { path: 'test/locks/uv/pyproject.toml' },
      { path: 'test/locks/uv-workspace/pyproject.toml' },
    ],
    words: [...TOML_WORDS, ...REQUIREMENT_WORDS],
    read: (input) => readTree({ 'pyproject.toml': input, 'other.txt': OTHER }),
  },
  {
    name: 'setup-cfg-files',
    seeds: [
      { path: 'test/projects/fix/setup-cfg/tree/setup.cfg' },
      { path: 'bench/corpus/setup-cfg-ranges/files/setup.cfg' },
    ],
    words: [
      '[options]',
      'install_requires =',
      '\n    ',
      '[options.extras_require]',
      '%(x)s',
      'file: other.txt',
      'attr: x.y',
      ...REQUIREMENT_WORDS,
    ],
    read: (input) =>
      readTree(
        { 'setup.cfg': input, 'setup.py': 'import setuptools\nsetuptools.setup()\n', 'other.txt': OTHER },
        true,
      ),
  },
  {
    name: 'setup-py-files',
    seeds: [
      { path: 'test/projects/fix/setup-py/tree/setup.py' },
      'from setuptools import setup\nR = ["a==1.0", "b>=1"]\nsetup(name="x", install_requires=R + ["c"], extras_require={"dev": ["d"]})\n',
    ],
    words: [
      'setup(',
      'install_requires=',
      '["a==1.0"]',
      '**',
      '"""',
      "f'{x}'",
      '\\x41',
      '(',
      '[',
      '+ ',
      '\n    ',
      'lambda: ',
    ],
    startsProcesses: true,
    read: (input) => readTree({ 'setup.py': input }, true),
  },
  {
    name: 'pipfiles',
    seeds: [
      { path: 'test/locks/pipenv/Pipfile' },
      { path: 'test/projects/fix/pipfile/tree/Pipfile' },
      { path: 'bench/corpus/pipfile-pins/files/Pipfile' },
    ],
    words: [
      ...TOML_WORDS,
      '[packages]',
      '[dev-packages]',
      'version = "*"',
      'extras = ["x"]',
      'path = "."',
      '[[source]]',
    ],
    read: (input) => readTree({ Pipfile: input }),
  },
  {
    name: 'dockerfiles',
    seeds: [
      { path: 'test/projects/cloud-run-backend/tree/backend/Dockerfile' },
      { path: 'test/projects/fix/dockerfile/tree/Dockerfile' },
      { path: 'bench/corpus/dockerfile-pip-install/files/Dockerfile' },
      '# escape=`\nARG P=3.11\nFROM --platform=linux/arm64 python:${P:-3.12}-slim AS build\nENV A=b "C=d e"\nCOPY --from=build /x ./y\nRUN <<EOF\npip install flask==2.0 "a>=1" && echo $A\nEOF\nFROM build\nUSER 1000\nCMD ["gunicorn", "-b", ":$PORT"]\n',
    ],
    words: [
      'FROM ',
      'RUN ',
      'ARG X=',
      'COPY --from=',
      ' && ',
      ' \\\n',
      '<<EOF\n',
      'EOF\n',
      'pip install ',
      '-r requirements.txt',
      '${X:-y}',
      '["',
      '"]',
      ' | ',
      '$(',
      ')',
      ' AS ',
      "'",
      'ONBUILD ',
      'SHELL ',
      '# syntax=',
    ],
    read: (input) => readTree({ Dockerfile: input, 'requirements.txt': OTHER }),
  },
  {
    name: 'bake-files',
    seeds: [
      { path: 'bench/corpus/one-line-a-processor-onnxruntime/files/docker-bake.hcl' },
      'variable "P" {\n  default = ["linux/amd64", "${OS}/arm64"] # why\n}\nOS = "linux"\ngroup "default" { targets = ["app"] }\ntarget "_m" { platforms = P }\ntarget "app" {\n  inherits = ["_m"]\n  context = "."\n  args = { A = upper("${x("}")}") }\n  dockerfile-inline = <<-EOT\n    FROM x\n  EOT\n}\n',
      '{"variable": {"P": {"default": "linux/arm64"}}, "target": [{"app": {"inherits": ["b"], "platforms": ["${P}"]}}, {"b": {}}]}',
    ],
    words: BAKE_WORDS,
    read: (input) =>
      readTree({
        'docker-bake.hcl': input,
        'docker-bake.override.json': input,
        Dockerfile: 'FROM python:3.12-slim\nRUN pip install -r requirements.txt\n',
        'requirements.txt': OTHER,
      }),
  },
  {
    name: 'build-yaml-files',
    seeds: [
      { path: 'bench/corpus/a-workflow-for-arm-mediapipe/files/.github/workflows/release.yml' },
      'x-m: &m\n  platforms: ["linux/amd64", "linux/${A:-arm64}"]\nservices:\n  web:\n    build:\n      <<: *m\n      context: .\n    platform: linux/amd64\n',
      'variables:\n  P: linux/arm64\nimage:\n  script:\n    - cd . && docker buildx build --platform "$P" -f Dockerfile .\n    - [!reference [.x, script], "echo"]\n',
      'steps:\n  - name: x/docker\n    args: [build, "--platform=linux/amd64,${_P}", .]\n  - entrypoint: bash\n    args:\n      - -c\n      - |\n        docker build --platform linux/arm64 .\nsubstitutions: {_P: linux/arm64}\n',
    ],
    words: YAML_WORDS,
    files: 4,
    read: (input) =>
      readTree({
        'compose.yaml': input,
        '.github/workflows/a.yml': input,
        '.gitlab-ci.yml': input,
        'cloudbuild.yaml': input,
        Dockerfile: 'FROM python:3.12-slim\nRUN pip install -r requirements.txt\n',
        'requirements.txt': OTHER,
      }),
  },
  {
    name: 'declared-starts',
    seeds: [
      'FROM python:3.12\nENV PORT=8080\nWORKDIR /app\nENTRYPOINT ["python"]\nCMD exec gunicorn --bind :$PORT app:app\nEXPOSE 8080/tcp\n',
    ],
    words: ['CMD ', 'ENTRYPOINT ', '["', '"]', 'EXPOSE ', 'ENV ', '$PORT', '\\\n', 'HEALTHCHECK '],
    read: (input) => declaredStart(asText(input)),
  },
  {
    name: 'version-files',
    seeds: ['3.12.4\n', '# a comment\npypy3.10-7.3.12\n3.11\n', 'python-3.12.4\n', ' cpython-3.13.0rc1 \n'],
    words: ['3.12', 'python-', 'pypy', '\n', '#', 'rc1', ':', '3.13t'],
    read: (input) => readTree({ '.python-version': input, 'runtime.txt': input, 'requirements.txt': OTHER }),
  },
];
