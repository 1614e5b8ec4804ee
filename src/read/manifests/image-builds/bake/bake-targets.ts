import { posix } from 'node:path';
import type { Unreadable } from '../../../../domain/project.ts';
import { withMaskedCredentials } from '../../../../io/url-credentials.ts';
import type { BakeAttribute, BakeFile } from './bake-file.ts';
import { BakeValues } from './bake-values.ts';
import { SAY_PLATFORM, isElsewhere } from '../image-build.ts';
import type { ImageBuild } from '../image-build.ts';

/** What decides which Dockerfile a target builds and for what. The last that is said counts (Docker's Bake reference). */
const DECIDES = ['context', 'dockerfile', 'dockerfile-inline', 'platforms'] as const;
type Deciding = (typeof DECIDES)[number];

type Said = Partial<Record<Deciding, BakeAttribute | undefined>>;

/** A target with the blocks of all files in one; `inherits` are added to one another. */
interface Target {
  readonly said: Said;
  readonly inherits: readonly BakeAttribute[];
  /** Whether it says something that only what is built has: others may take over from it all the same. */
  readonly isBuilt: boolean;
}

/** Targets take over from one another; further than this no file is written by people. */
const DEEPEST = 32;
const SHOWN = 120;

/** What the targets of bake files build that are read together, later ones over earlier ones. Templates of others are no images. */
export function bakedImages(files: readonly BakeFile[]): readonly ImageBuild[] {
  const targets = targetsOf(files);
  const values = new BakeValues(files);
  const inheriting = new Inheritance(targets, values);
  const grouped = groupedIn(files, values);
  const takenOver = inheriting.takenOver();
  return [...targets].flatMap(([name, { isBuilt }]) => {
    const isTemplate = name.startsWith('_') || (takenOver.has(name) && !isBuilt && !grouped.has(name));
    return isTemplate ? [] : (imageOf(name, inheriting.of(name, 0), values) ?? []);
  });
}

function targetsOf(files: readonly BakeFile[]): ReadonlyMap<string, Target> {
  const targets = new Map<string, Target>();
  for (const { blocks } of files)
    for (const { type, label, attributes } of blocks) {
      if (type !== 'target') continue;
      const before = targets.get(label);
      const said: Said = { ...before?.said };
      for (const name of DECIDES) said[name] = attributes.get(name) ?? said[name];
      const inherits = attributes.get('inherits');
      const isBuilt = ['context', 'dockerfile', 'tags', 'target', 'output'].some((name) =>
        attributes.has(name),
      );
      targets.set(label, {
        said,
        inherits: [...(before?.inherits ?? []), ...(inherits ? [inherits] : [])],
        isBuilt: isBuilt || (before?.isBuilt ?? false),
      });
    }
  return targets;
}

function groupedIn(files: readonly BakeFile[], values: BakeValues): ReadonlySet<string> {
  const lists = files.flatMap(({ blocks }) =>
    blocks.flatMap(({ type, attributes }) => (type === 'group' ? (attributes.get('targets') ?? []) : [])),
  );
  return new Set(lists.flatMap((list) => values.textsOf(list) ?? []));
}

/** What targets say together with those that they take over from, in order, and their own words last. */
class Inheritance {
  readonly #targets: ReadonlyMap<string, Target>;
  readonly #values: BakeValues;
  readonly #whole = new Map<string, Said>();

  constructor(targets: ReadonlyMap<string, Target>, values: BakeValues) {
    this.#targets = targets;
    this.#values = values;
  }

  takenOver(): ReadonlySet<string> {
    return new Set(
      [...this.#targets].flatMap(([name, { inherits }]) =>
        inherits.flatMap((list) => this.#values.textsOf(list) ?? []).filter((other) => other !== name),
      ),
    );
  }

  /** Where it cannot be known what is taken over, `platforms` is the line that says so. */
  of(name: string, depth: number): Said {
    const before = this.#whole.get(name);
    if (before) return before;
    const target = this.#targets.get(name)!;
    const whole: Said = {};
    this.#whole.set(
      name,
      Object.fromEntries(target.inherits.slice(-1).map((list) => ['platforms', unknown(list)])),
    );
    for (const list of target.inherits) {
      const names = this.#values.textsOf(list) ?? (list.value.kind === 'null' ? [] : undefined);
      const known = names?.every((one) => this.#targets.has(one)) === true && depth < DEEPEST;
      if (!known) whole.platforms = unknown(list);
      else for (const one of names) Object.assign(whole, this.of(one, depth + 1));
    }
    for (const one of DECIDES) whole[one] = target.said[one] ?? whole[one];
    this.#whole.set(name, whole);
    return whole;
  }
}

function unknown(attribute: BakeAttribute): BakeAttribute {
  return { ...attribute, value: { kind: 'unknown' } };
}

/** Null: it builds no Dockerfile of this repository, or does not say for what. */
function imageOf(label: string, said: Said, values: BakeValues): ImageBuild | null {
  if (!said.platforms || said['dockerfile-inline']) return null;
  const [context, dockerfile] = [pathIn(said.context, values), pathIn(said.dockerfile, values)];
  if (typeof context === 'string' && isElsewhere(context)) return null;
  const texts = values.textsOf(said.platforms);
  if (texts === null || texts?.length === 0) return null;
  const name = `target ${JSON.stringify(label)}`;
  const computed =
    context === undefined ? said.context : dockerfile === undefined ? said.dockerfile : undefined;
  if (computed) {
    const unreadable = [told(computed, `which Dockerfile ${name} builds cannot be known`)];
    return { name, dockerfile: null, platforms: [], unreadable };
  }
  const at = placeOf(said.platforms);
  return {
    name,
    dockerfile: posix.join(context || '.', dockerfile || 'Dockerfile'),
    platforms: (texts ?? []).map((text) => ({ text, at })),
    unreadable: texts ? [] : [told(said.platforms, `the platforms of ${name} cannot be known`)],
  };
}

/** Null: it is not said; undefined: it cannot be known. */
function pathIn(attribute: BakeAttribute | undefined, values: BakeValues): string | null | undefined {
  const value = attribute === undefined ? null : values.of(attribute);
  return value === null || typeof value === 'string' ? value : undefined;
}

function told(attribute: BakeAttribute, message: string): Unreadable {
  const { source, start, end } = attribute;
  const written = withMaskedCredentials(source.text.slice(start, Math.min(end, start + SHOWN)));
  return {
    message: `${message}: ${written.replace(/\s+/g, ' ')}${end - start > SHOWN ? '…' : ''}`,
    hint: SAY_PLATFORM,
    at: placeOf(attribute),
  };
}

function placeOf({ source, start, end }: BakeAttribute): Unreadable['at'] {
  return source.place(start, end);
}
