import { Packr } from 'msgpackr';
import type { Dependency } from '../../../domain/dependency.ts';
import type { Metadata } from '../ecosystem.ts';
import { repairedRequirement, repairedSpecifier } from './lenient.ts';
import type { CoreMetadata } from './metadata-file.ts';
import { normalizeName } from './name.ts';
import { parseRequirement } from './requirement.ts';
import { parseSpecifier } from './specifier.ts';
import { EGG_INFO } from './sdist-files.ts';
import { isProblem } from './syntax-problem.ts';

/** What is kept of one file's metadata: texts that have been found to parse, so that they can be parsed when asked for. */
export type MetadataRecord =
  | {
      readonly kind: 'known';
      readonly requires: readonly string[];
      readonly extras: readonly string[];
      readonly requiresRuntime: string | null;
      readonly classifiers: readonly string[];
      readonly source: string;
    }
  | {
      readonly kind: 'unknown';
      readonly why: string;
      /** A build was tried: without it another try with `--allow-build` is worth it. */
      readonly afterBuild: boolean;
    };

/** At the end of a source. */
const LENIENTLY = ', read leniently';

const KNOWN_MAJOR = 2;
const FORMAT = 1;
const packr = new Packr({ useRecords: false, mapsAsObjects: false });

/** Of the classifiers only what tells that a project has ended or its state; the rest is for people who browse. */
const KEPT_CLASSIFIER = /^Development Status ::/;

/**
 * The record of core metadata, or one sentence why it cannot be used: one requirement that is none, and of which it is not plain
 * what was meant, makes all of it unknown, for leaving it out would be a silent drop.
 */
export function recordOf(core: CoreMetadata, source: string): MetadataRecord | string {
  // Core metadata, "Metadata-Version": of a later major version a tool must not read anything.
  if (Number(core.metadataVersion.split('.')[0]) > KNOWN_MAJOR)
    return `it is of metadata version ${core.metadataVersion.slice(0, 20)}, later than ${KNOWN_MAJOR}.x`;
  const requires: string[] = [];
  for (const text of core.requiresDist) {
    const parsed = parseRequirement(text);
    const read = isProblem(parsed) ? repairedRequirement(text) : text;
    if (isProblem(parsed) && read === null)
      return `its requirement "${text.slice(0, 200)}" cannot be read: ${parsed.message}`;
    requires.push(read ?? text);
  }
  const requiresRuntime = readRuntime(core.requiresPython);
  const asWritten =
    requiresRuntime === core.requiresPython && requires.every((text, i) => text === core.requiresDist[i]);
  return {
    kind: 'known',
    requires,
    extras: [...new Set(core.providesExtra.map(normalizeName))],
    requiresRuntime,
    classifiers: core.classifiers.filter((text) => KEPT_CLASSIFIER.test(text)),
    source: asWritten ? source : source + LENIENTLY,
  };
}

function readRuntime(text: string | null): string | null {
  if (text === null || !isProblem(parseSpecifier(text))) return text;
  return repairedSpecifier(text) ?? text;
}

export function recordBytes(record: MetadataRecord): Uint8Array {
  return packr.pack(
    record.kind === 'known'
      ? [FORMAT, record.source, record.requiresRuntime, record.requires, record.extras, record.classifiers]
      : [FORMAT, record.why, record.afterBuild],
  );
}

/** Null for bytes of another format. */
export function parseRecord(bytes: Uint8Array): MetadataRecord | null {
  let fields: unknown;
  try {
    fields = packr.unpack(bytes);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
  if (!Array.isArray(fields) || fields[0] !== FORMAT || typeof fields[1] !== 'string') return null;
  if (fields.length === 3) return { kind: 'unknown', why: fields[1], afterBuild: fields[2] === true };
  const [, source, runtime, requires, extras, classifiers] = fields as unknown[];
  if (!areTexts(requires) || !areTexts(extras) || !areTexts(classifiers)) return null;
  const requiresRuntime = typeof runtime === 'string' ? runtime : null;
  return { kind: 'known', requires, extras, requiresRuntime, classifiers, source: source as string };
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** The contract's form; requirements are parsed when they are first asked for. */
export function metadataOf(record: MetadataRecord): Metadata {
  return record.kind === 'known' ? new KnownMetadata(record) : { kind: 'unknown', why: record.why };
}

class KnownMetadata {
  readonly kind = 'known';
  readonly extras: readonly string[];
  readonly requiresRuntime: string | null;
  readonly classifiers: readonly string[];
  readonly source: string;
  readonly lenient: boolean;
  readonly asBuiltElsewhere: boolean;
  readonly #requires: readonly string[];
  #dependencies: readonly Dependency[] | null = null;

  constructor(record: Extract<MetadataRecord, { kind: 'known' }>) {
    this.extras = record.extras;
    this.requiresRuntime = record.requiresRuntime;
    this.classifiers = record.classifiers;
    this.source = record.source;
    this.lenient = record.source.endsWith(LENIENTLY);
    this.asBuiltElsewhere = record.source.startsWith(EGG_INFO);
    this.#requires = record.requires;
  }

  get dependencies(): readonly Dependency[] {
    return (this.#dependencies ??= this.#requires.map(readRequirement));
  }
}

function readRequirement(text: string): Dependency {
  const parsed = parseRequirement(text);
  // Records are made of texts that parse: only a bundle that was written by hand comes here.
  if (isProblem(parsed)) throw new Error(`stored metadata holds a requirement that cannot be read: ${text}`);
  return parsed;
}
