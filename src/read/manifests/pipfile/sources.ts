import type { IndexOptions } from '../../../domain/project.ts';
import { tomlAt, tomlString } from '../../../io/toml-table.ts';
import type { TomlTable } from '../../../io/toml-table.ts';
import { NO_INDEX_OPTIONS } from '../manifest-reader.ts';
import type { ReadingContext } from '../manifest-reader.ts';

/** The indexes of `[[source]]`, the first before the others, and whether `[pipenv]` lets pre-releases in. */
export function pipfileIndexes(
  document: TomlTable,
  environment: ReadingContext['environment'],
): IndexOptions {
  const sources = tomlAt(document, 'source');
  const urls = (Array.isArray(sources) ? sources : []).flatMap((source: unknown) => {
    const url = tomlString(source, 'url');
    return url === null ? [] : [expanded(url, environment)];
  });
  const [indexUrl = null, ...extraIndexUrls] = urls;
  const pre = tomlAt(document, 'pipenv', 'allow_prereleases') === true;
  return { ...NO_INDEX_OPTIONS, indexUrl, extraIndexUrls, pre };
}

/** As Python's `os.path.expandvars`, which pipenv uses: `$NAME` and `${NAME}`; what is not set stays as it is. */
function expanded(text: string, environment: ReadingContext['environment']): string {
  return text.replace(/\$(?:(\w+)|\{([^}]*)\})/g, (written: string, bare?: string, braced?: string) => {
    const name = bare ?? braced ?? '';
    return (Object.hasOwn(environment, name) ? environment[name] : undefined) ?? written;
  });
}
