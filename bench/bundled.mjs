import { build } from 'esbuild';

/** A program of the sources as one file that Node runs; what has native code comes from node_modules. */
export async function bundled(entry, outfile) {
  await build({
    ...{ entryPoints: [entry], outfile, external: ['lmdb', 'msgpackr', 'highs'] },
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outfile;
}
