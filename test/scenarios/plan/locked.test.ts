import { describe, expect, it } from 'vitest';
import { scan } from '../../../src/repair.ts';
import type { MemoryRelease } from '../../support/memory-index.ts';
import { findingsOf, jobOf, planOf, scanOf, worldOf } from './plan-scenario.ts';
import type { Story } from './plan-scenario.ts';

const registry = 'source = { registry = "https://index.example/simple" }';

/** A uv.lock of a project that asks for `app`, which asks for `deep`. */
function lockOf(versions: { readonly app: string; readonly deep: string }, bound = '>=1.0'): string {
  return `version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "app"
version = "${versions.app}"
${registry}
dependencies = [{ name = "deep" }]

[[package]]
name = "deep"
version = "${versions.deep}"
${registry}

[[package]]
name = "svc"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "app" }]

[package.metadata]
requires-dist = [{ name = "app", specifier = "${bound}" }]
`;
}

function story(lock: string, more: Partial<Story> & { readonly asks?: string } = {}): Story {
  const { asks = 'app>=1.0', ...rest } = more;
  return {
    files: {
      'pyproject.toml': `[project]\nname = "svc"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["${asks}"]\n`,
      'uv.lock': lock,
    },
    packages: {
      app: { '1.0': { needs: ['deep>=1.0'] }, '2.0': { needs: ['deep>=1.0'] } },
      deep: { '1.0': {}, '1.1': {}, '1.2': {}, '1.3': {} },
    },
    ...rest,
  };
}

const CVE = [{ id: 'CVE-1', package: 'deep', events: 'introduced 0, fixed 1.2' }];

describe('a lock', () => {
  it('knows nothing of what a Dockerfile installs beside it, nor of what only that asks for', async () => {
    const { files, packages } = story(lockOf({ app: '1.0', deep: '1.0' }));
    const Dockerfile = 'FROM python:3.11-slim\nRUN pip install tool\nCOPY . .\nRUN tool sync\n';
    const planned = await planOf({
      files: { ...files, Dockerfile },
      packages: { ...packages, tool: { '1.0': { needs: ['part', 'deep'] } }, part: { '1.0': {} } },
      advisories: CVE,
    });
    const { lock } = planned.plans[0]!.plan;
    expect(lock!.moves.map(({ name }) => name)).toEqual(['deep']);
    expect(findingsOf(planned).filter(({ kind }) => kind === 'stale-lock')).toEqual([]);
  });

  describe('of a version that was built to be locked', () => {
    const lock = lockOf({ app: '1.0', deep: '1.0' });
    const packages = (app: MemoryRelease): Story['packages'] => ({
      app: { '1.0': app },
      deep: { '1.0': {} },
      other: { '1.0': {} },
    });

    it('knows better than its egg-info what it asks for', async () => {
      const scanned = await scanOf(
        story(lock, {
          packages: packages({ noted: true, needs: ['other', 'deep-tests; extra == "tests"'] }),
        }),
      );
      const [service] = scanned.services;
      expect(service!.examined.today.locks[0]!.packages.map(({ name }) => name)).toEqual(['app', 'deep']);
      expect(service!.found.map(({ finding }) => finding.kind)).not.toContain('stale-lock');
    });

    it('is told where it has another version than the egg-info admits', async () => {
      const scanned = await scanOf(story(lock, { packages: packages({ noted: true, needs: ['deep>1'] }) }));
      const findings = scanned.services.flatMap(({ found }) => found.map(({ finding }) => finding));
      expect(findings.filter(({ problem }) => problem).map(({ kind }) => kind)).not.toEqual([]);
    });

    it('does not know better than metadata that is the same wherever it is built', async () => {
      const scanned = await scanOf(story(lock, { packages: packages({ told: true, needs: ['other'] }) }));
      expect(scanned.services[0]!.found.map(({ finding }) => finding.kind)).toContain('stale-lock');
    });
  });

  it("is today's set, whatever newer versions the lines admit", async () => {
    const scanned = await scanOf(story(lockOf({ app: '1.0', deep: '1.0' })));
    const [service] = scanned.services;
    const set = service!.examined.today.locks[0]!.packages.map(
      ({ name, version }) => `${name} ${version.text}`,
    );
    expect(set).toEqual(['app 1.0', 'deep 1.0']);
    expect(service!.found.filter(({ finding }) => finding.problem)).toEqual([]);
  });

  it('moves alone where no line has to, and to the nearest version that will do', async () => {
    const planned = await planOf(story(lockOf({ app: '1.0', deep: '1.0' }), { advisories: CVE }));
    const { plan } = planned.plans[0]!;
    expect(plan.changes).toEqual([]);
    expect(plan.lock?.rewritten).toBe(true);
    expect(plan.lock?.moves.map(({ name, from, to }) => `${name} ${from?.text} -> ${to?.text}`)).toEqual([
      'deep 1.0 -> 1.2',
    ]);
  });

  it('keeps a version that only a build installs, as a pin does', async () => {
    const base = story(lockOf({ app: '1.0', deep: '1.0' }));
    const packages = { ...base.packages, deep: { '1.0': { told: true }, '1.1': {} } };
    const { plan } = (await planOf({ ...base, packages })).plans[0]!;
    expect(plan.lock).toMatchObject({ rewritten: false, moves: [] });
  });

  it('that lacks what a line asks for is a finding, with the line', async () => {
    const planned = await planOf(story(lockOf({ app: '1.0', deep: '1.0' }), { asks: 'app>=2.0' }));
    const stale = findingsOf(planned).find(({ kind }) => kind === 'stale-lock');
    expect(stale?.message).toContain('app 1.0 is locked (uv.lock:7), but pyproject.toml:5 asks for >=2.0');
    expect(planned.plans[0]!.plan.lock?.rewritten).toBe(true);
  });

  it('that was made for another Python is told as that', async () => {
    const scanned = await scanOf(story(lockOf({ app: '1.0', deep: '1.0' }), { pythons: ['3.9'] }));
    const messages = scanned.services[0]!.found.map(({ finding }) => finding.message);
    expect(messages.find((text) => text.startsWith('uv.lock no longer fits'))).toContain(
      'it is made for Python >=3.11, and the target has 3.9',
    );
  });

  it('keeps a version that was yanked since, and says so', async () => {
    const base = story(lockOf({ app: '1.0', deep: '1.3' }));
    const packages = { ...base.packages, deep: { ...base.packages['deep'], '1.3': { yanked: 'broken' } } };
    const scanned = await scanOf({ ...base, packages });
    const kinds = scanned.services[0]!.found.filter(({ finding }) => finding.problem).map(
      ({ finding }) => finding.kind,
    );
    expect(kinds).toEqual(['yanked']);
  });

  it('is looked at alone with --frozen, each package at its place', async () => {
    const asked = story(lockOf({ app: '1.0', deep: '1.0' }), { asks: 'app>=2.0', advisories: CVE });
    const scanned = await scan({ ...jobOf(asked), frozen: true }, worldOf(asked, asked.files));
    const [service] = scanned.services;
    expect(service!.examined.service.manifests.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'lock uv.lock',
    ]);
    const vulnerable = service!.found.flatMap(({ finding }) =>
      finding.kind === 'vulnerable' ? [finding] : [],
    );
    expect(vulnerable.map(({ chain }) => chain.requirement?.id)).toEqual(['uv.lock:13']);
  });

  it.each([
    ['of a newer format', 'version = 2\n', /newer/],
    ['that is empty', '', /./],
    ['with a merge conflict', `<<<<<<< ours\n${lockOf({ app: '1.0', deep: '1.0' })}`, /merge conflict/],
  ])('%s is no all-clear', async (_, text, says) => {
    const scanned = await scanOf(story(text));
    const unreadable = scanned.services[0]!.found.filter(({ finding }) => finding.kind === 'unreadable');
    expect(unreadable.map(({ finding }) => finding.message).join(' ')).toMatch(says);
  });
});
