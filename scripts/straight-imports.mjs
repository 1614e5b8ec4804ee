// The command line imports the public API alone (src/index.ts). A bundle that is split by files would load all of the API with
// each command then, so each name is imported from the file that has it. Lines stay where they are, for the source map.
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';

const IMPORT = /^(import|export) \{([^}]*)\} from '(?:\.\.\/)+index\.ts';$/gm;
const EXPORT = /^export \{([^}]*)\} from '([^']+)';$/gm;

/** An esbuild plugin for the files in `folder` that import `barrel`, whose exports are all of the form `export { a, b } from './c.ts'`. */
export function straightImports(folder, barrel) {
  const within = resolve(folder) + sep;
  return {
    name: 'straight-imports',
    async setup(build) {
      const origins = originsOf(await readFile(barrel, 'utf8'), dirname(resolve(barrel)));
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!path.startsWith(within)) return null;
        return { contents: straightened(await readFile(path, 'utf8'), origins, path), loader: 'ts' };
      });
    },
  };
}

/** From name to file. */
function originsOf(text, folder) {
  return new Map(
    [...text.matchAll(EXPORT)].flatMap(([, names, path]) =>
      namesIn(names).map((name) => [name, resolve(folder, path)]),
    ),
  );
}

function straightened(text, origins, path) {
  return text.replace(IMPORT, (whole, word, names) => {
    const imports = namesIn(names).map((words) => {
      const origin = origins.get(words.split(' as ')[0]);
      if (origin === undefined) throw new Error(`${path}: ${words} is no export of the API`);
      const from = `./${relative(dirname(path), origin).split(sep).join('/')}`;
      // Relative: the source map holds this text, and a build is the same wherever it is made.
      return `${word} { ${words} } from ${JSON.stringify(from)};`;
    });
    return imports.join(' ') + '\n'.repeat(whole.split('\n').length - 1);
  });
}

function namesIn(list) {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
