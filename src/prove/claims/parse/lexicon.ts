import type { Block } from './block.ts';
import { movesIn } from './change-statements.ts';
import type { Place } from './found.ts';
import { mayBePackage, normalised, releasesIn, VERSION } from './names.ts';
import type { Lexicon } from './names.ts';
import { roleOf } from './columns.ts';

const PIN = new RegExp(
  String.raw`(?<![\w.-])([A-Za-z][\w.-]*[A-Za-z0-9])(?:\[[\w, -]{0,60}\])?==${VERSION}`,
  'g',
);

/** The names that a document itself pins, moves or puts into a column of packages. */
export function lexiconOf(blocks: readonly Block[]): Lexicon {
  const names = new Set<string>();
  const add = (name: string): void => {
    if (mayBePackage(name)) names.add(normalised(name));
  };
  for (const block of blocks) {
    const place: Place = { lexicon: names, section: null, subject: null, titles: [], box: null };
    for (const { package: name } of movesIn(block.words, place)) add(name);
    for (const [, name] of block.words.text.matchAll(PIN)) add(name!);
    if (block.kind === 'row') {
      const { package: name, versions } = namedIn(block);
      if (name !== null && versions) add(name);
    } else if (block.kind === 'heading')
      for (const { name } of releasesIn(block.words.text).slice(0, 1)) add(name.text);
  }
  return names;
}

function namedIn({ cells }: Extract<Block, { kind: 'row' }>): {
  readonly package: string | null;
  readonly versions: boolean;
} {
  const named = cells.find(({ title }) => roleOf(title) === 'package');
  const versions = cells.some(({ words }) => /^v?\d+(?:\.\d+)+\b/.test(words.text));
  return { package: /^[A-Za-z][\w.-]*/.exec(named?.words.text ?? '')?.[0] ?? null, versions };
}
