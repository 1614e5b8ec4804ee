// Packages with native parts, whose JavaScript is bundled and compiled with the rest: to find, read and compile their thirty files took a
// twentieth of a short command. Only the machine's own file stays outside, where the package manager has put it.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const LOADER = 'node-gyp-build-optional-packages';

/**
 * The loader that lmdb asks for its native file. It looks through folders, and reads the C library's name out of `ldd`; the file for Linux
 * with glibc is known by its name. All else is left to the package's own loader.
 */
const NATIVE_FILE = `
  import { existsSync } from 'node:fs';
  import { createRequire } from 'node:module';
  import { dirname } from 'node:path';

  const MUSL = { x64: '/lib/ld-musl-x86_64.so.1', arm64: '/lib/ld-musl-aarch64.so.1' };

  export default function nativeFile() {
    const entry = createRequire(import.meta.url).resolve('lmdb');
    const fromLmdb = createRequire(entry);
    return fileOfGlibc(fromLmdb) ?? fromLmdb('${LOADER}')(dirname(dirname(entry)));
  }

  function fileOfGlibc(fromLmdb) {
    const { arch, platform, versions } = process;
    if (platform !== 'linux' || !(arch in MUSL) || existsSync(MUSL[arch])) return null;
    for (const abi of ['abi' + versions.modules, 'napi']) {
      try {
        return fromLmdb('@lmdb/lmdb-linux-' + arch + '/node.' + abi + '.glibc.node');
      } catch (error) {
        if (error.code !== 'MODULE_NOT_FOUND') return null;
      }
    }
    return null;
  }
`;

/** An esbuild plugin that bundles lmdb without its loader, and msgpackr without its native part, which made nothing faster here. */
export function nativeStore() {
  return {
    name: 'native-store',
    setup(build) {
      build.onResolve({ filter: /^msgpackr$/ }, ({ resolveDir }) => ({ path: plainMsgpackr(resolveDir) }));
      build.onResolve({ filter: new RegExp(`^${LOADER}$`) }, () => ({
        ...{ path: 'native-file', namespace: 'native-store' },
      }));
      build.onLoad({ filter: /.*/, namespace: 'native-store' }, () => ({
        ...{ contents: NATIVE_FILE, loader: 'js' },
      }));
    },
  };
}

/** Its files without Node's: those import the native part. */
function plainMsgpackr(folder) {
  const entry = createRequire(join(folder, 'from.js')).resolve('msgpackr');
  return join(dirname(dirname(entry)), 'index.js');
}
