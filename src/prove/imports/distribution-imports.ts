import type { PackageName } from '../../domain/package-name.ts';
import type { Files } from '../../io/files.ts';
import type { Environment } from '../environment/environment.ts';
import type { ImportedModule } from './import-check.ts';
import type { SkipReason } from './import-names.ts';
import { importNames } from './import-names.ts';

/** A name that a distribution brings and that is not imported for itself. */
export interface SkippedName {
  readonly distribution: PackageName;
  readonly name: string;
  readonly why: SkipReason;
}

export interface DistributionImports {
  readonly modules: readonly ImportedModule[];
  readonly skipped: readonly SkippedName[];
  /** Distributions that have nothing to import: type stubs, data, a `.pth` alone. */
  readonly without: readonly PackageName[];
}

/** What is imported for each of these distributions; those that are not installed are left out. */
export async function importsOfDistributions(
  names: Iterable<PackageName>,
  environment: Environment,
  files: Files,
): Promise<DistributionImports> {
  const modules: ImportedModule[] = [];
  const skipped: SkippedName[] = [];
  const without: PackageName[] = [];
  for (const name of names) {
    const distribution = environment.distributions.get(name);
    if (distribution === undefined) continue;
    const found = await importNames(distribution, environment.runtimeVersion, files);
    modules.push(
      ...found.modules.map((module) => ({ module, from: { kind: 'distribution' as const, name } })),
    );
    skipped.push(...found.skipped.map((one) => ({ distribution: name, ...one })));
    if (found.modules.length === 0) without.push(name);
  }
  return { modules, skipped, without };
}
