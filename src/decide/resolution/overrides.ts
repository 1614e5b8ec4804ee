import type { Dependency } from '../../domain/dependency.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import { placeText } from './wording.ts';

/**
 * Override lines by the package and the target on which they count: what everybody else asks of the version of such a package is
 * set aside there (uv's "override-dependencies"). The package is still asked for.
 */
export class Overrides {
  readonly #by = new Map<string, Requirement>();

  add(requirement: Requirement, targets: readonly number[]): void {
    for (const target of targets) {
      const key = keyOf(requirement.dependency.name, target);
      if (!this.#by.has(key)) this.#by.set(key, requirement);
    }
  }

  /** The override of a package on a target, or null. */
  of(name: PackageName, target: number): Requirement | null {
    return this.#by.get(keyOf(name, target)) ?? null;
  }

  /** What is left of a requirement on a target: any version where the package is overridden, and no direct reference either. */
  applied(dependency: Dependency, target: number): Dependency {
    const by = this.of(dependency.name, target);
    if (by === null) return dependency;
    const extras = dependency.extras.length === 0 ? '' : `[${dependency.extras.join(',')}]`;
    const text = `${dependency.writtenName}${extras} (overridden by ${placeText(by)})`;
    return { ...dependency, specifier: { text: '' }, url: null, text };
  }
}

function keyOf(name: PackageName, target: number): string {
  return `${target} ${name}`;
}
