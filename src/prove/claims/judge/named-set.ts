import { examine } from '../../../decide/findings/examine.ts';
import type { ExaminationNeeds } from '../../../decide/findings/examine.ts';
import { UserFacingError } from '../../../domain/errors.ts';
import type { Service } from '../../../domain/project.ts';
import type { Requirement } from '../../../domain/requirement.ts';
import type { Target } from '../../../domain/target.ts';
import type { DocumentFacts } from './document-facts.ts';
import { isOnShelf } from './shelf.ts';
import type { Shelf } from './shelf.ts';
import type { NamedSet } from './judge-needs.ts';

/**
 * The last version of every package that the document moves, resolved together as if they stood in one file. What else the service asks
 * for is not in it. Null where the document names no version that the index has, or something could not be reached.
 */
export async function namedSet(
  facts: DocumentFacts,
  shelf: Shelf,
  targets: readonly Target[],
  needs: Omit<ExaminationNeeds, 'ecosystem' | 'index' | 'advisories'>,
): Promise<NamedSet | null> {
  const requirements: Requirement[] = [];
  const missing: string[] = [];
  const versions: string[] = [];
  for (const { package: written, to, line } of facts.named.values()) {
    const found = await shelf.release(written, to);
    versions.push(`${isOnShelf(found) ? found.name : written} ${to}`);
    if (!isOnShelf(found)) missing.push(found.why);
    else requirements.push(requirementOf(shelf, `${found.name}==${found.version.text}`, line));
  }
  if (requirements.length === 0) return null;
  try {
    const { rules: ecosystem, index, advisories } = shelf;
    const service = serviceOf(requirements, targets);
    const scanned = await examine(service, { ...needs, ecosystem, index, advisories });
    return { scanned, versions, missing };
  } catch (error) {
    if (error instanceof UserFacingError) return null;
    throw error;
  }
}

const DOCUMENT = 'document';

export function requirementOf({ rules }: Shelf, text: string, line: number): Requirement {
  const dependency = rules.parseDependency(text);
  if ('kind' in dependency) throw new Error(`${text}: ${dependency.message}`);
  const span = { file: DOCUMENT, start: 0, end: text.length, line, column: 0 };
  const specifierSpan = { ...span, start: text.indexOf('==') };
  return {
    ...{ id: `${DOCUMENT}:${line}#${dependency.name}`, dependency, role: 'requirement', group: 'production' },
    ...{ span, specifierSpan, notEditable: null, hashes: [] },
  };
}

export function serviceOf(requirements: readonly Requirement[], targets: readonly Target[]): Service {
  const indexOptions = {
    ...{ indexUrl: null, extraIndexUrls: [], findLinks: [], noIndex: false, pre: false },
    ...{ noBinary: [], onlyBinary: [], requireHashes: false },
  };
  const manifest = {
    path: DOCUMENT,
    kind: 'document',
    requirements,
    unreadable: [],
    indexOptions,
    generatedBy: null,
  };
  return { name: '.', manifests: [manifest], targets };
}
