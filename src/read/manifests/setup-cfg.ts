import { posix } from 'node:path';
import type { Unreadable } from '../../domain/project.ts';
import { includedPath } from './include-path.ts';
import { readIni } from './ini-file.ts';
import type { IniFile, IniLine, IniOption } from './ini-file.ts';
import { interpolated } from './ini-interpolation.ts';
import { withIds } from './locate-requirement.ts';
import type { LocatedRequirement } from './locate-requirement.ts';
import type { LogicalText } from './logical-text.ts';
import { NOTHING_READ } from './manifest-reader.ts';
import type { Include, ManifestContent, ReadingContext } from './manifest-reader.ts';
import { mergeConflict } from './merge-conflict.ts';
import { runtimeWithinRange } from './pyproject/runtime-range.ts';
import { isDevelopmentName } from './requirements-file/recognise.ts';
import type { SourceText } from './source-text.ts';
import { THE_PROJECT, writtenRequirement } from './written-requirement.ts';
import type { AskedBy } from './written-requirement.ts';

/** Reads what a `setup.cfg` asks for by setuptools' "Configuring setuptools using setup.cfg files". */
export async function readSetupCfg(source: SourceText, context: ReadingContext): Promise<ManifestContent> {
  const conflict = mergeConflict(source);
  if (conflict) return { ...NOTHING_READ, unreadable: [conflict] };
  const reading = new Reading(source, context);
  for (const option of reading.ini.options) await reading.take(option);
  const { requirements, builds, includes, unreadable, told } = reading;
  const [asked, built] = [withIds(requirements), withIds(builds)];
  const name = reading.projectName();
  return {
    ...NOTHING_READ,
    requirements: asked,
    includes,
    unreadable,
    targetHint: told,
    ...(built.length > 0 ? { buildRequirements: built } : {}),
    ...(name === null ? {} : { projectName: name }),
  };
}

const FOR_TESTS: AskedBy = { group: 'development', groupName: null };

class Reading {
  readonly requirements: LocatedRequirement[] = [];
  readonly builds: LocatedRequirement[] = [];
  readonly includes: Include[] = [];
  readonly unreadable: Unreadable[];
  readonly ini: IniFile;
  told: ManifestContent['targetHint'] = null;
  readonly #source: SourceText;
  readonly #context: ReadingContext;

  constructor(source: SourceText, context: ReadingContext) {
    this.#source = source;
    this.#context = context;
    this.ini = readIni(source.text);
    this.unreadable = this.ini.problems.map(({ message, start, end }) => ({
      message,
      hint: null,
      at: source.place(start, end),
    }));
  }

  async take(option: IniOption): Promise<void> {
    if (option.section === 'options.extras_require') {
      const group = isDevelopmentName(option.name) ? 'development' : 'production';
      await this.#list(option, this.requirements, { group, groupName: option.name });
      return;
    }
    if (option.section !== 'options') return;
    const name = nameOf(option);
    if (name === 'install_requires') await this.#list(option, this.requirements, THE_PROJECT);
    if (name === 'tests_require') await this.#list(option, this.requirements, FOR_TESTS);
    if (name === 'setup_requires') await this.#list(option, this.builds, THE_PROJECT);
    if (name === 'python_requires') this.#runtime(option);
  }

  projectName(): NonNullable<ManifestContent['projectName']> | null {
    const option = this.ini.options.find((one) => one.section === 'metadata' && nameOf(one) === 'name');
    if (option?.lines.length !== 1) return null;
    const written = this.#textOf(option.lines[0], option);
    const name = written && this.#context.rules.name(written.text);
    return typeof name === 'string' ? name : null;
  }

  #runtime(option: IniOption): void {
    const written = this.#textOf(option.lines.find(({ start, end }) => end > start) ?? null, option);
    if (written === null) return;
    const place = written.range(0, written.text.length);
    const told = runtimeWithinRange(written.text, place, this.#source, this.#context.rules);
    if ('message' in told) this.unreadable.push(told);
    else this.told = told;
  }

  /** A "list-semi": one item a line where the value has several lines, else items with semicolons between them. */
  async #list(option: IniOption, into: LocatedRequirement[], askedBy: AskedBy): Promise<void> {
    const [first, ...more] = option.lines;
    if (into !== this.builds && this.#source.text.startsWith('file:', first.start))
      await this.#files(option, askedBy);
    else
      for (const line of more.length > 0 ? option.lines : itemsOf(this.#source.text, first))
        this.#item(line, option, into, askedBy);
  }

  #item(line: IniLine, option: IniOption, into: LocatedRequirement[], askedBy: AskedBy): void {
    const written = this.#textOf(line, option);
    if (written === null || written.text.startsWith('#')) return;
    // setuptools drops what follows " #" when it parses an item, though configparser keeps it.
    const comment = written.text.indexOf(' #');
    const item = comment === -1 ? written : written.part(0, comment).trimmed();
    const found = writtenRequirement(this.#source, item, askedBy, this.#context.rules);
    if ('message' in found) this.unreadable.push(found);
    else into.push(found);
  }

  /** The `file:` directive: paths with commas between them, each a list of requirements. */
  async #files(option: IniOption, { group }: AskedBy): Promise<void> {
    const { text, path: own } = this.#source;
    for (const [n, line] of option.lines.entries())
      for (const part of partsOf(text, n === 0 ? { ...line, start: line.start + 5 } : line, ',')) {
        const path = await includedPath(text.slice(part.start, part.end), posix.dirname(own), this.#context);
        if (typeof path === 'string')
          this.includes.push({
            path,
            role: 'requirement',
            ...part,
            ...(group === 'development' ? { group } : {}),
          });
        else this.#say(path.message, path.hint, part);
      }
  }

  /** Null where there is nothing, or nothing that can be read. */
  #textOf(line: IniLine | null, { section }: IniOption): LogicalText | null {
    if (line === null || line.start === line.end) return null;
    const text = interpolated(this.#source.text, line, this.ini, section);
    if (!('message' in text)) return text.trimmed();
    this.#say(text.message, null, text);
    return null;
  }

  #say(message: string, hint: string | null, { start, end }: IniLine): void {
    this.unreadable.push({ message, hint, at: this.#source.place(start, end) });
  }
}

/** The items of a list on one line. */
export function itemsOf(text: string, line: IniLine): readonly IniLine[] {
  return partsOf(text, line, ';');
}

function partsOf(text: string, { start, end }: IniLine, separator: string): readonly IniLine[] {
  const parts: IniLine[] = [];
  for (let from = start; from <= end;) {
    const next = text.indexOf(separator, from);
    const to = next === -1 || next > end ? end : next;
    const part = text.slice(from, to);
    const at = from + (part.length - part.trimStart().length);
    if (part.trim() !== '') parts.push({ start: at, end: at + part.trim().length });
    from = to + 1;
  }
  return parts;
}

/** setuptools takes `install-requires` for `install_requires`. */
function nameOf({ name }: IniOption): string {
  return name.toLowerCase().replaceAll('-', '_');
}
