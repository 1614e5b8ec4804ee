// The page's server over 500 services and 10,000 runs: `node bench/serve.mjs`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { WORK } from './places.mjs';

await mkdir(WORK, { recursive: true });
const outfile = join(WORK, 'serve.mjs');
await build({
  ...{ entryPoints: [join(import.meta.dirname, 'serve.ts')], outfile },
  ...{ bundle: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'warning' },
});
await import(outfile);
