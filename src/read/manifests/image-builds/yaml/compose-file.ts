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

/** By name. */
export type ComposeServices = ReadonlyMap<string, ComposeService>;

/** The services that a file speaks of, over what earlier files say of them. */
export function servicesOver(before: ComposeServices, file: YamlFile): ComposeServices {
  const services = new Map<string, ComposeService>();
  for (const [name, placed] of placedTable(file.root.get('services')) ?? []) {
    const table = placedTable(placed);
    if (table) services.set(name, merged(before.get(name) ?? NOTHING, table, file));
  }
  return services;
}

/** Their images: for `build.platforms`, and where nothing is said there for the service's `platform` (Compose Build Specification). */
export function imagesOfServices(services: ComposeServices): readonly ImageBuild[] {
  return [...services].flatMap(([label, service]) => imageOf(label, service) ?? []);
}

function merged(before: ComposeService, service: PlacedTable, file: YamlFile): ComposeService {
  const told = (placed: Placed | undefined): ToldText | null => toldAt(placed, file);
  const build = service.get('build');
  const table = placedTable(build) ?? new Map<string, Placed>();
  const extended = service.get('extends');
  const platforms = placedList(table.get('platforms')) ?? [];
  file.bound.take(before.platforms.length + platforms.length);
  return {
    isBuilt: before.isBuilt || build !== undefined,
    isInline: before.isInline || table.has('dockerfile_inline'),
    extended:
      told(extended && (placedAt(placedTable(extended) ?? new Map(), 'service') ?? extended)) ??
      before.extended,
    context: told(table.get('context')) ?? told(build) ?? before.context,
    dockerfile: told(table.get('dockerfile')) ?? before.dockerfile,
    platforms: [...before.platforms, ...platforms.flatMap((one) => told(one) ?? [])],
    platform: told(service.get('platform')) ?? before.platform,
  };
}

/** Variables are what their default says: the environment is not that of the machine which builds. */
function toldAt(placed: Placed | undefined, { source, bound }: YamlFile): ToldText | null {
  if (typeof placed?.value !== 'string') return null;
  const { value: written, start, end } = placed;
  bound.take(written.length);
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
