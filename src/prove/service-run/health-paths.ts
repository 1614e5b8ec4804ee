/** Where nobody names one: what frameworks and platforms mostly have, the likeliest first. */
const USUAL = ['/healthz', '/health', '/readyz', '/api/health', '/'];
const MOST = 12;
/** Texts in Python sources that read as the path of a health check, and prefixes that a router may put before it. */
const HEALTH = /["'](\/[\w/-]{0,80}?(?:health|ready|live|alive|ping|status)[\w-]{0,10})\/?["']/g;
const PREFIX = /\bprefix\s*=\s*["'](\/[\w/-]{1,80})["']/g;

/** Paths that may tell whether a service is well, from its own sources first. */
export function healthPaths(sources: Iterable<string>): readonly string[] {
  const paths = new Set<string>();
  const prefixes = new Set<string>();
  for (const text of sources) {
    for (const [, path] of text.matchAll(HEALTH)) paths.add(path!);
    for (const [, prefix] of text.matchAll(PREFIX)) prefixes.add(prefix!.replace(/\/$/, ''));
  }
  const prefixed = [...prefixes].flatMap((prefix) =>
    [...paths].filter((path) => !path.startsWith(`${prefix}/`)).map((path) => `${prefix}${path}`),
  );
  return [...new Set([...paths, ...prefixed, ...USUAL])].slice(0, MOST);
}
