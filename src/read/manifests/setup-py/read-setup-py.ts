import type { Unreadable } from '../../../domain/project.ts';
import { withIds } from '../locate-requirement.ts';
import type { LocatedRequirement } from '../locate-requirement.ts';
import { NOTHING_READ } from '../manifest-reader.ts';
import type { ManifestContent, ReadingContext } from '../manifest-reader.ts';
import { mergeConflict } from '../merge-conflict.ts';
import { runtimeWithinRange } from '../pyproject/runtime-range.ts';
import { isDevelopmentName } from '../requirements-file/recognise.ts';
import type { SourceText } from '../source-text.ts';
import { THE_PROJECT, writtenRequirement } from '../written-requirement.ts';
import type { AskedBy } from '../written-requirement.ts';
import { askPython } from './ask-python.ts';
import type { PythonPlace, SetupFacts } from './ask-python.ts';
import { constantLines } from './string-constant.ts';

type Item = SetupFacts['items'][number];

/** A file without one of these asks for nothing, and Python is not asked about it. */
const ASKS = /\b(install_requires|extras_require|setup_requires|tests_require|python_requires|name)\b|\*\*/;

/** Reads what the calls of `setup` in a `setup.py` ask for (setuptools, "Keywords") without running it. */
export async function readSetupPy(source: SourceText, context: ReadingContext): Promise<ManifestContent> {
  const conflict = mergeConflict(source);
  if (conflict) return { ...NOTHING_READ, unreadable: [conflict] };
  if (!ASKS.test(source.text)) return NOTHING_READ;
  const facts = await askPython(source.text.replace(/^\uFEFF/, ''), context);
  if (typeof facts === 'string') {
    const unreadable: Unreadable = {
      message: facts,
      hint: 'install Python 3.8 or newer, or move what it asks for to pyproject.toml',
      at: source.place(0, 0),
    };
    return { ...NOTHING_READ, unreadable: [unreadable] };
  }
  if (facts.problem) return { ...NOTHING_READ, unreadable: [problemOf(facts.problem, source)] };
  return new Reading(source, context).content(facts);
}

function problemOf(problem: NonNullable<SetupFacts['problem']>, source: SourceText): Unreadable {
  if (problem.kind === 'syntax') {
    const start = Math.min(offsetOf(source, problem.line, problem.column), source.text.length);
    const at = source.place(start, Math.min(start + 1, source.text.length));
    return { message: `Python does not read this: ${problem.message}`, hint: null, at };
  }
  const message =
    problem.kind === 'deep'
      ? 'this file is nested too deep for Python to read'
      : `setup.py is read with Python 3.8 or newer, and Python ${problem.version} was found`;
  return { message, hint: null, at: source.place(0, 0) };
}

/** A byte order mark counts as one in offsets, and Python was not shown it. */
function offsetOf(source: SourceText, line: number, column: number): number {
  const mark = line === 1 && source.text.startsWith('\uFEFF') ? 1 : 0;
  return source.offsetAt(line - 1, column + mark);
}

class Reading {
  readonly #source: SourceText;
  readonly #context: ReadingContext;
  readonly #unreadable: Unreadable[] = [];
  /** A list may be asked for by several settings: each of its items is told once, by the one that counts most. */
  readonly #seen = new Set<number>();

  constructor(source: SourceText, context: ReadingContext) {
    this.#source = source;
    this.#context = context;
  }

  content({ items, computed }: SetupFacts): ManifestContent {
    const of = (field: string): readonly Item[] => items.filter((item) => item.field === field);
    const extras = of('extras_require').map((item) => ({ item, ...extraOf(item.extra ?? '') }));
    const requirements = [
      ...of('install_requires').flatMap((item) => this.#required(item, THE_PROJECT, null)),
      ...extras
        .sort((a, b) => rank(a.askedBy) - rank(b.askedBy))
        .flatMap(({ item, askedBy, marker }) => this.#required(item, askedBy, marker)),
      ...of('tests_require').flatMap((item) =>
        this.#required(item, { group: 'development', groupName: null }, null),
      ),
    ].sort((a, b) => a.span.start - b.span.start);
    const builds = of('setup_requires').flatMap((item) => this.#required(item, THE_PROJECT, null));
    const name = this.#projectName(of('name'));
    const targetHint = this.#runtime(of('python_requires'));
    for (const one of computed) this.#sayComputed(one);
    return {
      ...NOTHING_READ,
      requirements: withIds(requirements),
      unreadable: this.#unreadable,
      targetHint,
      ...(builds.length > 0 ? { buildRequirements: withIds(builds) } : {}),
      ...(name === null ? {} : { projectName: name }),
    };
  }

  #required(item: Item, askedBy: AskedBy, marker: string | null): readonly LocatedRequirement[] {
    const { rules } = this.#context;
    const [start, end] = this.#range(item.at);
    if (this.#seen.has(start)) return [];
    this.#seen.add(start);
    return constantLines(this.#source.text, start, end, item.text).flatMap((line) => {
      const found = writtenRequirement(this.#source, line, askedBy, rules);
      const both = 'message' in found || marker === null ? found : withMarker(found, marker, rules);
      if (both !== null && !('message' in both)) return [both];
      this.#unreadable.push(
        both ?? {
          message: `":${marker}" is no marker, so when this counts is unknown`,
          hint: null,
          at: this.#source.place(start, end),
        },
      );
      return [];
    });
  }

  #projectName([item]: readonly Item[]): NonNullable<ManifestContent['projectName']> | null {
    const name = item && this.#context.rules.name(item.text);
    return typeof name === 'string' ? name : null;
  }

  #runtime([item]: readonly Item[]): ManifestContent['targetHint'] {
    if (!item) return null;
    const [start, end] = this.#range(item.at);
    const told = runtimeWithinRange(item.text, { start, end }, this.#source, this.#context.rules);
    if (!('message' in told)) return told;
    this.#unreadable.push(told);
    return null;
  }

  #sayComputed({ field, extra, at }: SetupFacts['computed'][number]): void {
    if (field === 'name' || field === 'setup_requires') return;
    const [start, end] = this.#range(at);
    const what = field === null ? 'settings of setup()' : extra === null ? field : `${field}["${extra}"]`;
    const verb = field === null ? 'are' : 'is';
    const unknown =
      field === 'python_requires' ? 'the Python that it needs is unknown' : 'what it asks for is unknown';
    this.#unreadable.push({
      message: `${what} ${verb} computed: ${unknown}`,
      hint: 'write it as a list of strings, or move it to pyproject.toml',
      at: this.#source.place(start, end),
    });
  }

  #range([line, column, endLine, endColumn]: PythonPlace): readonly [number, number] {
    return [offsetOf(this.#source, line, column), offsetOf(this.#source, endLine, endColumn)];
  }
}

/** setuptools lets a key be an extra, an extra and a marker ("name:marker"), or a marker alone (":marker"). */
function extraOf(key: string): { readonly askedBy: AskedBy; readonly marker: string | null } {
  const [name = '', ...marker] = key.split(':');
  const group = isDevelopmentName(name) ? 'development' : 'production';
  return {
    askedBy: { group, groupName: name.trim() || null },
    marker: marker.length === 0 ? null : marker.join(':').trim() || null,
  };
}

function rank({ group, groupName }: AskedBy): number {
  return group === 'development' ? 2 : groupName === null ? 0 : 1;
}

/** The requirement under a marker beside its own; null where that is no marker. */
function withMarker(
  requirement: LocatedRequirement,
  marker: string,
  rules: ReadingContext['rules'],
): LocatedRequirement | null {
  const own = requirement.dependency.condition;
  const both = own === null ? marker : `(${own.text}) and (${marker})`;
  const parsed = rules.parseDependency(`${requirement.dependency.writtenName} ; ${both}`);
  if ('kind' in parsed) return null;
  return { ...requirement, dependency: { ...requirement.dependency, condition: parsed.condition } };
}
