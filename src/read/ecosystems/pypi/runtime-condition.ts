import type { Condition } from '../../../domain/dependency.ts';
import { parseMarker } from './marker.ts';
import { nextAfterTilde, nextBreaking } from './poetry-constraint.ts';
import type { Clause } from './specifier-clause.ts';
import type { Alternative, PypiSpecifier } from './specifier.ts';
import { isProblem } from './syntax-problem.ts';
import { versionOf } from './version.ts';
import type { VersionParts } from './version-order.ts';

/** The marker that holds where the running Python is in a range (Poetry's `python = "^3.9"` of a dependency); null: everywhere. */
export function runtimeCondition(specifier: PypiSpecifier): Condition | null {
  const { alternatives } = specifier;
  if (alternatives.some((clauses) => clauses.length === 0)) return null;
  const text =
    alternatives.length === 1 ? markerOf(alternatives[0]!) : alternatives.map(bracketed).join(' or ');
  const condition = parseMarker(text);
  if (isProblem(condition)) throw new Error(`${text} is no marker: ${condition.message}`);
  return condition;
}

function bracketed(alternative: Alternative): string {
  return `(${markerOf(alternative)})`;
}

function markerOf(alternative: Alternative): string {
  return alternative.map(clauseMarker).join(' and ');
}

/**
 * "3.8" of a range is 3.8.0, which `python_version` cannot tell from 3.8.5: the whole version is asked but where that makes
 * no difference, and for a bare "3.8", which Poetry takes for the whole series in a condition.
 */
function clauseMarker({ operator, version, prefix, literal }: Clause): string {
  if (version === null) return `python_full_version === "${literal}"`;
  const { text, parts } = version;
  const name = parts.release.length <= 2 ? 'python_version' : 'python_full_version';
  switch (operator) {
    case '^':
      return `${name} >= "${text}" and python_version < "${series(nextBreaking(parts))}"`;
    case '~':
      return `${name} >= "${text}" and python_version < "${series(nextAfterTilde(parts))}"`;
    case '>=':
    case '<':
    case '==':
      return `${name} ${operator} "${text}${prefix ? '.*' : ''}"`;
    default:
      return prefix ? `${name} ${operator} "${text}.*"` : `python_full_version ${operator} "${text}"`;
  }
}

function series(top: VersionParts): string {
  return versionOf({ ...top, release: [top.release[0]!, top.release[1] ?? '0', ...top.release.slice(2)] })
    .text;
}
