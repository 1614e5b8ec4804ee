import { dirname } from 'node:path';
import { ENVIRONMENT, openOsvService, VERSIONS } from '../peers.mjs';
import { NOTHING_SAID, runTool } from './programs.mjs';
import { normal } from './resolved.mjs';

/** pip-audit needs a Python from here on. */
const OLDEST = 10;

/** `pip-audit --fix`, with the advisories of the same dump behind an OSV service on loopback. */
export async function openPipAudit({ instruments, dump }) {
  const { url, close } = await openOsvService(instruments.python, dump);
  const run = async ({ told, folder }) => {
    const [install] = told.installs;
    const target = inputOf(install);
    if (target === null)
      return { code: null, seconds: 0, timedOut: false, text: 'not read', ...NOTHING_SAID };
    const program = await instruments.pipAudit(pythonFor(install.python));
    const words = [
      '--fix',
      '--format',
      'json',
      '--progress-spinner',
      'off',
      '-s',
      'osv',
      '--osv-url',
      `${url}/v1/query`,
      ...target,
    ];
    return saidBy(await runTool([program, ...words], { cwd: folder, env: ENVIRONMENT }));
  };
  return { run, close, version: VERSIONS['pip-audit'] };
}

function inputOf({ form, file }) {
  if (form === 'requirements') return ['-r', file];
  if (form === 'hashes') return ['--require-hashes', '-r', file];
  return form === 'pyproject' ? [dirname(file)] : null;
}

function pythonFor(python) {
  const [, minor] = python.split('.').map(Number);
  return `3.${Math.max(minor, OLDEST)}`;
}

function saidBy(done) {
  const text = `${done.stdout}\n${done.stderr}`;
  const at = done.stdout.indexOf('{');
  const told = at < 0 ? null : JSON.parse(done.stdout.slice(at));
  if (told === null) return { ...done, ...NOTHING_SAID, text };
  const fixes = (told.fixes ?? []).filter((one) => one.skip_reason === undefined);
  const fixed = fixes.flatMap(({ name }) =>
    told.dependencies
      .filter((one) => one.name === name)
      .flatMap(({ vulns }) =>
        vulns.map(({ id, aliases }) => ({ name: normal(name), ids: [id, ...aliases] })),
      ),
  );
  const vulnerable = told.dependencies.filter(({ vulns }) => vulns?.length > 0);
  const open = vulnerable.filter(({ name }) => !fixes.some((one) => one.name === name));
  const skipped = told.dependencies.filter((one) => one.skip_reason !== undefined);
  return { ...done, ...NOTHING_SAID, text, fixed, unknown: skipped.length > 0, clean: open.length === 0 };
}
