import type { Finding } from '../../domain/finding.ts';

/**
 * What a finding speaks of apart from versions, as keys: two findings that share one speak of the same trouble. A package that
 * moved to another affected version is as vulnerable as before, and a line that still conflicts, with whomever, conflicts.
 */
export function troubleKeys(finding: Finding): readonly string[] {
  return subjects(finding).map((subject) => JSON.stringify([finding.kind, ...subject]));
}

function subjects(finding: Finding): readonly (readonly string[])[] {
  switch (finding.kind) {
    case 'vulnerable':
      return [finding.advisory.id, ...finding.advisory.ids].map((id) => [finding.name, id]);
    case 'conflicting':
      return finding.requirements.map((requirement) => [requirement.dependency.name]);
    case 'unreadable':
      return [[finding.at.span.file, finding.at.sourceLine.trim()]];
    case 'unavailable':
      return [[finding.requirement.dependency.name]];
    case 'unpinned':
      return [[finding.requirement.dependency.name, finding.requirement.span.file]];
    case 'untested-combination':
      return [[finding.by, finding.extra, finding.name]];
    case 'stale-lock':
      return [[finding.lock]];
    case 'not-checked':
      return [[finding.subject]];
    case 'breaks-at-import':
      return [[finding.learned.id]];
    case 'yanked':
    case 'no-distribution':
    case 'deprecated':
    case 'ambiguous-index':
      return [[finding.name]];
  }
}
