import { rm } from 'node:fs/promises';
import { measure } from './measure.mjs';
import { uvCompile } from './tools.mjs';

/** What it costs uv to compile a file; `options` as in `uvCompile`. It keeps to the versions that its output names already, so that is removed before. */
export async function compiledByUv(uv, input, options) {
  await rm(options.output, { force: true });
  return measure(uvCompile(uv, input, options), [0]);
}
