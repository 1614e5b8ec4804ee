import { installOsvScanner, VERSIONS } from '../peers.mjs';
import { NOTHING_SAID, runTool } from './programs.mjs';
import { normal } from './resolved.mjs';

/** `osv-scanner fix` with the dump as its offline database. */
export async function openOsvScanner({ dump }) {
  const { program, env } = await installOsvScanner(dump);
  const settings = ['--offline-vulnerabilities', '--data-source', 'native', '--format', 'json'];
  const run = async ({ told, folder }) =>
    saidBy(
      await runTool([program, 'fix', ...settings, '--manifest', told.installs[0].file], { cwd: folder, env }),
    );
  return { run, version: VERSIONS['osv-scanner'] };
}

/** It never says that all is well; it lists what its patches fix. */
function saidBy(done) {
  const text = `${done.stdout}\n${done.stderr}`;
  const at = done.stdout.indexOf('{');
  if (done.code !== 0 || at < 0) return { ...done, ...NOTHING_SAID, text };
  const { patches } = JSON.parse(done.stdout.slice(at));
  const fixed = (patches ?? [])
    .flatMap((patch) => patch.fixed ?? [])
    .flatMap(({ id, packages }) => packages.map(({ name }) => ({ name: normal(name), ids: [id] })));
  return { ...done, ...NOTHING_SAID, text, fixed };
}
