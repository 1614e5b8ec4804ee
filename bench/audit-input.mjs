import { seeded } from './seeded.mjs';

const SEED = 8;
/** Versions that a lock would hold: as PEP 440 writes them, without a local segment. */
const PLAIN = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))*(?:(?:a|b|rc)\d+)?(?:\.post\d+)?$/;

/** Of OSV records: each package of PyPI with the versions that its records name. */
export function namedVersions(records) {
  const found = new Map();
  for (const { affected = [] } of records)
    for (const { package: of, versions = [] } of affected) {
      if (of?.ecosystem !== 'PyPI') continue;
      const name = of.name.toLowerCase().replace(/[-_.]+/g, '-');
      const plain = versions.filter((version) => PLAIN.test(version));
      found.set(name, [...(found.get(name) ?? []), ...plain]);
    }
  return new Map([...found].map(([name, versions]) => [name, [...new Set(versions)].sort()]));
}

/**
 * `count` pins, each of another package, the same on every machine: first those of `given`, then packages that advisories speak of, at a
 * version drawn from those that they name, then, for there are not so many, packages that no advisory knows.
 */
export function auditPins(given, named, count) {
  const random = seeded(SEED);
  const drawn = [...named]
    .filter(([name, versions]) => versions.length > 0 && !given.has(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, versions]) => ({
      at: random(),
      name,
      version: versions[Math.floor(random() * versions.length)],
    }))
    .sort((one, other) => one.at - other.at)
    .map(({ name, version }) => [name, version]);
  const known = [...given, ...drawn];
  const others = Array.from({ length: Math.max(0, count - known.length) }, (_, at) => [
    `unheard-of-${String(at + 1).padStart(5, '0')}`,
    `${Math.floor(random() * 5)}.${Math.floor(random() * 30)}.${Math.floor(random() * 10)}`,
  ]);
  return new Map([...known, ...others].slice(0, count));
}

/** `name==version` lines as pins, names in normal form. */
export function pinsIn(text) {
  const lines = [...text.matchAll(/^([A-Za-z0-9][\w.-]*)==([^\s;#]+)/gm)];
  return new Map(lines.map(([, name, version]) => [name.toLowerCase().replace(/[-_.]+/g, '-'), version]));
}

/** A uv.lock of a project that asks for each pin, as uv writes one, and its pyproject.toml. Nothing of it can be installed. */
export function lockOf(pins, indexUrl) {
  const [names, entries] = [[...pins.keys()], [...pins].sort(([one], [other]) => (one < other ? -1 : 1))];
  const asked = names.map((name) => `    { name = "${name}" },`).join('\n');
  const specified = entries.map(([name, version]) => `    { name = "${name}", specifier = "==${version}" },`);
  const project = [
    '[[package]]\nname = "audited"\nversion = "0"\nsource = { virtual = "." }',
    `dependencies = [\n${asked}\n]`,
    `\n[package.metadata]\nrequires-dist = [\n${specified.join('\n')}\n]\n`,
  ].join('\n');
  const packages = entries.map(([name, version]) => {
    const wheel = `${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`;
    const file = `{ url = "${indexUrl}files/${name}/${version}/${wheel}", hash = "sha256:${'0'.repeat(64)}", size = 1000 }`;
    return `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = { registry = "${indexUrl}simple" }\nwheels = [\n    ${file},\n]\n`;
  });
  const lock = ['version = 1\nrevision = 3\nrequires-python = ">=3.11"\n', project, ...packages].join('\n');
  const wanted = [...pins].map(([name, version]) => `    "${name}==${version}",`).join('\n');
  const manifest = `[project]\nname = "audited"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = [\n${wanted}\n]\n`;
  return { 'uv.lock': lock, 'pyproject.toml': manifest };
}
