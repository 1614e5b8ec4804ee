import type { Ecosystem } from '../../ecosystems/ecosystem.ts';

/**
 * A Python of the project's range, in Poetry's notation, that a package's bound (null: it has none) leaves out; null where there is none. Where one range leaves
 * the other, it does so at a version that one of them names.
 */
export function rangeOutside(
  range: string,
  bound: string | null,
  rules: Pick<Ecosystem, 'parseSpecifier' | 'parseVersion' | 'contains'>,
): string | null {
  if (bound === null) return null;
  const [project, own] = [rules.parseSpecifier(range, 'poetry'), rules.parseSpecifier(bound)];
  if ('kind' in project || 'kind' in own) return null;
  const named = `${range} ${bound}`.match(/\d+(?:\.\d+)*/g) ?? [];
  const outside = named.find((text) => {
    const version = rules.parseVersion(text);
    return !('kind' in version) && rules.contains(project, version) && !rules.contains(own, version);
  });
  return outside ?? null;
}
