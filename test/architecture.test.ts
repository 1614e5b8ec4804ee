import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, dirname, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '..', 'src');

/** The way of the data, in order: a wing or room imports what stands before it, never what stands after it. */
const WINGS = [
  ['domain'],
  ['io'],
  [
    'read/ecosystems',
    'read/manifests',
    'read/advisories',
    'read/policy',
    'read/learned',
    'read/bundle',
    'read/project',
  ],
  ['decide/solver', 'decide/resolution', 'decide/findings', 'decide/plan', 'decide/matrix'],
  ['change'],
  [
    'prove/sandbox',
    'prove/evidence',
    'prove/environment',
    'prove/imports',
    'prove/blame',
    'prove/service-tests',
    'prove/images',
    'prove/service-run',
    'prove/verification',
    'prove/claims',
  ],
  [
    'ship/engine',
    'ship/analysis',
    'ship/deployment',
    'ship/platforms/local',
    'ship/platforms/cloud-run',
    'ship/platforms',
    'ship/rollout',
    'ship/forges',
  ],
  ['show/report', 'show/formats', 'show/html', 'show/terminal', 'show/mcp', 'show/web'],
];
const ORDER = WINGS.flat();

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path));

function roomOf(path: string): string {
  return ORDER.find((room) => path.startsWith(`${room}/`)) ?? path.split('/')[0]!;
}

function importsOf(path: string): readonly string[] {
  const text = readFileSync(join(SRC, path), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    relative(SRC, join(SRC, dirname(path), match[1]!))
      .split(sep)
      .join('/'),
  );
}

/** Why `from` may not import `to`, or null. */
function forbidden(from: string, to: string): string | null {
  const [here, there] = [roomOf(from), roomOf(to)];
  if (here === there) return null;
  if (here === 'cli')
    return /^(index|repair)\.ts$/.test(to) || there === 'cli' ? null : 'cli imports the public API only';
  if (!here.includes('/') && here.endsWith('.ts'))
    return there === 'cli' ? 'only cli/ is below the library' : null;
  if (here === 'decide/solver' && there !== 'domain') return 'the solver imports domain alone';
  if (here === 'domain') return 'domain imports nothing';
  const [h, t] = [ORDER.indexOf(here), ORDER.indexOf(there)];
  if (t === -1) return `${there} stands beside the wings`;
  return t < h ? null : `${there} comes after ${here} in the way of the data`;
}

describe('architecture', () => {
  it('knows every file that it judges', () => {
    const unknown = sources.filter(
      (path) => path.includes('/') && !ORDER.includes(roomOf(path)) && roomOf(path) !== 'cli',
    );
    expect(unknown).toEqual([]);
    expect(sources.length).toBeGreaterThan(20);
  });

  it('has imports that run one way only', () => {
    const wrong = sources.flatMap((from) =>
      importsOf(from).flatMap((to) => {
        const why = forbidden(from, to);
        return why === null ? [] : [`${from} imports ${to}: ${why}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('would notice a forbidden import', () => {
    expect(forbidden('decide/solver/solver.ts', 'io/http.ts')).not.toBeNull();
    expect(forbidden('read/manifests/project.ts', 'decide/plan/make-plan.ts')).not.toBeNull();
    expect(forbidden('read/ecosystems/pypi/index.ts', 'read/manifests/project.ts')).not.toBeNull();
    expect(forbidden('cli/scan.ts', 'read/manifests/project.ts')).not.toBeNull();
  });

  it('has no room for leftovers', () => {
    expect(
      sources.filter((path) => /(^|[/-])(utils?|helpers?|common|types|manager)(\.ts|\/|-)/.test(path)),
    ).toEqual([]);
  });
});
