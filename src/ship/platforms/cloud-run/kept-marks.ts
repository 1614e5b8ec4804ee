import type { RunService } from './traffic.ts';

/** What fettle keeps in the service itself, as annotations: it is read and written with the service, under its etag. */
export interface KeptMarks {
  /** Of the execution that wrote last; null: fettle never did. */
  readonly generation: number | null;
  readonly stable: string | null;
  readonly previous: string | null;
}

const GENERATION = 'fettle.dev/generation';
const STABLE = 'fettle.dev/stable';
const PREVIOUS = 'fettle.dev/previous';

export function marksOf({ annotations }: RunService): KeptMarks {
  const generation = Number(annotations?.[GENERATION] ?? NaN);
  return {
    generation: Number.isSafeInteger(generation) ? generation : null,
    stable: annotations?.[STABLE] || null,
    previous: annotations?.[PREVIOUS] || null,
  };
}

/** The service's annotations with these in the place of those that were there; those of others stay. */
export function withMarks(service: RunService, marks: KeptMarks): Record<string, string> {
  const others = Object.entries(service.annotations ?? {}).filter(
    ([key]) => key !== GENERATION && key !== STABLE && key !== PREVIOUS,
  );
  return {
    ...Object.fromEntries(others),
    ...(marks.generation === null ? {} : { [GENERATION]: String(marks.generation) }),
    ...(marks.stable === null ? {} : { [STABLE]: marks.stable }),
    ...(marks.previous === null ? {} : { [PREVIOUS]: marks.previous }),
  };
}
