import type { Target } from '../../../domain/target.ts';
import type { Decision } from '../ecosystem.ts';
import { agreement, both, either } from './decision.ts';
import type { Marker, MarkerOperator, MarkerVariable, PypiCondition } from './marker.ts';
import { memoByText } from './memo-by-text.ts';
import { normalizeName } from './name.ts';
import { fullVersions, runtimeSeries } from './runtime.ts';
import { clauseAdmits, scanClause } from './specifier-clause.ts';
import type { Clause } from './specifier-clause.ts';
import { isProblem } from './syntax-problem.ts';
import { parseVersion } from './version.ts';

/** What each variable may be on a target: one value where the target decides it, several where one of them is true, none where nothing is known. */
export type MarkerEnvironment = ReadonlyMap<MarkerVariable, readonly string[]>;

const OS_VALUES = {
  linux: { os_name: 'posix', sys_platform: 'linux', platform_system: 'Linux' },
  macos: { os_name: 'posix', sys_platform: 'darwin', platform_system: 'Darwin' },
  windows: { os_name: 'nt', sys_platform: 'win32', platform_system: 'Windows' },
} as const;

const MACHINES: Readonly<Record<Target['os'], ReadonlyMap<string, string>>> = {
  linux: new Map([
    ['amd64', 'x86_64'],
    ['arm64', 'aarch64'],
  ]),
  macos: new Map([
    ['amd64', 'x86_64'],
    ['aarch64', 'arm64'],
  ]),
  windows: new Map([
    ['x86_64', 'AMD64'],
    ['amd64', 'AMD64'],
    ['aarch64', 'ARM64'],
    ['arm64', 'ARM64'],
    ['i686', 'x86'],
  ]),
};

/** The architecture as Python's `platform.machine()` names it on that system. */
export function machineOf(target: Target): string {
  return MACHINES[target.os].get(target.architecture) ?? target.architecture;
}

/** A target in the words of PEP 508. A kernel's release and version are nothing that a target decides. */
export function markerEnvironment(target: Target): MarkerEnvironment {
  const { implementation } = target.runtime;
  const full = fullVersions(target.runtime);
  const os = OS_VALUES[target.os];
  const official = { cpython: 'CPython', pypy: 'PyPy' }[implementation];
  return new Map<MarkerVariable, readonly string[]>([
    ['python_version', [runtimeSeries(target.runtime)]],
    ['python_full_version', full],
    ['os_name', [os.os_name]],
    ['sys_platform', [os.sys_platform]],
    ['platform_system', [os.platform_system]],
    ['platform_machine', [machineOf(target)]],
    ['implementation_name', [implementation]],
    ['platform_python_implementation', official === undefined ? [] : [official]],
    ['implementation_version', implementation === 'cpython' ? full : []],
  ]);
}

/** What was decided before, on one target: for each extra ("" for none) by condition. */
interface Decided {
  readonly environment: MarkerEnvironment;
  readonly byExtra: Map<string, WeakMap<PypiCondition, Decision>>;
}

const decidedOn = new WeakMap<Target, Decided>();

/**
 * Whether a marker holds on a target for somebody who asked for `extras`: without extras it is asked once with none,
 * else once for each of them, and one that holds is enough (as pip does it). Remembered by target and condition.
 */
export function appliesOn(condition: PypiCondition, target: Target, extras: readonly string[]): Decision {
  let known = decidedOn.get(target);
  if (known === undefined) {
    known = { environment: markerEnvironment(target), byExtra: new Map() };
    decidedOn.set(target, known);
  }
  if (extras.length === 0) return forExtra(condition, known, '');
  return extras.map((extra) => forExtra(condition, known, normalizeName(extra))).reduce(either);
}

function forExtra(condition: PypiCondition, { environment, byExtra }: Decided, extra: string): Decision {
  let known = byExtra.get(extra);
  if (known === undefined) byExtra.set(extra, (known = new WeakMap()));
  const before = known.get(condition);
  if (before !== undefined) return before;
  const decision = evaluate(condition.marker, environment, extra);
  known.set(condition, decision);
  return decision;
}

/** A marker in an environment, for one extra or for none (""), in Kleene's logic. */
export function evaluate(marker: Marker, environment: MarkerEnvironment, extra: string): Decision {
  if (marker.kind === 'comparison') return compared(marker, environment, extra);
  const combine = marker.kind === 'and' ? both : either;
  return marker.parts.map((part) => evaluate(part, environment, extra)).reduce(combine);
}

/** A variable against a text, on either side. Two texts or two variables: tools differ, nothing is decided. */
function compared(
  { left, operator, right }: Extract<Marker, { kind: 'comparison' }>,
  environment: MarkerEnvironment,
  extra: string,
): Decision {
  const valuesOf = (name: MarkerVariable): readonly string[] =>
    name === 'extra' ? [extra] : (environment.get(name) ?? []);
  if (left.kind === 'variable' && right.kind === 'literal')
    return agreement(valuesOf(left.name).map((value) => compare(value, operator, right.value, left.name)));
  if (left.kind === 'literal' && right.kind === 'variable') {
    if (right.name === 'extras') return membership(left.value, operator, extra);
    return agreement(valuesOf(right.name).map((value) => compare(left.value, operator, value, right.name)));
  }
  return 'unknown';
}

function membership(name: string, operator: MarkerOperator, extra: string): Decision {
  if (operator !== 'in' && operator !== 'not in') return 'unknown';
  return decided((name === extra) === (operator === 'in'));
}

const VERSION_VARIABLES: ReadonlySet<MarkerVariable> = new Set([
  'python_version',
  'python_full_version',
  'implementation_version',
  'platform_release',
]);

const clauseOf = memoByText((text): { readonly clause: Clause | null } => {
  const clause = scanClause(text, 0);
  const whole = !isProblem(clause) && clause.literal === null && text.slice(clause.end).trim() === '';
  return { clause: whole ? clause : null };
});

/** PEP 508: by PEP 440 where the variable is a version and the right side makes a specifier, else as text. */
function compare(left: string, operator: MarkerOperator, right: string, variable: MarkerVariable): Decision {
  if (VERSION_VARIABLES.has(variable)) {
    if (operator === '===' && /^[^\s;)]+$/.test(right.trim()))
      return decided(left.toLowerCase() === right.trim().toLowerCase());
    const clause = clauseOf(operator + right).clause;
    if (clause !== null) return decided(versionHolds(left, clause));
  }
  switch (operator) {
    case 'in':
      return decided(right.includes(left));
    case 'not in':
      return decided(!right.includes(left));
    case '==':
    case '<=':
    case '>=':
      return decided(left === right);
    case '!=':
      return decided(left !== right);
    case '<':
    case '>':
      return 'no';
    case '~=':
    case '===':
      return 'unknown';
  }
}

function versionHolds(left: string, clause: Clause): boolean {
  const version = parseVersion(left);
  return !isProblem(version) && clauseAdmits(clause, version);
}

function decided(holds: boolean): Decision {
  return holds ? 'yes' : 'no';
}
