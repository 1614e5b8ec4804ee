import { describe, expect, it } from 'vitest';
import type { Tree } from '../../../../../test/projects/reading-world.ts';
import { IMAGE, built } from '../../../../../test/projects/built-for.ts';

const BOTH = ['x86_64', 'aarch64'];
const WORKFLOW = '.github/workflows/release.yml';

/** A workflow of one job: what stands beside its steps, and the steps. */
function workflow(steps: string, beside = ''): Tree {
  return {
    [WORKFLOW]: `on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n${beside}    steps:\n${steps}`,
  };
}

function action(platforms: string, more = ''): string {
  return `      - uses: docker/build-push-action@v6\n        with:\n          context: .\n${more}          platforms: ${platforms}\n`;
}

describe('the platforms of a Compose file', () => {
  it.each<[string, Tree]>([
    [
      'of its build',
      {
        'compose.yaml':
          'services:\n  web:\n    build:\n      context: .\n      platforms:\n        - linux/amd64\n        - "linux/arm64"\n',
      },
    ],
    [
      'by a merge key',
      {
        'docker-compose.yml':
          'x-build: &multi\n  platforms: [linux/amd64, linux/arm64]\nservices:\n  web:\n    build:\n      <<: *multi\n      context: ./\n',
      },
    ],
    [
      'of a service for each',
      {
        'compose.yml':
          'services:\n  a:\n    build: .\n    platform: linux/amd64\n  b:\n    build: {context: ., dockerfile: Dockerfile}\n    platform: linux/arm64\n',
      },
    ],
    [
      'in the file that overrides',
      {
        'compose.yaml': 'services:\n  web:\n    build: .\n    platform: linux/s390x\n',
        'compose.override.yaml':
          'services:\n  web:\n    build:\n      platforms: [linux/amd64, linux/arm64]\n',
      },
    ],
    [
      'by a default',
      {
        'compose.yaml':
          'services:\n  web:\n    build:\n      context: .\n      platforms: ["${ONE:-linux/amd64}", "linux/${TWO-arm64}"]\n',
      },
    ],
    [
      'in a folder, of a Dockerfile above it',
      {
        'deploy/compose.prod.yaml':
          'services:\n  web:\n    build:\n      context: ..\n      platforms: [linux/amd64, linux/arm64]\n',
      },
    ],
  ])('are targets: %s', async (_, tree) => {
    expect(await built(tree)).toMatchObject({ on: BOTH, unknown: [] });
  });

  it.each<[string, string]>([
    ['of an image that is taken', 'services:\n  db:\n    image: postgres\n    platform: linux/arm64\n'],
    ['of another folder', 'services:\n  web:\n    build: web\n    platform: linux/arm64\n'],
    [
      'of another Dockerfile',
      'services:\n  web:\n    build: {context: ., dockerfile: web/Dockerfile}\n    platform: linux/arm64\n',
    ],
    [
      'of a text',
      'services:\n  web:\n    build:\n      dockerfile_inline: FROM x\n    platform: linux/arm64\n',
    ],
    [
      'of another repository',
      'services:\n  web:\n    build: https://git.example/x.git\n    platform: linux/arm64\n',
    ],
    ['that are not told', '# platforms\nservices:\n  web:\n    build: .\n'],
  ])('are no targets of a service: those %s', async (_, text) => {
    expect(await built({ 'compose.yaml': text, 'web/Dockerfile': 'FROM nginx\n' })).toMatchObject({
      on: ['x86_64'],
      unknown: [],
    });
  });

  it.each<[string, string, string]>([
    [
      'a variable without a default',
      'services:\n  web:\n    build:\n      context: .\n      platforms: ["${P}"]\n',
      'compose.yaml:5 the platforms of service "web" cannot be known: ${P}',
    ],
    [
      'a context by a variable',
      'services:\n  web:\n    build: ${DIR}\n    platform: linux/arm64\n',
      'compose.yaml:3 which Dockerfile service "web" builds cannot be known: ${DIR}',
    ],
    [
      'a context that another service has',
      'services:\n  web:\n    extends: {file: other.yaml, service: base}\n    build:\n      platforms: [linux/arm64]\n',
      'compose.yaml:3 which Dockerfile service "web" builds cannot be known: base',
    ],
    [
      'a file that is none',
      'services: [\n# platform\n',
      'compose.yaml:3 not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'a file that is none from its first character on',
      `${']\n'.repeat(1000)}# platform\n`,
      'compose.yaml:1 not valid YAML: Unexpected flow-seq-end token in YAML document: "]"',
    ],
    [
      'a file with fault after fault: the first',
      `services: {}\n${': :\n'.repeat(1000)}# platform\n`,
      'compose.yaml:2 not valid YAML: Nested mappings are not allowed in compact mappings',
    ],
  ])('are said to be unknown: %s', async (_, text, message) => {
    expect((await built({ 'compose.yaml': text })).unknown).toEqual([message]);
  });
});

describe('the platforms of a workflow', () => {
  it.each<[string, Tree]>([
    ['of an action', workflow(action('linux/amd64,linux/arm64'))],
    ['over several lines', workflow(action('|\n            linux/amd64\n            linux/arm64\n'))],
    [
      'of a Dockerfile by name',
      workflow(action('linux/amd64, linux/arm64', '          file: ./Dockerfile\n')),
    ],
    [
      'of a matrix',
      workflow(
        action('linux/${{ matrix.arch }}'),
        '    strategy:\n      matrix:\n        arch: [amd64, arm64]\n',
      ),
    ],
    [
      'of what a matrix includes',
      workflow(
        action('${{ matrix.platform }}'),
        '    strategy:\n      matrix:\n        include:\n          - {platform: linux/amd64, runner: a}\n          - {platform: linux/arm64, runner: b}\n',
      ),
    ],
    [
      'of a matrix of tables, one of which is left out',
      workflow(
        action('${{ matrix.on.platform }}'),
        '    strategy:\n      matrix:\n        n: [1, 2]\n        on: [{platform: linux/amd64}, {platform: linux/arm64}]\n        exclude: [{n: 2}]\n',
      ),
    ],
    ['of a variable', workflow(action('${{ env.P }}'), '    env:\n      P: linux/amd64,linux/arm64\n')],
    [
      'of a command',
      workflow(
        '      - run: |\n          set -e\n          P=linux/amd64,linux/arm64\n          docker buildx build --push \\\n            --platform "$P" -t x:${{ github.sha }} .\n',
      ),
    ],
    [
      'of a command of a shell of its own',
      workflow(`      - run: bash -ec 'docker buildx build --platform "linux/amd64,linux/arm64" .'\n`),
    ],
    [
      'of a command in a folder',
      workflow(
        '      - run: cd app && sudo podman build --platform=linux/amd64 --platform=linux/arm64 -f ../Dockerfile -t x:1 ..\n',
      ),
    ],
  ])('are targets: %s', async (_, tree) => {
    expect(await built(tree)).toMatchObject({ on: BOTH, unknown: [] });
  });

  it('are told with their line', async () => {
    expect((await built(workflow(action('linux/arm64')))).from).toEqual([`${WORKFLOW}:9`]);
  });

  it.each<[string, Tree]>([
    ['of another Dockerfile', workflow(action('linux/arm64', '          file: web/Dockerfile\n'))],
    [
      'of another folder',
      workflow(
        '      - run: docker buildx build --platform linux/arm64 -t x .\n        working-directory: web\n',
      ),
    ],
    [
      'of another folder by cd',
      workflow('      - run: cd web; docker build --platform linux/arm64 -t x .\n'),
    ],
    [
      'of another action',
      workflow('      - uses: docker/setup-qemu-action@v3\n        with: {platforms: linux/arm64}\n'),
    ],
    ['of a command that builds nothing', workflow('      - run: docker pull --platform linux/arm64 x\n')],
    ['that are not told', workflow('      - uses: docker/build-push-action@v6\n# platforms\n')],
    [
      'of another job of a matrix',
      workflow(
        action('${{ matrix.platform }}', '          file: ${{ matrix.file }}\n'),
        '    strategy:\n      matrix:\n        include:\n          - {file: web/Dockerfile, platform: linux/arm64}\n          - {file: Dockerfile, platform: linux/amd64}\n',
      ),
    ],
  ])('are no targets of a service: those %s', async (_, tree) => {
    expect(await built({ ...tree, 'web/Dockerfile': 'FROM nginx\n' })).toMatchObject({
      on: ['x86_64'],
      unknown: [],
    });
  });

  it.each<[string, Tree, string]>([
    [
      'an input',
      workflow(action('${{ inputs.platforms }}')),
      `${WORKFLOW}:9 the platforms of the step "docker/build-push-action@v6" cannot be known: \${{ inputs.platforms }}`,
    ],
    [
      'a computed matrix',
      workflow(
        action('${{ matrix.p }}'),
        '    strategy:\n      matrix: ${{ fromJSON(needs.a.outputs.m) }}\n',
      ),
      `${WORKFLOW}:11 the platforms of the step "docker/build-push-action@v6" cannot be known: \${{ matrix.p }}`,
    ],
    [
      'a variable of a command',
      workflow('      - run: docker buildx build --platform $P .\n'),
      `${WORKFLOW}:6 the platforms of "docker buildx build" cannot be known: (the variable P has no value in this file)`,
    ],
    [
      'an expression in a command',
      workflow('      - run: docker buildx build --platform ${{ inputs.platforms }} .\n'),
      `${WORKFLOW}:6 the platforms of "docker buildx build" cannot be known: (the variable _inputs_platforms has no value in this file)`,
    ],
    [
      'a folder of a command',
      workflow('      - run: cd "$X" && docker buildx build --platform linux/arm64 .\n'),
      `${WORKFLOW}:6 which Dockerfile "docker buildx build" builds cannot be known: .`,
    ],
  ])('are said to be unknown: %s', async (_, tree, message) => {
    expect((await built(tree)).unknown).toEqual([message]);
  });
});

describe('the platforms of a CI', () => {
  it.each<[string, Tree]>([
    [
      'of a job of GitLab',
      {
        '.gitlab-ci.yml':
          'variables:\n  A: linux/amd64\n  B: {value: linux/arm64, description: x}\nimage:\n  script:\n    - docker info\n    - [!reference [.login, script], "docker buildx build --platform $A,${B} $CI_PROJECT_DIR"]\n',
      },
    ],
    [
      'of a step of Cloud Build',
      {
        'cloudbuild.yaml':
          'steps:\n  - name: builders.example/docker:24\n    args: [buildx, build, --platform, "linux/amd64,${_ARM}", -t, x, .]\nsubstitutions:\n  _ARM: linux/arm64\n',
      },
    ],
    [
      'of a script of Cloud Build',
      {
        'ci/cloudbuild.release.yaml':
          'steps:\n  - name: builders.example/docker\n    entrypoint: bash\n    args: ["-c", "docker buildx build --platform linux/amd64,linux/arm64 ."]\n',
      },
    ],
  ])('are targets: %s', async (_, tree) => {
    expect(await built(tree)).toMatchObject({ on: BOTH, unknown: [] });
  });

  it('are told without credentials, wherever their text is cut', async () => {
    const address = `https://x${'y'.repeat(99)}:hunter2hunter2@git.example/a.git#`;
    const text = `services:\n  web:\n    build: ${address}\${X}\n    platform: linux/arm64\n`;
    const [message] = (await built({ 'compose.yaml': text })).unknown;
    expect(message).toMatch(/…$/);
    expect(message).not.toContain('hunter');
  });

  it('give way to --platform', async () => {
    const options = { targets: { python: [], platform: ['linux/amd64'] } };
    expect(await built(workflow(action('${{ inputs.p }}')), options)).toMatchObject({
      on: ['x86_64'],
      unknown: [],
    });
  });

  it('give way to the one that the base image is taken for', async () => {
    const Dockerfile = IMAGE.replace('FROM ', 'FROM --platform=linux/amd64 ');
    expect(await built({ Dockerfile, ...workflow(action('linux/arm64')) })).toMatchObject({ on: ['x86_64'] });
  });

  it.each<[string, string]>([
    ['lists within lists', `a: platform\nb: ${'['.repeat(20_000)}`],
    ['tables within tables', `a: platform\nb: ${'{a: '.repeat(20_000)}`],
    ['quotation marks', `a: platform\nb: ${'"'.repeat(20_000)}`],
    [
      'anchors that double',
      `a0: &a0 {platform: x, y: z}\n${Array.from({ length: 60 }, (_, n) => `a${n + 1}: &a${n + 1} {l: *a${n}, r: *a${n}}\n`).join('')}`,
    ],
    [
      'lists that are named forty times in one another',
      `a0: &a0 [platform, x]\n${Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(40)}]\n`).join('')}job: {script: *a9}\n`,
    ],
    [
      'tables that take over from one another',
      `a0: &a0 {${Array.from({ length: 3_000 }, (_, n) => `k${n}: 1, `).join('')} platform: x}\n${Array.from({ length: 300 }, (_, n) => `a${n + 1}: &a${n + 1}\n  <<: *a${n}\n  l${n}: 1\n`).join('')}`,
    ],
  ])('end, whatever the file says: %s', async (_, text) => {
    const services = {
      'compose.yaml': text,
      [WORKFLOW]: text,
      '.gitlab-ci.yml': text,
      'cloudbuild.yaml': text,
    };
    expect((await built(services)).on).toEqual(['x86_64']);
  });

  const ON_ARM = 'jobs:\n  j:\n    runs-on: ubuntu-24.04-arm\n    steps:\n      - ';

  it.each<[string, string, readonly string[]]>([
    ['a command', `${ON_ARM}run: docker build -t web .\n`, ['aarch64']],
    ['an action', `${ON_ARM}uses: docker/build-push-action@v6\n`, ['aarch64']],
    ['a command that says another', `${ON_ARM}run: docker build --platform linux/amd64 .\n`, ['x86_64']],
    [
      'a runner of their own',
      `${ON_ARM}run: podman build .\n`.replace(/ubuntu.*/, '[self-hosted, Linux, ARM64]'),
      ['aarch64'],
    ],
    [
      'a group of runners',
      `${ON_ARM}run: docker build .\n`.replace(/ubuntu.*/, '{group: large, labels: arm64}'),
      ['aarch64'],
    ],
    [
      'a job for each',
      `${ON_ARM}run: docker build .\n  k:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build .\n`,
      ['aarch64', 'x86_64'],
    ],
    [
      'a matrix of runners',
      `${ON_ARM}run: docker build .\n    strategy:\n      matrix:\n        on: [ubuntu-24.04, ubuntu-24.04-arm]\n`.replace(
        /runs-on: .*/,
        'runs-on: ${{ matrix.on }}',
      ),
      BOTH,
    ],
    ['a job that builds nothing', `${ON_ARM}run: pytest\n`, ['x86_64']],
  ])('are those of the runner where nothing else is said: %s', async (_, text, on) => {
    expect(await built({ [WORKFLOW]: text })).toMatchObject({ on, unknown: [] });
  });

  it('tells where the runner is asked for', async () => {
    const { from } = await built({ [WORKFLOW]: `${ON_ARM}run: docker build .\n` });
    expect(from).toEqual([`${WORKFLOW}:3`]);
  });

  const COMMAND = 'docker buildx build --platform linux/arm64 .';
  const MATRIX = `{a: [${'1, '.repeat(16)}], b: [${'2, '.repeat(16)}]}`;

  it.each<[string, string, string]>([
    [
      'jobs of a workflow',
      WORKFLOW,
      `jobs:\n  j0: &j\n    strategy: {matrix: ${MATRIX}}\n    steps:\n${`      - run: ${COMMAND}\n`.repeat(200)}${Array.from({ length: 2_000 }, (_, n) => `  j${n + 1}: *j\n`).join('')}`,
    ],
    [
      'steps of a workflow',
      WORKFLOW,
      `x: &s {run: "${`${COMMAND}; `.repeat(200)}"}\njobs:\n  j:\n    steps:\n${'      - *s\n'.repeat(2_000)}`,
    ],
    [
      'steps that ask for nothing of the matrix',
      WORKFLOW,
      `jobs:\n  j:\n    strategy: {matrix: ${MATRIX}}\n    steps:\n${`      - run: ${COMMAND}\n`.repeat(2_000)}`,
    ],
    [
      'the labels of a runner that the matrix names',
      WORKFLOW,
      `jobs:\n  j:\n    runs-on: ["\${{ matrix.a }}", ${'of-our-own, '.repeat(20)} ubuntu-24.04-arm]\n    strategy: {matrix: ${MATRIX}}\n    steps:\n${`      - run: docker build .\n`.repeat(200)}`,
    ],
    [
      'jobs of GitLab',
      '.gitlab-ci.yml',
      `j: &j\n  script:\n${`    - ${COMMAND}\n`.repeat(2_000)}${Array.from({ length: 2_000 }, (_, n) => `j${n}: *j\n`).join('')}`,
    ],
    [
      'steps of Cloud Build',
      'cloudbuild.yaml',
      `x: &s {script: "${`${COMMAND}; `.repeat(2_000)}"}\nsteps: [${'*s, '.repeat(2_000)}]\n`,
    ],
  ])('are read once where many places share them: %s', async (_, path, text) => {
    expect(await built({ [path]: text })).toMatchObject({ on: ['aarch64'], unknown: [] });
  });

  it.each<[string, string, string]>([
    [
      'a long script in each job of a matrix',
      WORKFLOW,
      `jobs:\n  j:\n    strategy: {matrix: ${MATRIX}}\n    steps:\n      - run: "${`${COMMAND}; `.repeat(400)} \${{ matrix.a }}"\n`,
    ],
    [
      'steps that jobs of their own share',
      WORKFLOW,
      `x: &s\n${`  - run: ${COMMAND}\n`.repeat(100)}jobs:\n${Array.from({ length: 1_000 }, (_, n) => `  j${n}: {steps: *s}\n`).join('')}`,
    ],
    [
      'a matrix of very many axes',
      WORKFLOW,
      `jobs:\n  j:\n    steps: [{run: ${COMMAND}}]\n    strategy:\n      matrix:\n${Array.from({ length: 4_000 }, (_, n) => `        k${n}: [1]\n`).join('')}`,
    ],
    [
      'variables that stand for one another',
      WORKFLOW,
      `env:\n  a: platforms\n  b: "${'${{env.a}}'.repeat(300)}"\n  c: "${'${{env.b}}'.repeat(300)}"\njobs:\n  j:\n    steps: [{uses: docker/build-push-action@v6, with: {platforms: "${'${{env.c}}'.repeat(10)}"}}]\n`,
    ],
    [
      'a long variable of a shell',
      '.gitlab-ci.yml',
      `variables: {a: ${'x'.repeat(50_000)}}\nj: {script: docker build --platform linux/arm64 ${'$a '.repeat(100)} .}\n`,
    ],
    [
      'a script that jobs of GitLab share',
      '.gitlab-ci.yml',
      `x: &s\n${`  - ${COMMAND}\n`.repeat(1_000)}${Array.from({ length: 100 }, (_, n) => `j${n}: {script: *s}\n`).join('')}`,
    ],
    [
      'arguments that steps of Cloud Build share',
      'cloudbuild.yaml',
      `x: &s [build, ${'--platform, linux/arm64, '.repeat(2_000)} .]\nsteps:\n${'- {name: docker, args: *s}\n'.repeat(200)}`,
    ],
    [
      'platforms that services share',
      'compose.yaml',
      `x: &s [${'linux/arm64, '.repeat(2_000)}]\nservices:\n${Array.from({ length: 300 }, (_, n) => `  s${n}: {build: {context: ., platforms: *s}}\n`).join('')}`,
    ],
  ])('are said not to be read where they come to too much: %s', async (_, path, text) => {
    expect(await built({ [path]: text })).toMatchObject({
      on: ['x86_64'],
      unknown: [`${path}:1 aliases, matrices and variables of the file come to too much to be read`],
    });
  });

  it('are one target each, however often they are said', async () => {
    const services = Array.from({ length: 300 }, (_, n) => `  s${n}: {build: ., platform: *s}\n`).join('');
    const text = `x: &s "${'linux/arm64,linux/amd64,'.repeat(500)}"\nservices:\n${services}`;
    expect(await built({ 'compose.yaml': text })).toMatchObject({
      on: ['aarch64', 'x86_64'],
      from: ['compose.yaml:1', 'compose.yaml:1'],
      unknown: [],
    });
  });

  it('are unknown where an expression is a path that leads too far', async () => {
    const path = `\${{ matrix${'.a'.repeat(200_000)} }}`;
    const text = workflow(action(`"${path}"`), `    strategy: {matrix: ${MATRIX}}\n`);
    expect((await built(text)).unknown).toEqual([
      expect.stringContaining('the platforms of the step "docker/build-push-action@v6" cannot be known'),
    ]);
  });
});
