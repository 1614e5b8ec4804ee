// Serves scenario files as package indexes, so that any resolver can be pointed at them:
//
//     node test/conformance/serve.mjs FILE|FOLDER [--port 3141]
//     fettle lock --index-url http://127.0.0.1:3141/NAME/simple/
//
// Prints one JSON line a scenario, with its address and what it asks, and then serves until it is ended. The server is
// TypeScript, which Node 20 does not run: it is bundled beside the other caches first.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '0' } },
});
if (positionals.length !== 1 || !/^\d{1,5}$/.test(values.port)) {
  console.error('usage: node test/conformance/serve.mjs FILE|FOLDER [--port PORT]');
  process.exit(2);
}
const outfile = join(import.meta.dirname, '..', '..', '.cache', `serve-scenarios-${process.pid}.mjs`);
await build({
  stdin: {
    contents:
      "export { readScenarios } from './scenario.ts'; export { serveScenarios } from './simple-index.ts';",
    resolveDir: import.meta.dirname,
  },
  ...{ outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20.19', packages: 'external' },
});
const { readScenarios, serveScenarios } = await import(pathToFileURL(outfile).href);
await rm(outfile);

const scenarios = readScenarios(positionals[0]);
const server = await serveScenarios(scenarios, Number(values.port));
for (const scenario of scenarios) {
  const { name, root, expected, environment, resolver_options } = scenario;
  console.log(
    JSON.stringify({
      name,
      indexUrl: server.indexUrl(scenario),
      root,
      expected,
      environment,
      resolver_options,
    }),
  );
}
