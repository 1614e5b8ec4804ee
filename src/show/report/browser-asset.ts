import { fileURLToPath } from 'node:url';
import type { World } from '../../io/world.ts';

/** As the build lays it (scripts/build.mjs), seen from a chunk and from a file beside it. */
const BUILT = ['../browser/', './browser/'];

/**
 * What the build made for the browser: "report.js", "page.css". Throws where the build did not: that is no matter of the user's.
 */
export async function browserAsset(name: string, { files }: Pick<World, 'files'>): Promise<string> {
  for (const folder of BUILT) {
    const path = fileURLToPath(new URL(`${folder}${name}`, import.meta.url));
    const bytes = await files.read(path);
    if (bytes !== null) return new TextDecoder().decode(bytes);
  }
  throw new Error(`the build has no browser/${name}`);
}
