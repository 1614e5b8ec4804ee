import type { LearnedBreak } from '../../domain/learned-break.ts';
import { mergeLearned } from './merge-learned.ts';

/** A file of what was learned, to be shared: the same breaks give the same bytes. */
export function learnedText(breaks: readonly LearnedBreak[]): string {
  return `${JSON.stringify({ schemaVersion: '1', breaks: mergeLearned(breaks).map(written) }, null, 2)}\n`;
}

/** In the order of the published schema, and nothing else that a value may carry. */
function written({ importer, provider, service, ...rest }: LearnedBreak): object {
  const { id, kind, module, symbol, because, seen } = rest;
  const side = ({ name, versions: { read, between } }: LearnedBreak['provider']): object => ({
    name,
    versions: { read, between },
  });
  return {
    id,
    kind,
    importer: importer === null ? null : side(importer),
    ...(service === undefined ? {} : { service }),
    provider: side(provider),
    ...{ module, symbol, because, seen },
  };
}
