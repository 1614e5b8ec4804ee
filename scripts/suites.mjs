/** The suites that a run's minutes are told by: the first pattern that fits a test file, from the repository's root, names its suite. */
const SUITES = [
  ['live index', /^test\/live\/(case|flask-14|prove|unreachable|accepted-by-tools|lock-tools)/],
  ['conformance and corpus', /^test\/(conformance|oracle|corpus)|^test\/live\/(corpus|uv-agreement)/],
  [
    'verify and image',
    /^test\/(prove|live\/(verify|install|matrix)|cli\/(verify|evidence))|^src\/prove|^test\/faults\/(install|hostile-code)/,
  ],
  [
    'engine and rollout',
    /^src\/ship|^test\/(live\/deploy|cli\/deploy)|^test\/contract\/(cloud-run|engine|google|platform)|^test\/faults\/(analysis|engine|local-platform|proxy|rollout)|^test\/property\/analysis/,
  ],
  [
    'pages and formats',
    /^src\/show|^test\/(browser|web|formats)|^test\/cli\/(formats|mcp|pr)\b|^test\/contract\/forges/,
  ],
  ['hostile world', /^test\/(faults|fuzz)/],
  ['scenarios and property', /^test\/(scenarios|property|golden)/],
  [
    'files and matrix',
    /^src\/change|^src\/read\/manifests|^test\/(projects|locks)|^test\/cli\/(matrix|raise-python)/,
  ],
  ['unit and command', /./],
];

/**
 * The minutes of a run by suite. `files`: paths from the root with the seconds that a worker spent on each; `wallSeconds`: of the whole run, which
 * is shared out, since workers run side by side.
 */
export function minutesBySuite(files, wallSeconds) {
  const seconds = new Map(SUITES.map(([name]) => [name, 0]));
  for (const { path, spent } of files) {
    const [name] = SUITES.find(([, pattern]) => pattern.test(path));
    seconds.set(name, seconds.get(name) + spent);
  }
  const all = [...seconds.values()].reduce((sum, one) => sum + one, 0);
  return [...seconds]
    .filter(([, spent]) => spent > 0)
    .map(([name, spent]) => [name, (spent / all) * (wallSeconds / 60)]);
}
