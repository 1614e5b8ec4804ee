// The command as CommonJS, of which alone V8's compiled code can be kept between runs (src/cli/compiled-code.ts). esbuild splits
// nothing but ES modules, so each piece of a split build is made CommonJS by itself: a command then reads only the pieces that it needs.
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, transform } from 'esbuild';
import { nativeStore } from './native-store.mjs';
import { straightImports } from './straight-imports.mjs';

/**
 * Writes the pieces into the folder. The name of the `entry` tells its content and, by the names in it, that of all pieces.
 */
export async function buildCommand(folder, settings) {
  const { outputFiles, metafile } = await build({
    ...settings,
    entryPoints: ['src/cli/command.ts'],
    outdir: folder,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    splitting: true,
    format: 'esm',
    // Packages that are CommonJS ask for what stays outside by it.
    banner: { js: '' },
    sourcemap: false,
    write: false,
    plugins: [straightImports('src/cli', 'src/index.ts'), nativeStore()],
  });
  await mkdir(folder, { recursive: true });
  for (const { path, text } of outputFiles) await writeFile(path, await asCommonJs(text, basename(path)));
  const entry = outputFiles.map(({ path }) => basename(path)).find((name) => name.startsWith('command-'));
  return { entry, metafile };
}

/** What stays outside is required too: compiled code that was kept cannot `import()`. */
async function asCommonJs(text, name) {
  const { code } = await transform(text, {
    // By which packages without `default` are read as Node reads them.
    sourcefile: `${basename(name, '.cjs')}.mjs`,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'moduleUrl' },
  });
  return code;
}
