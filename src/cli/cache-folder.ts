import { defaultCacheFolder } from '../index.ts';

const FLAG = '--cache-dir';

/** The cache folder of a command line, before anything of it is parsed: `--cache-dir X` or `--cache-dir=X`, else the default one. */
export function cacheFolderOf(words: readonly string[], environment: NodeJS.ProcessEnv): string {
  const at = words.findIndex((word) => word === FLAG || word.startsWith(`${FLAG}=`));
  const said = words[at]?.startsWith(`${FLAG}=`) ? words[at].slice(FLAG.length + 1) : words[at + 1];
  return at === -1 || said === undefined || said === '' ? defaultCacheFolder(environment) : said;
}
