/** Sections of options: option names in small letters with dashes for underscores; values trimmed, lines joined by "\n". */
export type IniFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** A line that is neither a section, an option, a comment nor the continuation of a value. From 1. */
export interface IniProblem {
  readonly kind: 'ini-problem';
  readonly line: number;
}

/** Reads what Python's RawConfigParser reads: `=` or `:` after an option, indented lines continue its value. */
export function parseIni(text: string): IniFile | IniProblem {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | null = null;
  let key: string | null = null;
  for (const [number, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    if (/^\s/.test(line) && section !== null && key !== null) {
      section.set(key, `${section.get(key)!}\n${content}`.trim());
      continue;
    }
    const header = /^\[([^\]]+)\]/.exec(content);
    const separator = content.search(/[=:]/);
    if (header) {
      const name = header[1]!.trim();
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      key = null;
    } else if (section !== null && separator > 0) {
      key = content.slice(0, separator).trim().toLowerCase().replaceAll('_', '-').replace(/^--/, '');
      section.set(key, content.slice(separator + 1).trim());
    } else return { kind: 'ini-problem', line: number + 1 };
  }
  return sections;
}

export function isIniProblem(file: IniFile | IniProblem): file is IniProblem {
  return 'kind' in file;
}
