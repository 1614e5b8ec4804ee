/** Sections of options: option names in small letters with dashes for underscores; values trimmed, lines joined by "\n". */
export type IniFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** A line that is neither a section, an option, a comment nor the continuation of a value. From 1. */
export interface IniProblem {
  readonly kind: 'ini-problem';
  readonly line: number;
}

/** Reads what Python's RawConfigParser reads: `=` or `:` after an option, indented lines continue its value. */
export function parseIni(text: string): IniFile | IniProblem {
  const sections = new Map<string, Map<string, string[]>>();
  let section: Map<string, string[]> | null = null;
  // The lines of the option that an indented line goes on with: joined once, for a value may have tens of thousands.
  let value: string[] | null = null;
  for (const [number, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    if (/^\s/.test(line) && value !== null) {
      value.push(content);
      continue;
    }
    const header = /^\[([^\]]+)\]/.exec(content);
    const separator = content.search(/[=:]/);
    if (header) {
      const name = header[1]!.trim();
      section = sections.get(name) ?? new Map<string, string[]>();
      sections.set(name, section);
      value = null;
    } else if (section !== null && separator > 0) {
      const key = content.slice(0, separator).trim().toLowerCase().replaceAll('_', '-').replace(/^--/, '');
      value = [content.slice(separator + 1).trim()];
      section.set(key, value);
    } else return { kind: 'ini-problem', line: number + 1 };
  }
  return new Map([...sections].map(([name, options]) => [name, joined(options)]));
}

function joined(options: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string> {
  return new Map([...options].map(([key, lines]) => [key, lines.join('\n').trim()]));
}

export function isIniProblem(file: IniFile | IniProblem): file is IniProblem {
  return 'kind' in file;
}
