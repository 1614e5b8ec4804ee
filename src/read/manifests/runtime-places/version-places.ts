import type { RuntimePlace } from '../../../domain/raised-runtime.ts';
import type { Rules } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import { pythonVersionIn, runtimeVersionIn } from '../version-files.ts';
import type { WrittenVersion } from '../version-files.ts';
import { asPreciseAs, isOlder } from './newer-runtime.ts';
import type { NewerRuntime } from './newer-runtime.ts';

/** The version in a `.python-version`, with as many numbers as it had. Null: the file names no Python. */
export function pythonVersionPlaces(
  source: SourceText,
  newer: NewerRuntime,
  rules: Rules,
): readonly RuntimePlace[] | null {
  return versionPlaces(pythonVersionIn(source.text), source, newer, rules);
}

/** The version in a `runtime.txt`, which has to be whole. Null: the file names no Python. */
export function runtimeFilePlaces(
  source: SourceText,
  newer: NewerRuntime,
  rules: Rules,
): readonly RuntimePlace[] | null {
  return versionPlaces(runtimeVersionIn(source.text), source, newer, rules);
}

function versionPlaces(
  written: WrittenVersion | null,
  source: SourceText,
  newer: NewerRuntime,
  rules: Rules,
): readonly RuntimePlace[] | null {
  const runtime = written && rules.parseRuntime(written.text);
  if (!written || !runtime || 'kind' in runtime) return null;
  if (!isOlder(runtime, newer)) return [];
  const from = /\d+\.\d+.*$/.exec(written.text)![0];
  const start = written.start + written.text.length - from.length;
  const span = source.span(start, start + from.length);
  const to = runtime.implementation === 'cpython' ? asPreciseAs(from, newer) : null;
  if (to !== null) return [{ span, kind: 'version', from, to, refused: null }];
  const why =
    runtime.implementation === 'cpython'
      ? `the newest patch of Python ${newer.series} is not known: say it whole, as --raise-python ${newer.series}.1`
      : `it names ${runtime.implementation}, not CPython: move it by hand`;
  return [{ span, kind: 'version', from, to: from, refused: why }];
}
