import { credentialsFromNetrc } from '../../../src/io/netrc.ts';
import { readPipConfiguration } from '../../../src/read/ecosystems/pypi/pip-configuration.ts';
import { pypiRules } from '../../../src/read/ecosystems/pypi/rules.ts';
import { readUvConfiguration } from '../../../src/read/ecosystems/pypi/uv-configuration.ts';
import { readPolicy } from '../../../src/read/policy/read-policy.ts';
import { ignoredPaths } from '../../../src/ship/deployment/ignored-paths.ts';
import { readBuildFile } from '../../../src/ship/platforms/cloud-run/build-file.ts';
import { shapeFromBuildFile } from '../../../src/ship/platforms/cloud-run/shape-from-build-file.ts';
import { readServeFile } from '../../../src/show/web/serve-settings.ts';
import { filesOf, readingWorld } from '../../projects/reading-world.ts';
import { asText, broken } from '../fuzz-target.ts';
import type { FuzzTarget } from '../fuzz-target.ts';

const POLICY = `severity = "high"
strategy = "newest"
hold = ["flask<3"]
ceiling = ["django<5"]
cooldown = 7
allow = "minor"
[groups]
web = ["flask", "werkzeug"]
[[ignore]]
id = "CVE-2024-1"
reason = "not reached"
until = 2026-12-31
[run]
command = ["python", "app.py"]
[deploy]
platform = "local"
[[deploy.stages]]
name = "staging"
service = "shop"
[pr]
draft = true
`;
const SERVE = `listen = "127.0.0.1:8080"
roots = ["."]
[session]
idle = 30
[oidc]
issuer = "https://sign-in.example"
client-id = "fettle"
[roles]
viewer = ["group:all"]
approver = ["user:ann"]
`;
const PIP =
  '[global]\nindex-url = https://user:secret@index.example/simple\nextra-index-url =\n    https://a.example/simple\n    https://b.example/simple\n[install]\nno-binary = :all:\n; comment\n';
const UV =
  '[[index]]\nname = "private"\nurl = "https://index.example/simple"\ndefault = true\n[pip]\nextra-index-url = ["https://a.example"]\nno-build = true\nindex-strategy = "unsafe-best-match"\n';
const NETRC =
  'machine index.example login ann password "s e\\"cret"\ndefault login x password y\nmacdef init\ncd /x\n\nmachine b.example account q\n';
const TOML_WORDS = [
  '"',
  "'",
  '"""',
  '[',
  ']',
  '{',
  '}',
  ' = ',
  '\n',
  '__proto__',
  '[[x]]',
  '1e9',
  '2026-13-45',
  'a.b',
  '\\u0000',
  '-1',
  'inf',
  '1979-05-27T00:00:00Z',
];

function readNetrc(text: string): void {
  for (const host of ['index.example', 'b.example', 'none.example', '__proto__']) {
    const found = credentialsFromNetrc(text, host);
    if (found !== null && typeof found.username !== 'string') broken('credentials are texts');
  }
}

/** Text that a shell of Cloud Build never sees: keys, places, and what its steps deploy. */
function readBuild(text: string): void {
  const { texts } = readBuildFile(text, 'cloudbuild.yaml');
  for (const { start, end } of texts)
    if (start < 0 || end < start || end > text.length)
      broken('a text stands in its file', start, end, text.length);
  shapeFromBuildFile(text);
}

function readIgnored(text: string): void {
  const rules = ignoredPaths(text);
  for (const path of ['a', 'a/b/c.txt', 'node_modules/x/y.js', '.env', 'a'.repeat(200)]) rules.ignores(path);
}

export const SETTINGS_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'policies',
    seeds: [
      POLICY,
      'severity = "low"\n[deploy]\nplatform = "cloud-run"\nproject = "p"\nregion = "r"\n[deploy.stages.staging]\nservice = "s"\nsteps = [10, 50, 100]\ndeadlines = { build = "10m" }\n',
    ],
    words: [
      ...TOML_WORDS,
      'memory = "1Gi"',
      '[deploy.stages.x]',
      '[[deploy.stages]]',
      'steps = [',
      '"10m"',
      'until = "2026-01-01"',
    ],
    read: (input) => readPolicy('/repo', readingWorld(filesOf({ 'fettle.toml': input })), pypiRules),
  },
  {
    name: 'serve-settings',
    seeds: [SERVE],
    words: TOML_WORDS,
    read: (input) => readServeFile('serve.toml', input),
  },
  {
    name: 'pip-configurations',
    seeds: [PIP],
    words: ['[global]', '[', ']', '=', ':', '\n    ', ';', '#', '%(x)s', 'index-url', '\r'],
    read: (input) => {
      const world = readingWorld(filesOf({ '.config/pip/pip.conf': input }), { HOME: '/repo' });
      return readPipConfiguration(world, null);
    },
  },
  {
    name: 'uv-configurations',
    seeds: [UV],
    words: [...TOML_WORDS, '[[index]]', 'explicit = true'],
    read: (input) => readUvConfiguration(readingWorld(filesOf({ 'uv.toml': input })), '/repo'),
  },
  {
    name: 'netrc-files',
    seeds: [NETRC],
    words: ['machine ', 'login ', 'password ', 'macdef ', '"', '\\', '#', '\n\n', 'default ', '__proto__'],
    read: (input) => readNetrc(asText(input)),
  },
  {
    name: 'build-files',
    seeds: [
      { path: 'examples/omni-backend/cloudbuild.yaml' },
      'steps:\n- name: gcr.example/builder\n  args: &a [run, deploy, $_SERVICE, "--image=${_IMAGE:-x}"]\n- name: b\n  args: *a\n  script: |\n    echo $$HOME\nsubstitutions: {_SERVICE: shop, _N: 1}\noptions: {dynamicSubstitutions: true}\nimages: [a/b:1]\ntimeout: 600s\n',
      '{"steps":[{"name":"a","args":["x"]}]}',
    ],
    words: [
      '&a ',
      '*a',
      '<<: ',
      '- ',
      ': ',
      '? ',
      '!!binary ',
      '!!js/function ',
      '|\n  ',
      '>-\n',
      '---\n',
      '...\n',
      '${',
      '}',
      '$$',
      '__proto__: ',
      '{',
      '}',
      '[',
      ']',
      '%YAML 1.1\n',
      '"',
      "'",
      '\t',
    ],
    read: (input) => readBuild(asText(input)),
  },
  {
    name: 'ignore-files',
    seeds: ['# x\nnode_modules\n**/*.pyc\n!keep/*.py\n/a/../b\n[a-z]?.txt\n\\#x\n'],
    words: ['**', '*', '?', '[', ']', '!', '\\', '/', '../', '[^a-', '{a,b}'],
    read: (input) => readIgnored(asText(input)),
  },
];
