import type { IndexOptions } from '../../../domain/project.ts';
import { NO_INDEX_OPTIONS } from '../manifest-reader.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import type { LocatedTable } from '../pyproject/located-toml.ts';
import { stringAt, valueAt } from '../pyproject/toml-lookup.ts';

/** The indexes of `[[source]]`, the first before the others, and whether `[pipenv]` lets pre-releases in. */
export function pipfileIndexes(
  document: LocatedTable,
  environment: ReadingContext['environment'],
): IndexOptions {
  const sources = valueAt(document, 'source');
  const urls = (sources?.kind === 'array' ? sources.items : []).flatMap((source) => {
    const url = stringAt(source, 'url');
    return url === null ? [] : [expanded(url.value, environment)];
  });
  const [indexUrl = null, ...extraIndexUrls] = urls;
  const allowed = valueAt(document, 'pipenv', 'allow_prereleases');
  const pre = allowed?.kind === 'other' && allowed.value === true;
  return { ...NO_INDEX_OPTIONS, indexUrl, extraIndexUrls, pre };
}

/** As Python's `os.path.expandvars`, which pipenv uses: `$NAME` and `${NAME}`; what is not set stays as it is. */
function expanded(text: string, environment: ReadingContext['environment']): string {
  return text.replace(/\$(?:(\w+)|\{([^}]*)\})/g, (written: string, bare?: string, braced?: string) => {
    const name = bare ?? braced ?? '';
    return (Object.hasOwn(environment, name) ? environment[name] : undefined) ?? written;
  });
}
