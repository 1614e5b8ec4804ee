import type { TargetHint, Told } from '../manifest-reader.ts';
import type { Rules } from '../manifest-reader.ts';
import { parsePlatform } from '../platform.ts';
import { distributionPython, imageFacts } from './base-images.ts';
import type { ImageFacts } from './base-images.ts';
import { parseImageReference } from './image-reference.ts';
import type { Stage } from './stages.ts';

/** What a stage says about where its packages are installed, and what could not be told. */
export interface StageTarget {
  readonly hint: TargetHint;
  readonly facts: ImageFacts | null;
  /** A sentence where the base image tells no Python, or null. */
  readonly unknown: string | null;
}

/** Reads the target from a stage's base image; `from` is where its FROM stands ("Dockerfile:1"). */
export function stageTarget(stage: Stage, from: (stage: Stage) => string, rules: Rules): StageTarget {
  const root = rootOf(stage);
  const place = from(root);
  const platform = parsePlatform(root.platform ?? '');
  const architecture: Told<string> | null = platform && { value: platform.architecture, from: place };
  if (root.base === null) {
    const hint = { runtime: null, os: null, architecture, libc: null };
    return { hint, facts: null, unknown: 'the base image stands behind a variable without a default' };
  }
  const image = parseImageReference(root.base);
  const facts = imageFacts(image);
  const installed = facts.python === null ? installedPython(stage, distributionPython(image)) : null;
  const python = facts.python ?? installed?.version ?? null;
  const told = facts.assumptions.length > 0 ? `${place} (${facts.assumptions.join(', ')})` : place;
  const runtime = python === null ? null : rules.parseRuntime(python);
  const known = runtime !== null && !('kind' in runtime) ? runtime : null;
  return {
    facts,
    hint: {
      runtime: known && {
        value: known,
        from: facts.python === null ? `${place} (its ${installed!.by})` : told,
      },
      os: { value: facts.os, from: place },
      architecture,
      libc: facts.libc && { value: facts.libc, from: told },
      ...(facts.python === null ? {} : { image: root.base }),
    },
    unknown:
      root.base === 'scratch' || (known !== null && (facts.libc !== null || facts.os !== 'linux'))
        ? null
        : `the name of the base image ${JSON.stringify(root.base)} does not tell its ${known === null ? 'Python' : 'C library'}`,
  };
}

/** The first of a chain of stages that are built on each other: its base is an image. */
export function rootOf(stage: Stage): Stage {
  return stage.parent === null ? stage : rootOf(stage.parent);
}

/** A Python that a RUN takes from the distribution's packages: a version in the package's name, else the distribution's. */
function installedPython(
  stage: Stage,
  distribution: string | null,
): { readonly version: string; readonly by: string } | null {
  const runs = [...(stage.parent?.runs ?? []), ...stage.runs].map((run) => run.instruction.toString());
  for (const run of runs) {
    if (!/\b(apt-get|apt|apk|dnf|yum|microdnf)\b[^&;]*\b(install|add)\b/.test(run.slice(0, 10_000))) continue;
    const exact = /\bpython(3\.\d{1,2})\b/.exec(run)?.[1];
    if (exact !== undefined) return { version: exact, by: `package python${exact}` };
    if (distribution !== null && /\bpython3\b/.test(run))
      return { version: distribution, by: 'package python3' };
  }
  return null;
}
