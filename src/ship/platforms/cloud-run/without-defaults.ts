/**
 * What somebody has set of a message that was read: the clients give unset fields as empty texts, zeros and unspecified enums, which the
 * service would take for values when they are sent back. A message within stays where it is empty: that it is there says which kind.
 */
export function withoutDefaults<T extends object>(message: T): T {
  const kept = Object.entries(message).flatMap(([key, value]) => {
    if (isDefault(value)) return [];
    return [[key, cleaned(value)] as const];
  });
  return Object.fromEntries(kept) as T;
}

function isDefault(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === 0 || value === false) return true;
  if (typeof value === 'string') return value.endsWith('_UNSPECIFIED');
  return Array.isArray(value) && value.length === 0;
}

function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  return typeof value === 'object' && value !== null ? withoutDefaults(value) : value;
}
