import { join } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import { fileState } from '../../io/file-state.ts';
import { readInPlace } from '../../io/read-in-place.ts';
import type { World } from '../../io/world.ts';
import { findProjects } from './find-projects.ts';
import type { FoundProject } from './find-projects.ts';
import type { RunRow } from './page-api.ts';
import { readReportShape } from './report-shape.ts';
import type { IndexedReport } from './report-shape.ts';
import { runIdOf, runSummary } from './run-summary.ts';
import type { RunSummary } from './run-summary.ts';

type Reach = Pick<World, 'cache' | 'clock' | 'files'>;

/** Raised when what is kept of a run changes. */
const FORMAT = 2;
/** A report of 5,000 packages has some 20 MB. */
const LARGEST_REPORT = 64 * 1024 * 1024;
const MOST_RUNS = 200_000;
/** Rollouts leave a folder without a `report.json`: that it comes is waited for among the youngest alone. */
const MOST_UNFINISHED = 20;
/** Folders are looked for anew so often at most, and never for more than a twentieth of the time. */
const WALK_EVERY_MS = 30_000;
const WALK_SHARE = 20;

interface Indexed {
  readonly modifiedMs: number;
  readonly size: number;
  readonly summary: RunSummary | null;
  readonly unreadable: string | null;
}

interface ProjectState {
  readonly project: FoundProject;
  /** Of the folder of runs, when it was listed last. */
  modifiedMs: number;
  names: readonly string[];
  readonly runs: Map<string, Indexed>;
}

export interface IndexState {
  readonly projects: number;
  readonly unreadable: number;
  readonly problems: readonly string[];
  readonly isComplete: boolean;
}

/**
 * The runs below the roots, in memory. A look asks of each project only whether its folder of runs was changed, and of its youngest run;
 * what a report comes to is kept in the cache, by path, time and size.
 */
export class RunIndex {
  readonly #roots: readonly string[];
  readonly #world: Reach;
  readonly #projects = new Map<string, ProjectState>();
  readonly #byId = new Map<string, { readonly state: ProjectState; readonly run: string }>();
  #problems: readonly string[] = [];
  #sorted: readonly RunSummary[] | null = null;
  #walkAgainAt = Number.NEGATIVE_INFINITY;
  #isComplete = false;

  constructor(roots: readonly string[], world: Reach) {
    this.#roots = roots;
    this.#world = world;
  }

  /** One look at what is there; gives whether anything is new. `onPart` is called now and then while much is read. */
  async look(onPart: () => void = () => undefined): Promise<boolean> {
    await this.#walk();
    let isNew = false;
    let read = 0;
    for (const state of this.#projects.values())
      for (const name of await this.#changedRuns(state)) {
        if (!(await this.#take(state, name))) continue;
        isNew = true;
        this.#sorted = null;
        if (++read % 500 === 0) onPart();
      }
    this.#isComplete = true;
    return isNew;
  }

  /** The youngest first; of one time by their ids. */
  runs(): readonly RunSummary[] {
    this.#sorted ??= [...this.#projects.values()]
      .flatMap(({ runs }) => [...runs.values()])
      .flatMap(({ summary }) => (summary === null ? [] : [summary]))
      .sort((a, b) => compare(b.row.at, a.row.at) || compare(a.row.id, b.row.id));
    return this.#sorted;
  }

  find(id: string): RunRow | null {
    const place = this.#byId.get(id);
    return place?.state.runs.get(place.run)?.summary?.row ?? null;
  }

  /** A file of a run as it stands on the disk now; null: it is not there, or a link leads elsewhere. */
  async file(id: string, name: 'report.json' | 'report.md'): Promise<Uint8Array | null> {
    const place = this.#byId.get(id);
    if (place === undefined) return null;
    return this.#read(join(place.state.project.runsFolder, place.run, name));
  }

  /** What a report holds now, as far as the page shows it; null: it is gone, or no longer a report. */
  async report(id: string): Promise<IndexedReport | null> {
    const bytes = await this.file(id, 'report.json');
    const report = bytes === null ? null : readReportShape(bytes);
    return report === null || 'unreadable' in report ? null : report;
  }

  state(): IndexState {
    const all = [...this.#projects.values()].flatMap(({ runs }) => [...runs.entries()]);
    const unreadable = all.flatMap(([run, one]) =>
      one.unreadable === null ? [] : [`${run}: ${one.unreadable}`],
    );
    return {
      ...{ projects: this.#projects.size, unreadable: unreadable.length, isComplete: this.#isComplete },
      problems: [...this.#problems, ...unreadable.slice(0, 20)],
    };
  }

  async #walk(): Promise<void> {
    const began = this.#world.clock.now().getTime();
    if (began < this.#walkAgainAt) return;
    const { projects, problems } = await findProjects(this.#roots, this.#world.files);
    this.#problems = problems;
    const there = new Set(projects.map(({ runsFolder }) => runsFolder));
    for (const [folder, state] of this.#projects) if (!there.has(folder)) this.#drop(state);
    for (const project of projects)
      if (!this.#projects.has(project.runsFolder))
        this.#projects.set(project.runsFolder, { project, modifiedMs: -1, names: [], runs: new Map() });
    const ended = this.#world.clock.now().getTime();
    this.#walkAgainAt = ended + Math.max(WALK_EVERY_MS, (ended - began) * WALK_SHARE);
  }

  #drop(state: ProjectState): void {
    for (const run of state.runs.keys()) this.#byId.delete(runIdOf({ ...state.project, run }));
    this.#projects.delete(state.project.runsFolder);
    this.#sorted = null;
  }

  /** Runs that may be other than they were: all where the folder was changed, those without a report, and the youngest. */
  async #changedRuns(state: ProjectState): Promise<readonly string[]> {
    const found = await this.#tolerant(() => fileState(state.project.runsFolder));
    const modifiedMs = found?.kind === 'directory' ? found.modifiedMs : -1;
    if (modifiedMs === state.modifiedMs) {
      const unfinished = state.names.slice(-MOST_UNFINISHED).filter((name) => !state.runs.has(name));
      const youngest = state.names.at(-1);
      return [...new Set([...unfinished, ...(youngest === undefined ? [] : [youngest])])];
    }
    const entries = await this.#tolerant(() => this.#world.files.list(state.project.runsFolder));
    const names = (entries ?? []).filter(({ kind }) => kind === 'directory').map(({ name }) => name);
    state.modifiedMs = modifiedMs;
    state.names = names.slice(-MOST_RUNS);
    const gone = [...state.runs.keys()].filter((name) => !names.includes(name));
    for (const name of gone) this.#forget(state, name);
    return state.names;
  }

  #forget(state: ProjectState, run: string): void {
    state.runs.delete(run);
    this.#byId.delete(runIdOf({ ...state.project, run }));
    this.#sorted = null;
  }

  /** Whether something about the run is new. */
  async #take(state: ProjectState, run: string): Promise<boolean> {
    const path = join(state.project.runsFolder, run, 'report.json');
    const found = await this.#tolerant(() => fileState(path));
    if (found === null) return false;
    const before = state.runs.get(run);
    if (before?.modifiedMs === found.modifiedMs && before.size === found.size) return false;
    const { modifiedMs, size } = found;
    const key = JSON.stringify([FORMAT, state.project.name, path, modifiedMs, size]);
    const outcome = this.#cached(key) ?? (await this.#summarised(state, run, found, key));
    state.runs.set(run, { modifiedMs, size, ...outcome });
    this.#byId.set(runIdOf({ ...state.project, run }), { state, run });
    return true;
  }

  async #summarised(
    { project }: ProjectState,
    run: string,
    { kind, modifiedMs, size }: NonNullable<Awaited<ReturnType<typeof fileState>>>,
    key: string,
  ): Promise<Pick<Indexed, 'summary' | 'unreadable'>> {
    if (kind !== 'file') return { summary: null, unreadable: 'report.json is no file' };
    if (size > LARGEST_REPORT) return { summary: null, unreadable: 'report.json is too large' };
    const bytes = await this.#read(join(project.runsFolder, run, 'report.json'));
    if (bytes === null) return { summary: null, unreadable: 'report.json cannot be read' };
    const report = readReportShape(bytes);
    const place = { project: project.name, runsFolder: project.runsFolder, run, modifiedMs };
    const outcome =
      'unreadable' in report
        ? { summary: null, unreadable: report.unreadable }
        : { summary: runSummary(report, place), unreadable: null };
    this.#world.cache.put('runs', key, new TextEncoder().encode(JSON.stringify(outcome)));
    return outcome;
  }

  #cached(key: string): Pick<Indexed, 'summary' | 'unreadable'> | null {
    const bytes = this.#world.cache.get('runs', key);
    if (bytes === null) return null;
    return JSON.parse(new TextDecoder().decode(bytes)) as Pick<Indexed, 'summary' | 'unreadable'>;
  }

  /** The repository is somebody else's: a folder of it may have been replaced by a link since it was found. */
  async #read(path: string): Promise<Uint8Array | null> {
    return this.#tolerant(() => readInPlace(path, LARGEST_REPORT));
  }

  /** What cannot be looked at is not there for the page; it is never a reason to stop. */
  async #tolerant<T>(work: () => Promise<T | null>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof UserFacingError) return null;
      throw error;
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
