// Packages with native parts, whose JavaScript is bundled and compiled with the rest: to find, read and compile their thirty files took a
// twentieth of a short command. Only the machine's own file stays outside, where the package manager has put it.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const NATIVE_FILE = join(import.meta.dirname, 'native-file.mjs');

/** An esbuild plugin that bundles lmdb without its loader, and msgpackr without its native part, which made nothing faster here. */
export function nativeStore() {
  return {
    name: 'native-store',
    setup(build) {
      build.onResolve({ filter: /^msgpackr$/ }, ({ resolveDir }) => ({ path: plainMsgpackr(resolveDir) }));
      build.onResolve({ filter: /^node-gyp-build-optional-packages$/ }, () => ({ path: NATIVE_FILE }));
    },
  };
}

/** Its files without Node's: those import the native part. */
function plainMsgpackr(folder) {
  const entry = createRequire(join(folder, 'from.js')).resolve('msgpackr');
  return join(dirname(dirname(entry)), 'index.js');
}
