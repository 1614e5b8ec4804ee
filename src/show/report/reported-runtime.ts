import { movedPlaces } from '../../change/runtime-edits.ts';
import type { Service } from '../../domain/project.ts';
import type { Ledger } from './ledger.ts';

/** A runtime that moves together with the requirements; it is counted apart from them. */
export interface ReportedRuntime {
  /** What the files say today. */
  readonly from: readonly string[];
  readonly to: string;
  /** Every place that is to say something else. */
  readonly places: readonly {
    readonly file: string;
    readonly line: number;
    readonly kind: 'image' | 'path' | 'version' | 'range';
    readonly from: string;
    readonly to: string;
  }[];
  readonly evidence: readonly string[];
}

/** Null where `--raise-python` does not move the service. */
export function reportedRuntime(service: Service, ledger: Ledger): ReportedRuntime | null {
  const { raised } = service;
  if (!raised) return null;
  const places = movedPlaces(service).map(({ span, kind, from, to }) => ({
    ...{ file: span.file, line: span.line, kind, from, to },
  }));
  const refused = raised.places.filter((place) => place.refused !== null).length;
  const record = ledger.add({
    id: `evidence:runtime:${service.name}`,
    claim: `all that says Python ${raised.from.join(', ')} can say ${raised.to}`,
    verdict: refused === 0 ? 'proven' : 'refuted',
    how: '--raise-python; the files as they will be are read again',
    seen: `${runtimePlacesText(places)}${refused === 0 ? '' : `; ${refused} that cannot be moved`}; whether such a base image is there was not looked up`,
  });
  return { from: raised.from, to: raised.to, places, evidence: [record] };
}

/** "Dockerfile:1, .python-version:1": each line once. */
export function runtimePlacesText(
  places: readonly { readonly file: string; readonly line: number }[],
): string {
  return [...new Set(places.map(({ file, line }) => `${file}:${line}`))].join(', ');
}
