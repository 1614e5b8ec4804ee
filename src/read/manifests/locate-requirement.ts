import type { Dependency } from '../../domain/dependency.ts';
import type { Unreadable } from '../../domain/project.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { SyntaxProblem } from '../ecosystems/ecosystem.ts';
import type { FileRange, LogicalText } from './logical-text.ts';
import type { Rules } from './manifest-reader.ts';
import type { SourceText } from './source-text.ts';

/** A requirement before it has its id. */
export type LocatedRequirement = Omit<Requirement, 'id'>;

/**
 * A requirement at its place in the file. `written` is the requirement alone, trimmed; `dependency` is what it says.
 * It can be edited where its specifier stands in the file as the tool reads it.
 */
export function locatedRequirement(
  source: SourceText,
  written: LogicalText,
  dependency: Dependency,
  rules: Rules,
): LocatedRequirement {
  const whole = written.range(0, written.text.length);
  const [from, to] = specifierRange(written.text, dependency);
  const place = written.range(from, to);
  const specifier = rules.parseSpecifier(
    specifierText(source, written.text.slice(from, to), place),
    dependency.specifier.notation,
  );
  const { name, writtenName, extras, condition, url } = dependency;
  const asWritten = 'kind' in specifier ? dependency.specifier : specifier;
  return {
    dependency: { name, writtenName, extras, condition, url, specifier: asWritten, text: written.text },
    role: 'requirement',
    group: 'production',
    span: source.span(whole.start, whole.end),
    specifierSpan: source.span(place.start, place.end),
    notEditable: source.notEditable ?? whyNot(dependency, written, place.changed),
    hashes: [],
  };
}

/** As written; over several lines, without the indentation of the later ones, for it is written back on one line. */
function specifierText(source: SourceText, text: string, { start, end }: FileRange): string {
  return source.text.slice(start, end) === text ? text : text.replace(/[ \t]+/g, ' ');
}

function whyNot(
  dependency: Dependency,
  written: LogicalText,
  specifierChanged: string | null,
): string | null {
  if (dependency.url !== null) return 'it is a direct reference, which has no version to move';
  return specifierChanged ?? written.pieces.find((piece) => piece.changed !== null)?.changed ?? null;
}

/**
 * Where the specifier stands in a requirement as written (PEP 508: name, extras, specifier in parentheses or not,
 * then `;` and the marker); zero wide after name and extras where there is none.
 */
function specifierRange(text: string, dependency: Dependency): readonly [number, number] {
  let at = Math.max(text.indexOf(dependency.writtenName), 0) + dependency.writtenName.length;
  const bracket = skipSpace(text, at);
  if (text[bracket] === '[') at = text.indexOf(']', bracket) + 1;
  if (dependency.specifier.text === '' || dependency.url !== null) return [at, at];
  let start = skipSpace(text, at);
  let end = text.indexOf(';', start);
  if (end === -1) end = text.length;
  if (text[start] === '(') {
    end = text.indexOf(')', start);
    start = skipSpace(text, start + 1);
  }
  return [start, start + text.slice(start, end).trimEnd().length];
}

function skipSpace(text: string, at: number): number {
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

/** Says what is wrong with a requirement, with the caret under the words at fault. */
export function unreadableRequirement(
  source: SourceText,
  written: LogicalText,
  problem: SyntaxProblem,
): Unreadable {
  const length = written.text.length;
  const start = Math.min(problem.start, length);
  const { start: from, end: to } = written.range(start, Math.max(Math.min(problem.end, length), start));
  const at = source.place(from, to);
  return TEMPLATE_TAG.test(written.text)
    ? { message: 'a tag of a template stands where a requirement is expected', hint: FILL_IN, at }
    : { message: problem.message, hint: hintFor(written.text), at };
}

/** Of Jinja, which Cookiecutter and Ansible fill in. */
const TEMPLATE_TAG = /\{[{%#]/;
const FILL_IN = 'run fettle on what is made of the template, where the tags are filled in';

/** What people mostly meant by a line that is no requirement. */
function hintFor(text: string): string | null {
  if (/^(<{7}|={7}|>{7})/.test(text)) return 'a merge conflict is left in the file: resolve it';
  if (/^(python3? -m )?pip3? install /.test(text))
    return 'write the requirement alone, without "pip install"';
  if (/\\\s*$/.test(text))
    return 'a backslash continues a line only where nothing follows it, spaces neither';
  if (/^[\w.-]+(\[[^\]]*\])?\s*=\s*[\w.*]+/.test(text)) return 'write == to pin a version';
  if (/^[\w.-]+\s+[\d.]+$/.test(text)) return 'write == between name and version';
  if (/[,;]\s*$/.test(text)) return 'something is missing at the end of the line';
  return 'write it as name, extras, version and marker: name[extra]>=1.0; python_version >= "3.9"';
}

/** Gives each requirement its id: "file:line", with "#n" where one line holds several. */
export function withIds(requirements: readonly LocatedRequirement[]): readonly Requirement[] {
  const perLine = new Map<number, number>();
  for (const { span } of requirements) perLine.set(span.line, (perLine.get(span.line) ?? 0) + 1);
  const given = new Map<number, number>();
  return requirements.map((requirement) => {
    const { file, line } = requirement.span;
    const n = (given.get(line) ?? 0) + 1;
    given.set(line, n);
    return { id: perLine.get(line)! > 1 ? `${file}:${line}#${n}` : `${file}:${line}`, ...requirement };
  });
}
