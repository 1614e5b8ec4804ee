import { posix } from 'node:path';
import type { Unreadable } from '../../../domain/project.ts';
import { directReference, isDirectReference, localProject } from '../direct-reference.ts';
import { locatedRequirement, unreadableRequirement } from '../locate-requirement.ts';
import type { LocatedRequirement } from '../locate-requirement.ts';
import type { LogicalText } from '../logical-text.ts';
import type { Include, ReadingContext } from '../manifest-reader.ts';
import { PROJECT_FILES, projectFilesIn } from '../project-folder.ts';
import { FileIndexOptions } from '../requirements-file/file-index-options.ts';
import type { SourceText } from '../source-text.ts';
import type { CopiedFiles, CopiedView } from './copied-paths.ts';
import type { InstallArgument, PipInstall } from './pip-installs.ts';
import type { Stage } from './stages.ts';

/** A pip install with the stage that it runs in and the files that it can see there. */
export interface StageInstall extends PipInstall {
  readonly stage: Stage;
  /** The files that it can see there; one for each RUN and working folder. */
  readonly view: CopiedView;
  /** Why nothing of it can be edited (a here-document), or null. */
  readonly notEditable: string | null;
}

/** Collects what the pip installs of one Dockerfile ask for. */
export class InstallReading {
  readonly requirements: LocatedRequirement[] = [];
  readonly unreadable: Unreadable[] = [];
  readonly includes: Include[] = [];
  readonly indexOptions: FileIndexOptions;
  readonly #source: SourceText;
  readonly #context: ReadingContext;
  readonly #copied: CopiedFiles;
  readonly #folder: string;
  #buildsWheels = false;
  /** A requirements file was written from the project that was read. */
  #exports = false;

  /** `folder` is the build context. */
  constructor(source: SourceText, context: ReadingContext, copied: CopiedFiles, folder: string) {
    this.#source = source;
    this.#context = context;
    this.#copied = copied;
    this.#folder = folder;
    this.indexOptions = new FileIndexOptions(folder, context.tree);
  }

  /** `isShipped`: the stage's packages reach the final image; those of other stages only build it. */
  async read(install: StageInstall, isShipped: boolean): Promise<void> {
    for (const problem of install.problems) this.#say(problem.at, problem.message, problem.hint);
    const inImage = this.#foldersOfImage(install);
    for (const argument of install.arguments) {
      // An index is behind what an earlier stage put there.
      if (inImage.includes(argument) || (inImage.length > 0 && argument.kind === 'no-index')) continue;
      if (argument.kind === 'wheel-dir') this.#buildsWheels = true;
      else if (argument.word.unknown !== null)
        this.#say(
          argument.word.text,
          `what pip gets here is unknown: ${argument.word.unknown}`,
          'write it out',
        );
      else if (argument.kind === 'requirement' || argument.kind === 'constraint') {
        if (isShipped) this.#include(argument, install);
      } else if (argument.kind === 'project') {
        this.#exports ||= argument.exports === true;
        this.#project(argument, install, isShipped);
      } else if (argument.kind === 'package' || argument.kind === 'editable')
        await this.#package(argument, install, isShipped);
      else
        this.indexOptions.take({
          name: argument.kind,
          written: argument.word.text,
          value: argument.word.text,
        });
    }
  }

  /** `--find-links` to folders that are none of the project's: told, unless the file itself builds wheels. */
  #foldersOfImage({ arguments: all }: StageInstall): readonly InstallArgument[] {
    const found = all.filter(
      ({ kind, word }) => kind === 'find-links' && word.unknown === null && this.#isInImage(word.text.text),
    );
    if (!this.#buildsWheels)
      for (const { word } of found)
        this.#say(
          word.text,
          'what stands in this folder of the image is unknown; the index is asked in its place',
          'wheels are known that the file builds itself (pip wheel), or whose folder is named by its path in the repository',
        );
    return found;
  }

  #isInImage(links: string): boolean {
    if (/^[a-z][a-z0-9+.-]+:/i.test(links)) return links.startsWith('file:');
    const { tree } = this.#context;
    const path = posix.join(this.#folder, links);
    return posix.isAbsolute(links) || !(tree.hasFolder(path) || tree.hasFile(path));
  }

  #include(argument: InstallArgument, install: StageInstall): void {
    const { text } = argument.word;
    const path = this.#copied.fileIn(this.#folder, text.text, install.view);
    if (path === null) {
      if (this.#exports) return;
      this.#say(
        text,
        `no file of the project is ${JSON.stringify(text.text)} in the image, so what it asks for is unknown`,
        'a file that the build itself writes is not read: keep it in the repository',
      );
      return;
    }
    this.#brings(path, argument, true);
  }

  /** What a tool installs from the manifest of the project that it finds where it runs (`uv sync`, `poetry install`). */
  #project(argument: InstallArgument, install: StageInstall, isShipped: boolean): void {
    const { file } = argument;
    if (file === undefined) return;
    const path = this.#copied.fileIn(this.#folder, file, install.view);
    if (path !== null) this.#brings(path, argument, isShipped);
    else
      this.#say(
        argument.word.text,
        `no ${file} of the project is where this runs in the image, so what it installs is unknown`,
        'copy it there in the Dockerfile, or name the folder of the service',
      );
  }

  #brings(path: string, argument: InstallArgument, isShipped: boolean): void {
    const { text } = argument.word;
    const { start, end } = text.range(0, text.text.length);
    const role = argument.kind === 'constraint' ? 'constraint' : 'requirement';
    this.includes.push({ path, role, start, end, ...(isShipped ? {} : { group: 'development' }) });
  }

  async #package(argument: InstallArgument, install: StageInstall, isShipped: boolean): Promise<void> {
    const written = argument.word.text.trimmed();
    const text = written.text;
    if (this.#buildsWheels && /(\*|\.whl|\/)$/.test(text)) return;
    const isReference = argument.kind === 'editable' || isDirectReference(text);
    const { tree } = this.#context;
    const folder = isReference ? localProject(text, (path) => this.#folderAt(path, install), tree) : null;
    if (folder !== null) {
      for (const path of projectFilesIn(folder, tree)) this.#brings(path, argument, isShipped);
      return;
    }
    const dependency = isReference
      ? await directReference(text, (path) => this.#folderAt(path, install), this.#context)
      : this.#context.rules.parseDependency(text);
    if ('kind' in dependency) {
      this.unreadable.push(unreadableRequirement(this.#source, written, dependency));
      return;
    }
    const located = locatedRequirement(this.#source, written, dependency, this.#context.rules);
    this.requirements.push({
      ...located,
      group: isShipped ? 'production' : 'development',
      notEditable: located.notEditable ?? written.range(0, text.length).changed ?? install.notEditable,
    });
  }

  /** The folder of the project that was copied to a path of the image, told by the metadata in it; or null. */
  #folderAt(path: string, install: StageInstall): string | null {
    for (const name of PROJECT_FILES) {
      const written = posix.join(path, name);
      const found = this.#copied.fileIn(this.#folder, written, install.view);
      if (found !== null) return posix.dirname(found);
    }
    return null;
  }

  #say(at: LogicalText, message: string, hint: string | null): void {
    const { start, end } = at.range(0, at.text.length);
    this.unreadable.push({ message, hint, at: this.#source.place(start, end) });
  }
}
