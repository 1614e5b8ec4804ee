import * as v from 'valibot';
import { UserFacingError } from '../../domain/errors.ts';
import type { ErrorPlace } from '../../domain/errors.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import { decodeText } from '../manifests/decode-text.ts';
import type { Placed, PlacedValue } from '../manifests/placed/placed.ts';
import { readPlacedJson } from '../manifests/placed/placed-json.ts';
import { SourceText } from '../manifests/source-text.ts';
import { LearnedFile } from './learned-shape.ts';
import type { WrittenBreak } from './learned-shape.ts';
import { mergeLearned } from './merge-learned.ts';

type Names = Pick<Ecosystem, 'name'>;

/** A larger file was not written by fettle. */
export const LARGEST_LEARNED_FILE = 32 * 2 ** 20;

/**
 * What others learned, from a file in the shape of schemas/learned-1.json. Nothing in it is trusted: it only ever forbids versions, and
 * what it forbids is told with the file's own reason.
 * @throws UserFacingError `invalid-file` with the place of what is wrong.
 */
export function readLearned(bytes: Uint8Array, file: string, names: Names): readonly LearnedBreak[] {
  const { text } = decodeText(bytes, file);
  const source = new SourceText({ path: file, text, digest: '' });
  const { root, unreadable } = readPlacedJson(source);
  const [wrong] = unreadable;
  if (wrong !== undefined) throw invalid(wrong.message, wrong.at);
  const whole: Placed = { value: root, start: 0, end: 1 };
  const refuse = (keys: readonly string[], message: string): UserFacingError => {
    const { start, end } = placeOf(whole, keys);
    return invalid(`${keys.length === 0 ? file : keys.join('.')}: ${message}`, source.place(start, end));
  };
  const parsed = v.safeParse(LearnedFile, plain(root));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw refuse(
      (issue.path ?? []).map((item) => String(item.key)),
      issue.message,
    );
  }
  const nameOf = (written: string, keys: readonly string[]): PackageName => {
    const name = names.name(written);
    if (typeof name === 'string') return name;
    throw refuse(keys, name.message);
  };
  return mergeLearned(parsed.output.breaks.map((one, at) => breakOf(one, ['breaks', String(at)], nameOf)));
}

function breakOf(
  { importer, provider, service, ...rest }: WrittenBreak,
  keys: readonly string[],
  nameOf: (written: string, keys: readonly string[]) => PackageName,
): LearnedBreak {
  const side = (one: WrittenBreak['provider'], key: string): LearnedBreak['provider'] => ({
    name: nameOf(one.name, [...keys, key, 'name']),
    versions: one.versions,
  });
  return {
    ...rest,
    ...(service === undefined ? {} : { service }),
    importer: importer === null ? null : side(importer, 'importer'),
    provider: side(provider, 'provider'),
    // Of several lines; what a terminal would obey is taken out.
    seen: rest.seen.replace(/[^\P{Cc}\n\t]/gu, ''),
  };
}

/** Objects without a prototype: hostile keys are only keys. */
function plain(value: PlacedValue): unknown {
  if (value instanceof Map) {
    const object = Object.create(null) as Record<string, unknown>;
    for (const [key, one] of value as ReadonlyMap<string, Placed>) object[key] = plain(one.value);
    return object;
  }
  return Array.isArray(value) ? (value as readonly Placed[]).map((one) => plain(one.value)) : value;
}

/** Where the value at the keys stands, or the nearest around it. */
function placeOf(placed: Placed, [key, ...rest]: readonly string[]): Placed {
  if (key === undefined) return placed;
  const { value } = placed;
  const inner =
    value instanceof Map
      ? (value as ReadonlyMap<string, Placed>).get(key)
      : Array.isArray(value)
        ? (value as readonly Placed[])[Number(key)]
        : undefined;
  return inner === undefined ? placed : placeOf(inner, rest);
}

function invalid(message: string, at: ErrorPlace): UserFacingError {
  return new UserFacingError('invalid-file', message, {
    at,
    hint: 'schemas/learned-1.json is the shape of a file of what was learned',
  });
}
