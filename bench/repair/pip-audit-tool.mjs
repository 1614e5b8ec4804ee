import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { ENVIRONMENT } from './instruments.mjs';
import { NOTHING_SAID, runTool } from './programs.mjs';
import { normal } from './resolved.mjs';

/** pip-audit needs a Python from here on. */
const OLDEST = 10;

/** `pip-audit --fix`, with the advisories of the same dump behind an OSV service on loopback. */
export async function openPipAudit({ instruments, dump }) {
  const service = spawn(instruments.python, [join(import.meta.dirname, 'osv_service.py'), dump]);
  const [port] = await once(service.stdout.setEncoding('utf8'), 'data');
  const url = `http://127.0.0.1:${port.trim()}/v1/query`;
  const run = async ({ told, folder }) => {
    const [install] = told.installs;
    const target = inputOf(install);
    if (target === null)
      return { code: null, seconds: 0, timedOut: false, text: 'not read', ...NOTHING_SAID };
    const program = await instruments.peer('pip-audit', pythonFor(install.python));
    const words = [
      '--fix',
      '--format',
      'json',
      '--progress-spinner',
      'off',
      '-s',
      'osv',
      '--osv-url',
      url,
      ...target,
    ];
    return saidBy(await runTool([program, ...words], { cwd: folder, env: ENVIRONMENT }));
  };
  return Object.assign(run, { close: () => service.kill() });
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
