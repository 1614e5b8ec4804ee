import { parsePlatform } from '../../../src/read/manifests/platform.ts';
import { MARKER_VARIABLES, parseMarker } from '../../../src/read/ecosystems/pypi/marker.ts';
import { appliesOn } from '../../../src/read/ecosystems/pypi/marker-evaluation.ts';
import { parseName, normalizeName } from '../../../src/read/ecosystems/pypi/name.ts';
import { parseRequirement } from '../../../src/read/ecosystems/pypi/requirement.ts';
import { parseRuntime } from '../../../src/read/ecosystems/pypi/runtime.ts';
import { parseSdistFilename } from '../../../src/read/ecosystems/pypi/sdist-filename.ts';
import {
  contains,
  mentionsPrerelease,
  parseSpecifier,
  pinnedVersion,
} from '../../../src/read/ecosystems/pypi/specifier.ts';
import type { PypiSpecifier } from '../../../src/read/ecosystems/pypi/specifier.ts';
import { narrowSpecifier } from '../../../src/read/ecosystems/pypi/specifier-narrow.ts';
import { rewriteSpecifier } from '../../../src/read/ecosystems/pypi/specifier-rewrite.ts';
import { isProblem } from '../../../src/read/ecosystems/pypi/syntax-problem.ts';
import { expandTags, wheelFits } from '../../../src/read/ecosystems/pypi/tag.ts';
import { conditionFor } from '../../../src/read/ecosystems/pypi/target-condition.ts';
import { compareVersions, parseVersion, publicVersion } from '../../../src/read/ecosystems/pypi/version.ts';
import type { PypiVersion } from '../../../src/read/ecosystems/pypi/version.ts';
import { parseWheelFilename } from '../../../src/read/ecosystems/pypi/wheel-filename.ts';
import { asText, broken } from '../fuzz-target.ts';
import type { FuzzTarget } from '../fuzz-target.ts';
import { MACHINES } from './test-targets.ts';

const VERSIONS = [
  '0',
  '0.9',
  '1.0',
  '1.0.1rc1',
  '1.5.post1',
  '2.0.dev3',
  '2.31.0',
  '1!1.0',
  '1.0+local.1',
  '2024.7.4',
];
const KNOWN = VERSIONS.map((text) => parseVersion(text) as PypiVersion);
const OPERATORS = ['==', '!=', '<=', '>=', '<', '>', '~=', '===', ',', '.*', '^', '~', '||', '*', ' - '];

/** A problem names a place within the text. */
function placed(problem: { readonly start: number; readonly end: number }, text: string): void {
  const { start, end } = problem;
  if (start < 0 || end < start || end > text.length + 1)
    broken('a problem stands in its text', start, end, text.length);
}

function readVersion(text: string): void {
  const version = parseVersion(text);
  if (isProblem(version)) return placed(version, text);
  const again = parseVersion(version.text);
  if (isProblem(again) || again.text !== version.text || compareVersions(again, version) !== 0)
    broken('a version reads its own text as itself', text, version.text);
  for (const other of KNOWN)
    if (Math.sign(compareVersions(version, other)) !== -Math.sign(compareVersions(other, version)))
      broken('the order is the same from both sides', version.text, other.text);
  if (publicVersion(version).text.includes('+')) broken('a public version has no local part', version.text);
}

function readSpecifier(text: string, notation?: string): void {
  const specifier = parseSpecifier(text, notation);
  if (isProblem(specifier)) return placed(specifier, text);
  const again = parseSpecifier(specifier.text, notation);
  if (isProblem(again)) return broken('a specifier reads its own text', text, specifier.text);
  for (const version of KNOWN)
    if (contains(specifier, version) !== contains(again, version))
      broken('a specifier reads its own text as itself', text, specifier.text, version.text);
  mentionsPrerelease(specifier);
  const pin = pinnedVersion(specifier);
  if (
    pin !== null &&
    specifier.clauses.length === 1 &&
    !specifier.text.includes('===') &&
    !contains(specifier, pin)
  )
    broken('a pin admits itself', text, pin.text);
  rewritten(specifier, text);
}

function rewritten(specifier: PypiSpecifier, text: string): void {
  for (const version of KNOWN.slice(1, 4)) {
    const written = rewriteSpecifier(specifier, [version]);
    if (isProblem(parseSpecifier(written.text, specifier.notation)) || !contains(written, version))
      broken('a rewritten specifier admits what it was rewritten for', text, written.text, version.text);
  }
  if (specifier.notation !== undefined) return;
  const bound = parseSpecifier('>=1,<2') as PypiSpecifier;
  const planned = KNOWN.filter((version) => contains(specifier, version) && contains(bound, version)).sort(
    compareVersions,
  );
  if (planned.length === 0) return;
  const narrow = narrowSpecifier(specifier, bound, planned);
  if (planned.some((version) => !contains(narrow, version)))
    broken('a narrowed specifier admits what it was narrowed for', text, narrow.text);
  if (!narrow.text.includes(bound.text)) return;
  for (const version of KNOWN)
    if (contains(narrow, version) && !(contains(specifier, version) && contains(bound, version)))
      broken('a narrowed specifier admits no more', text, narrow.text, version.text);
}

function readMarker(text: string): void {
  const condition = parseMarker(text);
  if (isProblem(condition)) return placed(condition, text);
  const again = parseMarker(condition.text);
  if (isProblem(again) || JSON.stringify(again.marker) !== JSON.stringify(condition.marker))
    broken('a marker reads its own text as itself', text);
  const on = MACHINES.filter((machine) => appliesOn(condition, machine, ['dev']) === 'yes');
  const [others, made] = [MACHINES.filter((one) => !on.includes(one)), conditionFor(on, MACHINES)];
  if (
    made !== null &&
    others.some((one) => appliesOn(made, one, []) === 'yes') &&
    on.length > 0 &&
    on.length < MACHINES.length
  )
    broken('a made condition holds where it was made for alone', made.text);
}

function readRequirement(text: string): void {
  const read = parseRequirement(text);
  if (isProblem(read)) return placed(read, text);
  const { start, end } = read.specifierSpan;
  const written = text.slice(start, end);
  if (written !== read.specifier.text)
    broken('the specifier stands where it is said to', text, written, read.specifier.text);
  const again = parseRequirement(read.text);
  if (isProblem(again) || JSON.stringify(again) !== JSON.stringify(read))
    broken('a requirement reads its own text as itself', text);
  if (normalizeName(read.name) !== read.name) broken('a name is normalised once and for all', read.name);
}

function readFilename(text: string): void {
  const wheel = parseWheelFilename(text);
  if (!isProblem(wheel)) for (const machine of MACHINES) wheelFits(machine)(wheel.tags);
  else placed(wheel, text);
  expandTags(text);
  const name = parseName('some-name');
  if (typeof name === 'string') parseSdistFilename(text, name);
}

function readNames(text: string): void {
  const name = parseName(text);
  if (typeof name !== 'string') placed(name, text);
  else if (parseName(name) !== name) broken('a name reads itself as itself', text, name);
  parseRuntime(text);
  parsePlatform(text);
}

const MARKERS = [
  'python_version >= "3.8" and sys_platform == "linux"',
  "(os_name == 'nt' or platform_machine != 'x86_64') and extra == 'dev'",
  '"linux" in sys_platform or python_full_version not in "3.8.0 3.9.1"',
  'implementation_name === "cpython" and platform_release ~= "5.4"',
];
const WHEELS = [
  'numpy-1.26.4-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
  'a_b-1!2.0rc1+cpu-1abc-py2.py3-none-any.whl',
  'x-1-cp38.cp39-abi3.none-macosx_10_9_universal2.win_amd64.whl',
  'some_name-1.0.tar.gz',
  'some-name-1.0.post1.zip',
];

export const VALUE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'versions',
    seeds: [...VERSIONS, ' v1.0-ALPHA_2.post.3-dev+Ubuntu-1.0 ', '1.0-1', '1.2.3.4.5.6.7.8.9'],
    words: ['!', '+', '.post', '.dev', 'rc', 'alpha', 'c', '-', '00000000000000000001', '9'.repeat(40)],
    read: (input) => readVersion(asText(input)),
  },
  {
    name: 'specifiers',
    seeds: ['>=1.0,<2', '==1.*', '~=1.4.2, !=1.5', '===weird', '== 1.0+local ,>1', '!=2.*,>=0.dev0'],
    words: [...OPERATORS, ...VERSIONS],
    read: (input) => readSpecifier(asText(input)),
  },
  {
    name: 'poetry-constraints',
    seeds: ['^1.2.3', '~1.2 || >=3,<4', '*', '1.2.*', '>=1 <2', '^0.0.3 | ~2', '!=1.5,^1'],
    words: [...OPERATORS, ...VERSIONS],
    read: (input) => readSpecifier(asText(input), 'poetry'),
  },
  {
    name: 'markers',
    seeds: MARKERS,
    words: [
      ...MARKER_VARIABLES,
      ...OPERATORS,
      ' and ',
      ' or ',
      ' in ',
      ' not in ',
      '(',
      ')',
      '"3.9"',
      "'linux'",
      "'",
    ],
    read: (input) => readMarker(asText(input)),
  },
  {
    name: 'requirements',
    seeds: [
      'requests[security, socks]>=2.8.1,==2.8.*; python_version < "2.7"',
      'pip @ https://files.example/pip-1.3.1.zip#sha1=da9234ee ; os_name == "nt"',
      'name (>=1,<2)',
      'A._-b',
      ...MARKERS.map((marker) => `x~=1.0;${marker}`),
    ],
    words: [
      ...OPERATORS,
      ...VERSIONS,
      '[',
      ']',
      '(',
      ')',
      ';',
      ' @ ',
      'https://a.example/',
      '; extra == "x"',
    ],
    read: (input) => readRequirement(asText(input)),
  },
  {
    name: 'file-names',
    seeds: WHEELS,
    words: [
      '-',
      '.',
      '.whl',
      '.tar.gz',
      'py3',
      'none',
      'any',
      'cp312',
      'manylinux_2_17_x86_64',
      'musllinux_1_2_aarch64',
    ],
    read: (input) => readFilename(asText(input)),
  },
  {
    name: 'names',
    seeds: [
      'Django',
      'zope.interface',
      'a--b__c',
      'cpython3.12',
      'pypy3.10',
      '3.12.4',
      'linux/amd64',
      'linux/arm64/musl',
      'macos/arm64',
    ],
    words: ['linux', 'macos', 'windows', '/', 'x86_64', 'musl', 'glibc', '2.17', 'python', 'rc1'],
    read: (input) => readNames(asText(input)),
  },
];
