import { posix } from 'node:path';
import type { Unreadable } from '../../../domain/project.ts';
import { directReference, isDirectReference, localProject } from '../direct-reference.ts';
import { includedPath } from '../include-path.ts';
import { locatedRequirement, unreadableRequirement, withIds } from '../locate-requirement.ts';
import type { LocatedRequirement } from '../locate-requirement.ts';
import type { LogicalText } from '../logical-text.ts';
import type { Include, ManifestContent, ReadingContext } from '../manifest-reader.ts';
import { projectFilesIn } from '../project-folder.ts';
import type { SourceText } from '../source-text.ts';
import { FileIndexOptions } from './file-index-options.ts';
import { generatedBy } from './generated-by.ts';
import { readOptions } from './line-options.ts';
import type { LineOption, OptionName } from './line-options.ts';
import { logicalLines } from './logical-lines.ts';
import { shlexWords } from './shlex-words.ts';

/** What became of one logical line. `start` and `end` cover its physical lines, so that the lines tile the file. */
export interface RequirementsLine {
  readonly start: number;
  readonly end: number;
  readonly kind: 'nothing' | 'requirement' | 'option' | 'unreadable';
}

/** A requirements file as pip reads it, with what became of every line. */
export interface RequirementsContent extends ManifestContent {
  readonly lines: readonly RequirementsLine[];
}

const REQUIREMENT_OPTIONS: ReadonlySet<OptionName> = new Set(['hash', 'global-option', 'config-settings']);

/** Reads a requirements or constraints file by pip's "Requirements File Format". */
export async function readRequirementsFile(
  source: SourceText,
  context: ReadingContext,
): Promise<RequirementsContent> {
  const reading = new Reading(source, context);
  const lines: RequirementsLine[] = [];
  for (const { start, end, content, swallowed } of logicalLines(source.text, context.environment)) {
    const problemsBefore = reading.unreadable.length;
    const waiting = content && reading.readLine(content);
    const kind = waiting instanceof Promise ? await waiting : (waiting ?? 'nothing');
    if (swallowed) reading.swallowed(swallowed);
    const wrong = reading.unreadable.length > problemsBefore && kind === 'nothing';
    lines.push({ start, end, kind: wrong ? 'unreadable' : kind });
  }
  const requirements = withIds(reading.requirements);
  return {
    lines,
    requirements,
    unreadable: reading.unreadable,
    includes: reading.includes,
    indexOptions: reading.indexOptions.asOptions(),
    generatedBy: generatedBy(source.text, source.path, requirements.length, context.tree),
    targetHint: null,
  };
}

/** pip breaks a line at single spaces, a tab does not count. */
function optionsStart(text: string): number {
  if (text.startsWith('-')) return 0;
  const at = text.indexOf(' -');
  return at === -1 ? text.length : at + 1;
}

type LineKind = RequirementsLine['kind'];

/** Collects what the lines of one file say. */
class Reading {
  readonly requirements: LocatedRequirement[] = [];
  readonly unreadable: Unreadable[] = [];
  readonly includes: Include[] = [];
  readonly indexOptions: FileIndexOptions;
  readonly #source: SourceText;
  readonly #context: ReadingContext;
  readonly #folder: string;

  constructor(source: SourceText, context: ReadingContext) {
    this.#source = source;
    this.#context = context;
    this.#folder = posix.dirname(source.path);
    this.indexOptions = new FileIndexOptions(this.#folder, context.tree);
  }

  /** pip splits at the first word that starts with a hyphen: the requirement before it, options from it on. */
  readLine(content: LogicalText): LineKind | Promise<LineKind> {
    const { length } = content.text;
    const start = optionsStart(content.text);
    const written = content.part(0, start).trimmed();
    const isRequirement = written.text !== '';
    const options = start === length ? [] : this.#optionsOf(content.part(start, length), isRequirement);
    return isRequirement ? this.#readRequirement(written, options) : this.#readOptionLine(options);
  }

  swallowed(place: { readonly start: number; readonly end: number }): void {
    this.unreadable.push({
      message: 'pip drops this: the comment above it ends in a backslash and goes on here',
      hint: 'remove the backslash at the end of the comment',
      at: this.#source.place(place.start, place.end),
    });
  }

  #optionsOf(text: LogicalText, afterRequirement: boolean): readonly LineOption[] {
    const words = shlexWords(text);
    if ('kind' in words) {
      this.#say(text.part(words.start, words.end), 'a quote or backslash here has no end', null);
      return [];
    }
    const { options, problems } = readOptions(words);
    for (const problem of problems) this.#say(problem.at, problem.message, problem.hint);
    const isEditable = options.some((option) => option.name === 'editable');
    return options.filter((option) => {
      const fits = afterRequirement
        ? REQUIREMENT_OPTIONS.has(option.name)
        : !REQUIREMENT_OPTIONS.has(option.name) || isEditable;
      if (fits) return true;
      const where = afterRequirement ? 'after a requirement' : 'without a requirement';
      this.#say(
        option.written,
        `pip ignores --${option.name} ${where}`,
        afterRequirement ? 'write it on a line of its own' : null,
      );
      return false;
    });
  }

  #readRequirement(written: LogicalText, options: readonly LineOption[]): LineKind | Promise<LineKind> {
    if (isDirectReference(written.text)) return this.#readReference(written, options);
    const dependency = this.#context.rules.parseDependency(written.text);
    return this.#add(written, dependency, options);
  }

  async #readReference(written: LogicalText, options: readonly LineOption[]): Promise<LineKind> {
    const { tree } = this.#context;
    const folder = localProject(written.text, (path) => this.#folderAt(path), tree);
    if (folder !== null) {
      const { start, end } = written.range(0, written.text.length);
      for (const path of projectFilesIn(folder, tree))
        this.includes.push({ path, role: 'requirement', start, end });
      return 'option';
    }
    return this.#add(
      written,
      await directReference(written.text, (path) => this.#folderAt(path), this.#context),
      options,
    );
  }

  /** pip starts from the folder that it is run in: that of the file, or, where no project stands there, the root. */
  #folderAt(path: string): string | null {
    if (posix.isAbsolute(path)) return null;
    const folders = [this.#folder, '.']
      .map((from) => posix.join(from, path))
      .filter((folder) => !folder.startsWith('..'));
    const { tree } = this.#context;
    return folders.find((folder) => projectFilesIn(folder, tree).length > 0) ?? folders[0] ?? null;
  }

  #add(
    written: LogicalText,
    dependency: ReturnType<ReadingContext['rules']['parseDependency']>,
    options: readonly LineOption[],
  ): LineKind {
    if ('kind' in dependency) {
      this.unreadable.push(unreadableRequirement(this.#source, written, dependency));
      return 'unreadable';
    }
    const located = locatedRequirement(this.#source, written, dependency, this.#context.rules);
    this.requirements.push({ ...located, hashes: this.#hashesOf(options) });
    return 'requirement';
  }

  #hashesOf(options: readonly LineOption[]): LocatedRequirement['hashes'] {
    const hashes: { text: string; span: ReturnType<SourceText['span']> }[] = [];
    for (const { name, value } of options) {
      if (name !== 'hash' || value === null) continue;
      if (!/^(sha256:[\da-f]{64}|sha384:[\da-f]{96}|sha512:[\da-f]{128})$/i.test(value.text))
        this.#say(value, 'this is no sha256, sha384 or sha512 in hexadecimal', 'write --hash=sha256:…');
      else {
        const place = value.range(0, value.text.length);
        hashes.push({ text: value.text, span: this.#source.span(place.start, place.end) });
      }
    }
    return hashes;
  }

  async #readOptionLine(options: readonly LineOption[]): Promise<LineKind> {
    const include = options.find(({ name }) => name === 'requirement' || name === 'constraint');
    const alone = options.find(({ name }) => name === 'editable') ?? include;
    if (alone?.value) {
      for (const option of options)
        if (option !== alone)
          this.#say(
            option.written,
            `pip reads --${alone.name} alone on this line and ignores this`,
            'write it on a line of its own',
          );
      return alone === include
        ? this.#include(alone.value, alone.name === 'constraint' ? 'constraint' : 'requirement')
        : this.#readEditable(alone.value);
    }
    for (const option of options) this.indexOptions.take(option);
    return options.length > 0 ? 'option' : 'nothing';
  }

  async #readEditable(value: LogicalText): Promise<LineKind> {
    return / @ /.test(value.text) ? this.#readRequirement(value, []) : this.#readReference(value, []);
  }

  async #include(value: LogicalText, role: Include['role']): Promise<LineKind> {
    const path = await includedPath(value.text, this.#folder, this.#context);
    if (typeof path !== 'string') {
      this.#say(value, path.message, path.hint);
      return 'unreadable';
    }
    const { start, end } = value.range(0, value.text.length);
    this.includes.push({ path, role, start, end });
    return 'option';
  }

  #say(at: LogicalText, message: string, hint: string | null): void {
    const { start, end } = at.range(0, at.text.length);
    this.unreadable.push({ message, hint, at: this.#source.place(start, end) });
  }
}
