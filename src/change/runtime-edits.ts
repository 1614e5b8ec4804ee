import type { Today } from '../decide/resolution/today.ts';
import { placeText } from '../decide/resolution/wording.ts';
import type { Edit } from '../domain/edit.ts';
import type { Plan } from '../domain/plan.ts';
import type { Project, Service } from '../domain/project.ts';
import type { RuntimePlace } from '../domain/raised-runtime.ts';

/** What a newer runtime comes to in the files of a service, and why it cannot be written. */
export interface RuntimeEdits {
  readonly edits: readonly Edit[];
  readonly refused: readonly { readonly subject: string; readonly why: string }[];
}

/**
 * The edits that move a service to its newer runtime: each replaces a version or range where it is written and nothing around it.
 * Nobody is moved to a runtime on which the plan has no set, or on which a line cannot be met (`unmet`).
 */
export function runtimeEdits(
  project: Project,
  { service, locks, changes }: Plan,
  unmet: Today['unmet'],
): RuntimeEdits {
  const raised = project.services.find((one) => one.name === service)?.raised;
  if (!raised) return { edits: [], refused: [] };
  const subject = `python ${raised.to}`;
  // A line that asks for a successor, or goes for one, is met by that.
  const given = new Set(changes.map(({ requirement }) => requirement?.id));
  const left = unmet.filter(({ lines }) => !lines.every(({ requirement }) => given.has(requirement.id)));
  const missing =
    locks.length === 0
      ? [{ subject, why: 'no set of versions was found that can be installed on it' }]
      : left.map(({ lines }) => ({
          subject,
          why: `no version meets ${lines.map(({ requirement }) => `${requirement.dependency.text} (${placeText(requirement)})`).join(' and ')} on it`,
        }));
  const refused = raised.places.flatMap((place) => {
    const why = whyNot(place, project);
    return why === null ? [] : [{ subject: `python at ${place.span.file}:${place.span.line}`, why }];
  });
  return { edits: movedPlaces({ raised }).map(editOf), refused: [...missing, ...refused] };
}

/** The places of a service that say something else afterwards. */
export function movedPlaces({ raised }: Pick<Service, 'raised'>): readonly RuntimePlace[] {
  return (raised?.places ?? []).filter(({ from, to }) => from !== to);
}

function whyNot(place: RuntimePlace, { files }: Project): string | null {
  if (place.refused !== null || place.from === place.to) return place.refused;
  return files.has(place.span.file) ? null : `${place.span.file} was not read`;
}

function editOf({ span: { file, start, end }, from, to }: RuntimePlace): Edit {
  return { file, start, end, expected: from, replacement: to };
}
