import { readTree } from './reading-world.ts';
import type { Tree } from './reading-world.ts';
import type { ReadOptions } from '../../src/read/manifests/read-options.ts';

export const IMAGE = 'FROM python:3.12-slim-bookworm\nCOPY . .\nRUN pip install -r requirements.txt\n';
const SERVICE: Tree = { 'requirements.txt': 'a==1\n', Dockerfile: IMAGE };

/** The architectures of the first service, and what was not understood of the files that say how it is built. */
export async function built(tree: Tree, options: Partial<ReadOptions> = {}) {
  const service = (await readTree({ ...SERVICE, ...tree }, options)).services[0]!;
  return {
    on: service.targets.map(({ architecture }) => architecture),
    from: service.targets.map(({ readFrom }) => readFrom.at(-1)),
    unknown: service.manifests
      .filter(({ kind }) => kind === 'image-build')
      .flatMap(({ unreadable }) =>
        unreadable.map(({ message, at }) => `${at.span.file}:${at.span.line} ${message}`),
      ),
  };
}
