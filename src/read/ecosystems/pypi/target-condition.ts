import type { Target } from '../../../domain/target.ts';
import { machineOf, appliesOn, markerEnvironment } from './marker-evaluation.ts';
import { parseMarker } from './marker.ts';
import type { PypiCondition } from './marker.ts';
import { runtimeSeries } from './runtime.ts';
import { isProblem } from './syntax-problem.ts';
import { compareVersions, parseVersion } from './version.ts';
import type { PypiVersion } from './version.ts';

type Variable = 'python_version' | 'sys_platform' | 'platform_machine';

/** What may tell targets apart, fewest variables first, each in the words in which people write markers. */
const CHOICES: readonly (readonly Variable[])[] = [
  ['python_version'],
  ['sys_platform'],
  ['platform_machine'],
  ['python_version', 'sys_platform'],
  ['python_version', 'platform_machine'],
  ['sys_platform', 'platform_machine'],
  ['python_version', 'sys_platform', 'platform_machine'],
];

/**
 * The shortest marker over python_version, sys_platform and platform_machine that holds on every one of `targets` and on
 * none of `others`. Null where there are no others to tell apart, or where these variables cannot do it (targets that
 * differ in their C library alone).
 */
export function conditionFor(targets: readonly Target[], others: readonly Target[]): PypiCondition | null {
  if (targets.length === 0 || others.length === 0) return null;
  for (const variables of CHOICES) {
    const text = separating(variables, targets, others);
    if (text === null) continue;
    const condition = parseMarker(text);
    if (isProblem(condition)) continue;
    const exact =
      targets.every((target) => appliesOn(condition, target, []) === 'yes') &&
      others.every((target) => appliesOn(condition, target, []) === 'no');
    if (exact) return condition;
  }
  return null;
}

/** A target in every word that a marker has for it: its series of Python, implementation, system and machine. */
export function conditionOf(target: Target): PypiCondition {
  const environment = markerEnvironment(target);
  const [implementation, system] = [
    environment.get('implementation_name')!,
    environment.get('sys_platform')!,
  ];
  const text = [
    `implementation_name == "${implementation[0]}"`,
    `python_version == "${runtimeSeries(target.runtime)}"`,
    `sys_platform == "${system[0]}"`,
    `platform_machine == "${machineOf(target)}"`,
  ].join(' and ');
  const condition = parseMarker(text);
  if (isProblem(condition)) throw new Error(`a target that no marker can tell: ${text}`);
  return condition;
}

function valueOf(target: Target, variable: Variable): string {
  if (variable === 'python_version') return runtimeSeries(target.runtime);
  return variable === 'platform_machine' ? machineOf(target) : markerEnvironment(target).get(variable)![0]!;
}

function separating(
  variables: readonly Variable[],
  targets: readonly Target[],
  others: readonly Target[],
): string | null {
  const rows = (of: readonly Target[]): readonly (readonly string[])[] =>
    of.map((t) => variables.map((v) => valueOf(t, v)));
  const [wanted, unwanted] = [rows(targets), rows(others)];
  const taken = new Set(unwanted.map((row) => row.join('\0')));
  if (wanted.some((row) => taken.has(row.join('\0')))) return null;
  const [variable] = variables;
  if (variables.length === 1) return oneVariable(variable!, wanted.flat(), unwanted.flat());
  const terms = new Set(
    wanted.map((row) => row.map((value, i) => `${variables[i]} == "${value}"`).join(' and ')),
  );
  return terms.size === 1 ? [...terms][0]! : [...terms].map((term) => `(${term})`).join(' or ');
}

function oneVariable(variable: Variable, wanted: readonly string[], unwanted: readonly string[]): string {
  if (variable === 'python_version') return pythonRange(wanted, unwanted);
  const [values, avoided] = [[...new Set(wanted)].sort(), [...new Set(unwanted)]];
  if (values.length > 1 && avoided.length === 1) return `${variable} != "${avoided[0]}"`;
  return values.map((value) => `${variable} == "${value}"`).join(' or ');
}

/** One bound where all wanted versions are on one side of the unwanted ones, else each stretch by its bounds. */
function pythonRange(wanted: readonly string[], unwanted: readonly string[]): string {
  const all = [...new Set([...wanted, ...unwanted])].map(version).sort(compareVersions);
  const isWanted = (v: PypiVersion): boolean => wanted.includes(v.text);
  const terms: string[] = [];
  for (let i = 0; i < all.length; i++) {
    if (!isWanted(all[i]!)) continue;
    const start = i;
    while (i + 1 < all.length && isWanted(all[i + 1]!)) i++;
    const lower = start === 0 ? [] : [`python_version >= "${all[start]!.text}"`];
    const upper = i + 1 === all.length ? [] : [`python_version < "${all[i + 1]!.text}"`];
    terms.push([...lower, ...upper].join(' and '));
  }
  return terms.join(' or ');
}

function version(text: string): PypiVersion {
  const parsed = parseVersion(text);
  if (isProblem(parsed)) throw new Error(`a target's series is no version: ${JSON.stringify(text)}`);
  return parsed;
}
