import { describe, expect, it } from 'vitest';
import { auditOf, scanOf } from '../../../test/support/report-job.ts';
import type { SmallProject } from '../../../test/support/report-job.ts';
import { auditReportOf } from '../../show/report/audit-report.ts';
import { judge } from '../../show/report/judge.ts';

const HASH = `--hash=sha256:${'a'.repeat(64)}`;
const ADVISORIES = [{ id: 'CVE-2026-0001', on: 'core', affected: ['1.0'] }];
const PACKAGES = { web: { '1.0': [] }, core: { '1.0': [], '2.0': [] } };

function project(files: Record<string, string>, more: Partial<SmallProject> = {}): SmallProject {
  return { files, packages: PACKAGES, advisories: ADVISORIES, ...more };
}

const lines = (text: string): SmallProject => project({ 'requirements.txt': text });

async function outcome(small: SmallProject, options?: { readonly noDeps: boolean }) {
  const audit = await auditOf(small, options);
  const findings = audit.services.flatMap(({ found }) => found.map(({ finding }) => finding));
  return {
    exit: judge({ audit }).exitCode,
    vulnerable: findings.filter(({ kind }) => kind === 'vulnerable').map(({ id }) => id),
    notChecked: findings.filter(({ kind }) => kind !== 'vulnerable').map(({ message }) => message),
    sentence: auditReportOf(audit).verdict.sentence,
  };
}

const LOCK = [
  'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n',
  '[[package]]\nname = "app"\nversion = "0"\nsource = { virtual = "." }',
  'dependencies = [\n    { name = "web" },\n    { name = "core", marker = "sys_platform == \'win32\'" },\n]\n',
  '[package.metadata]\nrequires-dist = [\n    { name = "core", marker = "sys_platform == \'win32\'" },\n    { name = "web" },\n]\n',
  ...[
    ['web', '1.0'],
    ['core', '1.0'],
  ].map(
    ([name, version]) =>
      `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = { registry = "https://index.example/simple" }\n`,
  ),
].join('\n');
const MANIFEST =
  '[project]\nname = "app"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["web", "core ; sys_platform == \'win32\'"]\n';

describe('an audit', () => {
  it('finds of pins with hashes what a scan finds, under the same ids', async () => {
    const small = lines(`web==1.0 ${HASH}\ncore==1.0 ${HASH}\n`);
    const scanned = (await scanOf(small)).services.flatMap(({ found }) => found);
    const { exit, vulnerable, notChecked } = await outcome(small);
    expect(vulnerable).toEqual(['vulnerable:core:1.0:CVE-2026-0001']);
    expect(vulnerable).toEqual(
      scanned.filter(({ finding }) => finding.kind === 'vulnerable').map(({ finding }) => finding.id),
    );
    expect({ exit, notChecked }).toEqual({ exit: 1, notChecked: [] });
  });

  it('says of hashed pins without an advisory that nothing was found, and of how many', async () => {
    const { exit, sentence } = await outcome(lines(`web==1.0 ${HASH}\ncore==2.0 ${HASH}\n`));
    expect(exit).toBe(0);
    expect(sentence).toBe(
      'Nothing was found: 2 packages are pinned or locked on 1 target, and no advisory of the sources touches them.',
    );
  });

  it('leaves open what pins without hashes bring along, unless the user says that they are all', async () => {
    const small = lines('web==1.0\ncore==2.0\n');
    const { exit, notChecked } = await outcome(small);
    expect(exit).toBe(3);
    expect(notChecked).toEqual([
      'requirements.txt, beside its lines: what its 2 pins bring along is locked nowhere and has no hashes, so it was not looked at',
    ]);
    expect(await outcome(small, { noDeps: true })).toMatchObject({ exit: 0, notChecked: [] });
  });

  it('leaves open lines that name no version, and takes the version of a constraint', async () => {
    const { exit, notChecked } = await outcome(lines(`web>=1.0\ncore==2.0 ${HASH}\n`), { noDeps: true });
    expect(exit).toBe(3);
    expect(notChecked).toEqual([
      'requirements.txt: no version is pinned or locked for web (line 1), so it was not looked at',
    ]);
    const constrained = project({
      'requirements.txt': '-c constraints.txt\ncore\n',
      'constraints.txt': 'core==1.0\nweb==1.0\n',
    });
    expect(await outcome(constrained, { noDeps: true })).toMatchObject({
      ...{ exit: 1, vulnerable: ['vulnerable:core:1.0:CVE-2026-0001'], notChecked: [] },
    });
  });

  it('leaves open what comes by address, and a line that was not understood', async () => {
    const { exit, notChecked } = await outcome(lines('web @ https://files.example/web.whl\nco re\n'));
    expect(exit).toBe(3);
    expect(notChecked).toHaveLength(2);
    expect(notChecked[1]).toMatch(/web \(line 1\) is no version of an index/);
  });

  it('looks at what a lock has on the targets, and says how much of it is elsewhere', async () => {
    const { exit, vulnerable, notChecked } = await outcome(
      project({ 'uv.lock': LOCK, 'pyproject.toml': MANIFEST }),
    );
    expect({ exit, vulnerable }).toEqual({ exit: 0, vulnerable: [] });
    expect(notChecked).toEqual([
      'uv.lock, elsewhere: 1 of its packages is not on the target and was not looked at; --python and --platform name others',
    ]);
  });

  it('trusts no lock that its manifest has left behind, unless locks alone are asked about', async () => {
    const files = { 'uv.lock': LOCK, 'pyproject.toml': MANIFEST.replace('"web"', '"web>=2"') };
    const { exit, notChecked } = await outcome(project(files));
    expect(exit).toBe(3);
    expect(notChecked[0]).toMatch(/^uv\.lock: it no longer fits, so what is installed may be something else/);
    expect(await outcome(project(files, { frozen: true }))).toMatchObject({ exit: 0 });
  });

  it('proves nothing where a source does not answer', async () => {
    const small = { ...lines(`web==1.0 ${HASH}\n`), silence: 'no route to host' };
    expect(await outcome(small)).toMatchObject({ exit: 3, vulnerable: [] });
  });

  it('keeps to waivers and to the severity that counts', async () => {
    const small = lines(`core==1.0 ${HASH}\n`);
    const waiver = { id: 'CVE-2026-0001', reason: 'not reached', until: null };
    expect(await outcome({ ...small, policy: { ignored: [waiver] } })).toMatchObject({
      exit: 0,
      vulnerable: [],
    });
    expect(await outcome({ ...small, policy: { severity: 'critical' } })).toMatchObject({
      ...{ exit: 0, vulnerable: ['vulnerable:core:1.0:CVE-2026-0001'] },
    });
  });
});
