import { expandVariables } from '../../dockerfile/variables.ts';
import { placedAt, placedList, placedTable } from '../../placed/placed.ts';
import type { Placed, PlacedTable } from '../../placed/placed.ts';
import type { ImageBuild } from '../image-build.ts';
import { imageBuild, inContext } from '../told-build.ts';
import type { ToldText } from '../told-build.ts';
import type { YamlFile } from './yaml-file.ts';

/** What Compose files say of one service, in the words of the last of them. */
interface ComposeService {
  readonly isBuilt: boolean;
  readonly isInline: boolean;
  /** Another service, from which the context may come. */
  readonly extended: ToldText | null;
  readonly context: ToldText | null;
  readonly dockerfile: ToldText | null;
  /** Of all files: lists are added to one another. */
  readonly platforms: readonly ToldText[];
  readonly platform: ToldText | null;
}

const NOTHING: ComposeService = {
  isBuilt: false,
  isInline: false,
  extended: null,
  context: null,
  dockerfile: null,
  platforms: [],
  platform: null,
};

/**
 * The images of services in Compose files that are read together, later ones over earlier ones: for `build.platforms`, and where
 * nothing is said there for the service's `platform` (Compose Build Specification).
 */
export function imagesOfCompose(files: readonly YamlFile[]): readonly ImageBuild[] {
  const services = new Map<string, ComposeService>();
  for (const file of files)
    for (const [name, placed] of placedTable(file.root.get('services')) ?? []) {
      const table = placedTable(placed);
      if (table) services.set(name, merged(services.get(name) ?? NOTHING, table, file));
    }
  return [...services].flatMap(([label, service]) => imageOf(label, service) ?? []);
}

function merged(before: ComposeService, service: PlacedTable, file: YamlFile): ComposeService {
  const told = (placed: Placed | undefined): ToldText | null => toldAt(placed, file);
  const build = service.get('build');
  const table = placedTable(build) ?? new Map<string, Placed>();
  const extended = service.get('extends');
  return {
    isBuilt: before.isBuilt || build !== undefined,
    isInline: before.isInline || table.has('dockerfile_inline'),
    extended:
      told(extended && (placedAt(placedTable(extended) ?? new Map(), 'service') ?? extended)) ??
      before.extended,
    context: told(table.get('context')) ?? told(build) ?? before.context,
    dockerfile: told(table.get('dockerfile')) ?? before.dockerfile,
    platforms: [
      ...before.platforms,
      ...(placedList(table.get('platforms')) ?? []).flatMap((one) => told(one) ?? []),
    ],
    platform: told(service.get('platform')) ?? before.platform,
  };
}

/** Variables are what their default says: the environment is not that of the machine which builds. */
function toldAt(placed: Placed | undefined, { source }: YamlFile): ToldText | null {
  if (typeof placed?.value !== 'string') return null;
  const { value: written, start, end } = placed;
  return { written, text: expandVariables(written, () => undefined), at: source.place(start, end) };
}

function imageOf(label: string, service: ComposeService): ImageBuild | null {
  const { isBuilt, isInline, extended, context, platforms, platform } = service;
  if (!isBuilt || isInline) return null;
  const isTaken = context === null && extended !== null;
  return imageBuild({
    name: `service ${JSON.stringify(label)}`,
    context: isTaken ? { ...extended, text: null } : context,
    dockerfile: inContext(service.dockerfile, context),
    platforms: platforms.length > 0 ? platforms : platform === null ? [] : [platform],
  });
}
