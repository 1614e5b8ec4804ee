import { posix } from 'node:path';
import type { ErrorPlace } from '../../../domain/errors.ts';
import type { ShellWord } from '../dockerfile/shell-commands.ts';
import type { Lookup } from '../dockerfile/variables.ts';
import { imageBuild, isElsewhere } from './told-build.ts';
import type { ToldText } from './told-build.ts';
import type { ImageBuild } from './image-build.ts';
import type { ReadingBound } from '../reading-bound.ts';
import { scriptCommands } from './script-commands.ts';
import type { Folder, ScriptPart } from './script-commands.ts';

const BUILDERS: ReadonlySet<string> = new Set(['docker', 'podman', 'nerdctl', 'buildah', 'buildx']);
/** What stands between a builder and its options. */
const BUILDS = /^(?:(?:buildx|image|builder) )?(?:build|bud|b)$/;
/** Options of `docker build`, `podman build` and `buildah build` that are no switches: the word behind them is theirs. */
const WITH_VALUE: ReadonlySet<string> = new Set(
  (
    '-f -t -o -m -c --file --tag --output --memory --platform --add-host --allow --annotation --arch --attest --authfile ' +
    '--build-arg --build-context --builder --cache-from --cache-to --call --cgroup-parent --cpu-period --cpu-quota ' +
    '--cpu-shares --cpuset-cpus --cpuset-mems --env --format --iidfile --ignorefile --isolation --jobs --label --layers ' +
    '--manifest --memory-swap --metadata-file --network --no-cache-filter --os --progress --provenance --retry --sbom ' +
    '--secret --security-opt --shm-size --ssh --target --ulimit --userns --variant --volume -v'
  ).split(' '),
);

/**
 * The images that the commands of a script build for platforms that they name, or for the machine's (`own`; null: nothing is said of it), run
 * from `start`. Nothing is run.
 */
export function imagesOfScript(
  parts: readonly ScriptPart[],
  start: Folder,
  lookup: Lookup,
  bound: ReadingBound,
  own: ToldText | null = null,
): readonly ImageBuild[] {
  const length = parts.reduce((sum, { text }) => sum + text.length, 0);
  bound.take(length);
  const telling = own === null ? '--platform' : 'build';
  if (!parts.some(({ text }) => text.includes(telling))) return [];
  return scriptCommands(parts, start, lookup, bound).flatMap(
    ({ words, at, folder }) => imageOfCommand(words, at, folder, own) ?? [],
  );
}

/** Null: the command builds no image, or nothing says for what. `own` as above. */
export function imageOfCommand(
  words: readonly ShellWord[],
  at: ErrorPlace,
  folder: Folder,
  own: ToldText | null = null,
): ImageBuild | null {
  const first = words.findIndex(({ text }) => BUILDERS.has(posix.basename(text.text)));
  const length = first < 0 ? undefined : [1, 2].find((n) => BUILDS.test(textOf(words, first + 1, n)));
  if (length === undefined) return null;
  const { options, others } = optionsOf(words.slice(first + 1 + length));
  const told = (word: ShellWord | undefined): ToldText | null =>
    word === undefined ? null : { ...written(word), at };
  const place = (word: ShellWord | undefined): ToldText | null => {
    const one = told(word);
    return one?.text == null || isElsewhere(one.text)
      ? one
      : { ...one, text: folder && posix.join(folder, one.text) };
  };
  const named = (options.get('--platform') ?? []).map((word) => told(word)!);
  return imageBuild({
    name: `"${textOf(words, first, 1 + length)}"`,
    context: place(others.at(-1)),
    dockerfile: place(options.get('--file')?.at(-1)),
    platforms: named.length === 0 && own !== null ? [own] : named,
  });
}

function textOf(words: readonly ShellWord[], first: number, count: number): string {
  return words
    .slice(first, first + count)
    .map(({ text }) => text.text)
    .join(' ');
}

function written({ text, unknown }: ShellWord): Pick<ToldText, 'written' | 'text'> {
  return {
    written: unknown === null ? text.text : `${text.text} (${unknown})`,
    text: unknown === null ? text.text : null,
  };
}

/** The values of long options by name, `-f` among them, and the words that are none. */
function optionsOf(words: readonly ShellWord[]): {
  readonly options: ReadonlyMap<string, readonly ShellWord[]>;
  readonly others: readonly ShellWord[];
} {
  const options = new Map<string, ShellWord[]>();
  const others: ShellWord[] = [];
  for (let n = 0; n < words.length; n++) {
    const word = words[n]!;
    const match = /^(--[\w-]+|-f)(?:=(.*)|$)/s.exec(word.text.text);
    if (match?.[2] === undefined && !WITH_VALUE.has(word.text.text)) {
      if (!word.text.text.startsWith('-')) others.push(word);
      continue;
    }
    const name = match?.[1] === '-f' ? '--file' : (match?.[1] ?? word.text.text);
    const value =
      match?.[2] === undefined
        ? words[++n]
        : { ...word, text: word.text.part(match[1]!.length + 1, word.text.text.length) };
    if (!value) continue;
    const before = options.get(name);
    if (before) before.push(value);
    else options.set(name, [value]);
  }
  return { options, others };
}
