// Takes the place of the loader that lmdb asks for its native file (native-store.mjs). That one looks through folders, and reads the C
// library's name out of `ldd`; the file for Linux with glibc is known by its name. All else is left to the package's own loader.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const MUSL = { x64: '/lib/ld-musl-x86_64.so.1', arm64: '/lib/ld-musl-aarch64.so.1' };

export default function nativeFile() {
  const entry = createRequire(import.meta.url).resolve('lmdb');
  const fromLmdb = createRequire(entry);
  return fileOfGlibc(fromLmdb) ?? fromLmdb('node-gyp-build-optional-packages')(dirname(dirname(entry)));
}

function fileOfGlibc(fromLmdb) {
  const { arch, platform, versions } = process;
  if (platform !== 'linux' || !(arch in MUSL) || existsSync(MUSL[arch])) return null;
  for (const abi of [`abi${versions.modules}`, 'napi']) {
    try {
      return fromLmdb(`@lmdb/lmdb-linux-${arch}/node.${abi}.glibc.node`);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') return null;
    }
  }
  return null;
}
