import type { PackageName } from './package-name.ts';

/**
 * Versions of two packages that do not work together although their metadata lets them: learned by running, and by reading the files of
 * neighbouring versions. For the solver it is one more incompatibility: not (importer in its versions and provider in its versions).
 */
export interface LearnedBreak {
  /** Stable over runs: made of the names and of the symbol. */
  readonly id: string;
  /** Who imports; null: the service's own sources, so that the provider's versions are forbidden by themselves. */
  readonly importer: { readonly name: PackageName; readonly versions: LearnedVersions } | null;
  /** The service whose own sources import it, where `importer` is null. Absent: every service that is planned. */
  readonly service?: string;
  /** Who no longer gives it. */
  readonly provider: { readonly name: PackageName; readonly versions: LearnedVersions };
  /**
   * `forbidden`: the provider's versions do not give what is imported. `needed`: the importer's metadata does not ask for the provider,
   * without which it fails; the provider's versions are those that give it, and one of them must be installed.
   */
  readonly kind: 'forbidden' | 'needed';
  /** Dotted name of the module, and the name in it; null: the module itself is missing. */
  readonly module: string;
  readonly symbol: string | null;
  /** One sentence: "flask 1.1.2 imports escape from jinja2, which jinja2 3.1.2 does not give". */
  readonly because: string;
  /** What was seen: the last lines of the traceback. */
  readonly seen: string;
}

/** Versions of one package, by their text as the index has it, ascending. */
export interface LearnedVersions {
  /** Their files were read, or they were run. */
  readonly read: readonly string[];
  /** They stand between two that were read with the same answer, and are taken to be like them. */
  readonly between: readonly string[];
}

/** Whether it speaks of a service at all: what a service's own sources import, no other service has to have. */
export function speaksOf({ importer, service: of }: LearnedBreak, service: string): boolean {
  return importer !== null || of === undefined || of === service;
}

/** Whether a set of packages breaks by it. `versionOf`: the text of the version that the set has of a package, null for none. */
export function breaksIn(
  { importer, provider, kind }: LearnedBreak,
  versionOf: (name: PackageName) => string | null,
): boolean {
  if (importer !== null && !holds(importer.versions, versionOf(importer.name))) return false;
  return holds(provider.versions, versionOf(provider.name)) === (kind === 'forbidden');
}

/** What is imported, as Python names it: "jinja2.escape", "pkg_resources". */
export function importedText({ module, symbol }: LearnedBreak): string {
  return symbol === null ? module : `${module}.${symbol}`;
}

function holds({ read, between }: LearnedVersions, text: string | null): boolean {
  return text !== null && (read.includes(text) || between.includes(text));
}
