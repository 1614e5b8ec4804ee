/** A published schema lets fields be added; in this copy none may be that it does not tell. */
export function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]));
  return 'required' in inner ? { ...inner, additionalProperties: false } : inner;
}
