import type { DistributionSize } from './distribution-sizes.ts';
import type { ImageFiles } from './layer-files.ts';

/** Something that would make an image smaller, and by how much: the bytes of files that were found in it. */
export interface Saving {
  readonly kind: 'gpu-wheels' | 'unused' | 'build-tools' | 'caches' | 'hidden' | 'bytecode' | 'tests';
  readonly bytes: number;
  /** What takes them, the largest first. */
  readonly what: readonly { readonly name: string; readonly bytes: number }[];
  /** What to do, in one sentence. */
  readonly how: string;
}

export interface SavingsContext {
  /** Normalised names of all that the service needs, its requirements' requirements too; null: not known. */
  readonly needed: ReadonlySet<string> | null;
  /** The service is to run on a GPU. */
  readonly gpu: boolean;
  /** The instruction of each layer. */
  readonly madeBy: readonly string[];
  /** How many of the layers are those of the base image. */
  readonly baseLayers: number;
}

type Part = { readonly name: string; readonly bytes: number };

const TOOLS =
  /^(?:gcc|g\+\+|cpp|gfortran|clang|llvm|binutils|make|cmake|ninja-build|build-essential|dpkg-dev|libc6-dev|linux-libc-dev|rustc|cargo)(?:-[\w.+-]{0,60})?(?::\w{1,20})?$|^[\w.+-]{1,80}-dev(?::\w{1,20})?$/;
const PACKAGE_LIST = /^var\/lib\/dpkg\/info\/([^/]{1,200})\.list$/;
const CACHES: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)\.cache\/pip\//, "pip's cache"],
  [/(?:^|\/)\.cache\/uv\//, "uv's cache"],
  [/(?:^|\/)\.cache\/pypoetry\//, "Poetry's cache"],
  [/^var\/lib\/apt\/lists\//, "apt's lists"],
  [/^var\/cache\/apt\//, "apt's packages"],
  [/^var\/cache\/apk\//, "apk's packages"],
  [/^opt\/conda\/pkgs\//, "conda's packages"],
];
const MANY = 20;

/** Whether a file has to be read to know what the system's own packages own. */
export function isToolList(path: string): boolean {
  const name = PACKAGE_LIST.exec(path)?.[1];
  return name !== undefined && TOOLS.test(name) && !/-base(?::|$)/.test(name);
}

/** All that was found, what saves most first. Several may speak of the same bytes; no sum is made of them. */
export function savings(
  image: ImageFiles,
  sizes: readonly DistributionSize[],
  context: SavingsContext,
): readonly Saving[] {
  const own = sizes.filter(({ layer }) => layer >= context.baseLayers);
  const found = [
    gpuWheels(own, context),
    unused(own, context),
    buildTools(image),
    caches(image, context),
    hiddenBytes(image, context),
    inside(
      image,
      sizes,
      context.baseLayers,
      'bytecode',
      /(?:^|\/)__pycache__\//,
      'set PYTHONDONTWRITEBYTECODE=1 and pip install --no-compile; the first start is slower then',
    ),
    inside(
      image,
      sizes,
      context.baseLayers,
      'tests',
      /(?:^|\/)tests?\//,
      'delete these folders in the RUN that installs, if nothing imports from them',
    ),
  ];
  return found.filter((one) => one.bytes > 0).sort((a, b) => b.bytes - a.bytes);
}

function saving(kind: Saving['kind'], parts: readonly Part[], how: string): Saving {
  const what = [...parts].filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
  return {
    kind,
    bytes: what.reduce((sum, { bytes }) => sum + bytes, 0),
    what: what.slice(0, MANY).map(({ name, bytes }) => ({ name, bytes })),
    how,
  };
}

function gpuWheels(own: readonly DistributionSize[], { gpu }: SavingsContext): Saving {
  const parts = gpu ? [] : own.filter(({ name }) => /^nvidia-|^triton$|^pytorch-triton/.test(name));
  return saving(
    'gpu-wheels',
    parts,
    'install the CPU wheels of torch from its own index of them: without a GPU nothing of this is used',
  );
}

function unused(own: readonly DistributionSize[], { needed }: SavingsContext): Saving {
  const parts =
    needed === null
      ? []
      : own.filter(({ name }) => !needed.has(name) && !/^(pip|setuptools|wheel)$/.test(name));
  return saving('unused', parts, 'leave these requirements out: nothing that the service imports needs them');
}

/** Packages of dpkg by the files that they own. */
function buildTools(image: ImageFiles): Saving {
  const parts = [...image.texts].flatMap(([path, text]) => {
    const name = isToolList(path) ? PACKAGE_LIST.exec(path)![1]! : null;
    if (name === null) return [];
    const files = text.split('\n').map((line) => image.files.get(line.replace(/^\//, ''))?.bytes ?? 0);
    return [{ name, bytes: files.reduce((sum, bytes) => sum + bytes, 0) }];
  });
  return saving(
    'build-tools',
    parts,
    'build in a first stage and copy what was installed into a slim last one (multi-stage)',
  );
}

function caches(image: ImageFiles, { baseLayers }: SavingsContext): Saving {
  const parts = grouped(
    image,
    baseLayers,
    (path) => CACHES.find(([pattern]) => pattern.test(path))?.[1] ?? null,
  );
  return saving(
    'caches',
    parts,
    'leave no caches in a layer: PIP_NO_CACHE_DIR=1, UV_NO_CACHE=1, rm -rf /var/lib/apt/lists/* in the RUN that fills them',
  );
}

/** Files that an earlier layer ships and a later one hides, by the instruction that hides them; what the base ships is its own affair. */
function hiddenBytes(image: ImageFiles, { madeBy, baseLayers }: SavingsContext): Saving {
  const parts = new Map<string, number>();
  for (const file of image.hidden) {
    if (file.layer < baseLayers) continue;
    const name = `${file.how} by ${madeBy[file.by] || `layer ${file.by + 1}`}`;
    parts.set(name, (parts.get(name) ?? 0) + file.bytes);
  }
  return saving(
    'hidden',
    named(parts),
    'remove them in the RUN that made them: in a later layer they are hidden, and shipped all the same',
  );
}

function inside(
  image: ImageFiles,
  sizes: readonly DistributionSize[],
  baseLayers: number,
  kind: 'bytecode' | 'tests',
  pattern: RegExp,
  how: string,
): Saving {
  const sites = [...new Set(sizes.map(({ site }) => `${site.slice(1)}/`))];
  const parts = grouped(image, baseLayers, (path) => {
    const site = sites.find((one) => path.startsWith(one));
    if (site === undefined || !pattern.test(path.slice(site.length))) return null;
    return path.slice(site.length).split('/', 1)[0]!;
  });
  return saving(kind, parts, how);
}

function grouped(image: ImageFiles, from: number, groupOf: (path: string) => string | null): readonly Part[] {
  const groups = new Map<string, number>();
  for (const [path, { bytes, layer }] of image.files) {
    const group = layer < from ? null : groupOf(path);
    if (group !== null) groups.set(group, (groups.get(group) ?? 0) + bytes);
  }
  return named(groups);
}

function named(groups: ReadonlyMap<string, number>): readonly Part[] {
  return [...groups].map(([name, bytes]) => ({ name, bytes }));
}
