import { readPlacedYaml } from '../placed/placed-yaml.ts';
import type { CiKind } from '../image-builds/ci-files.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import { ReadingBound } from '../reading-bound.ts';
import type { SourceText } from '../source-text.ts';
import { installsOfGitlab } from './gitlab-installs.ts';
import { InstalledOn } from './installed-on.ts';
import { installsOfWorkflow } from './workflow-installs.ts';

const INSTALLS_OF = { workflow: installsOfWorkflow, gitlab: installsOfGitlab } as const;

/** What the jobs of a file of a CI install; nothing where it is no YAML, or comes to too much. */
export function readInstalls(kind: CiKind, source: SourceText, context: ReadingContext): InstalledOn {
  const bound = new ReadingBound();
  const { root } = readPlacedYaml(source);
  return bound.within(() => INSTALLS_OF[kind]({ source, root, bound }, context), new InstalledOn());
}
