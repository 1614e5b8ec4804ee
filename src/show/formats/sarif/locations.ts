import type { ArtifactLocation, CodeFlow, Location } from 'sarif';
import type { ReportedFinding, ReportedPlace, ReportedService } from '../../report/report.ts';
import { messageText } from './message.ts';

/** What all paths of a report are relative to. */
export const ROOT = 'PROJECTROOT';

/** A path of the project as a relative reference (RFC 3986, 4.2): what would make it another kind of address is escaped. */
export function artifact(path: string): ArtifactLocation {
  const uri = path.split('/').map(encodeURIComponent).join('/');
  return { uri, uriBaseId: ROOT };
}

/** Where a line begins. Columns count from 1 in UTF-16 units on both sides. */
export function locationOf({ file, line, column }: ReportedPlace, text?: string): Location {
  return {
    physicalLocation: {
      artifactLocation: artifact(file),
      region: { startLine: line, startColumn: column },
    },
    ...(text === undefined ? {} : { message: { text: messageText(text) } }),
  };
}

/** Of what no line brings in: the service's first file as a whole, since viewers leave out what has no place. */
export function wholeFile({ manifests }: Pick<ReportedService, 'manifests'>): readonly Location[] {
  const [first] = manifests;
  return first === undefined ? [] : [{ physicalLocation: { artifactLocation: artifact(first.file) } }];
}

/**
 * How a package comes in, from the requirement line through what each asks of the next. Every step stands at the line: that is where the
 * user meets it, and packages have no place in the repository.
 */
export function chainFlow({ chain, places: [place] }: ReportedFinding): CodeFlow | null {
  if (place === undefined || chain.length < 2) return null;
  const steps = chain.map(({ package: name, version, asks }) => `${name} ${version}, asked for by "${asks}"`);
  return { threadFlows: [{ locations: steps.map((step) => ({ location: locationOf(place, step) })) }] };
}
