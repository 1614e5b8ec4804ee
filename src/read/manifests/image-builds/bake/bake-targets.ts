import { imageBuild, inContext } from '../told-build.ts';
import type { ToldText } from '../told-build.ts';
import type { ImageBuild } from '../image-build.ts';
import type { BakeAttribute, BakeFile } from './bake-file.ts';
import { BakeValues } from './bake-values.ts';

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
  const texts = values.textsOf(said.platforms);
  const context = pathIn(said.context, values);
  return imageBuild({
    name: `target ${JSON.stringify(label)}`,
    context,
    dockerfile: inContext(pathIn(said.dockerfile, values), context),
    platforms:
      texts === undefined
        ? [told(said.platforms, null)]
        : (texts ?? []).map((text) => told(said.platforms!, text)),
  });
}

function pathIn(attribute: BakeAttribute | undefined, values: BakeValues): ToldText | null {
  const value = attribute === undefined ? null : values.of(attribute);
  return value === null ? null : told(attribute!, typeof value === 'string' ? value : null);
}

function told({ source, start, end }: BakeAttribute, text: string | null): ToldText {
  return { written: source.text.slice(start, end), text, at: source.place(start, end) };
}
