import { join, posix } from 'node:path';
import type { ImageSize, LevelOutcome } from '../../domain/verification.ts';
import { buildImage } from '../images/build-image.ts';
import { contextFolder } from '../images/context-folder.ts';
import { findBuilder, imageStoreFolder } from '../images/builder.ts';
import type { Builder, NoBuilder } from '../images/builder.ts';
import type { BuiltImage, ImageBuild } from '../images/image-build.ts';
import { measureImage } from '../images/measure-image.ts';
import type { ImageMeasure } from '../images/measure-image.ts';
import { levelOutcome } from './level-outcome.ts';
import { dockerfileOf, startOf } from './service-folder.ts';
import type { SetToVerify, Trial } from './set-to-verify.ts';

/** An image that was built, with the builder that has it. */
export interface ImageTried {
  readonly outcome: LevelOutcome;
  readonly image: { readonly built: BuiltImage; readonly builder: Builder } | null;
  readonly log: string | null;
}

const BUILD_MS = 3_600_000;
const TOLD = { level: 'image', how: "the service's own Dockerfile, built" } as const;
const CLAIM = 'the image builds';

/** Builds the image as the files of this side have it, and measures what is in it. `needed`: all that the service needs. */
export async function imageLevel(
  set: SetToVerify,
  needed: ReadonlySet<string> | null,
  trial: Trial,
): Promise<ImageTried> {
  const dockerfile = dockerfileOf(trial.service);
  const nothing = (seen: string, hint: string): ImageTried => ({
    outcome: levelOutcome(trial, set, { ...TOLD, claim: CLAIM, verdict: 'unknown', seen, hint }),
    ...{ image: null, log: null },
  });
  if (dockerfile === null)
    return nothing('there is no Dockerfile', 'add the Dockerfile that the service is built by');
  const builder = await builderFor(trial);
  if (builder.kind === 'no-builder') return nothing(`not built: ${builder.why}`, builder.hint);
  const build = await built(dockerfile, set, builder, trial);
  if (build.kind !== 'built') return { outcome: failed(build, set, trial), image: null, log: build.log };
  const measure = await measureImage(build.image, builder, trial.world, { needed, gpu: false });
  const outcome = levelOutcome(trial, set, {
    ...{
      ...TOLD,
      claim: CLAIM,
      verdict: 'proven',
      checks: [build.check],
      durationMs: build.check.durationMs,
    },
    seen:
      measure.kind === 'measured' ? sizeText(measure.bytes) : `built, its size is unknown: ${measure.why}`,
    notes: [...(measure.kind === 'measured' ? measureNotes(measure) : []), ...build.notes],
    ...(measure.kind === 'measured' ? { image: imageSize(measure) } : {}),
  });
  return { outcome, image: { built: build.image, builder }, log: build.log };
}

async function builderFor({ world }: Trial): Promise<Builder | NoBuilder> {
  const folder = imageStoreFolder(world);
  if (folder !== null) return findBuilder(world, folder);
  return { kind: 'no-builder', why: 'there is no machine to build on', hint: 'run fettle itself' };
}

async function built(
  dockerfile: string,
  set: SetToVerify,
  builder: Builder,
  trial: Trial,
): Promise<ImageBuild> {
  const { root, world, service, indexSettings, onStage } = trial;
  const { side, files } = set;
  onStage(`building the image (${side})`);
  const context = await contextFolder(dockerfile, (await startOf(trial, set))?.copies ?? [], root, world);
  const below = (path: string): string => posix.relative(context, path);
  const replaced = new Map(
    [...files]
      .filter(([path]) => !below(path).startsWith('../'))
      .map(([path, bytes]) => [below(path), bytes]),
  );
  return buildImage(
    {
      ...{
        context: join(root, context),
        dockerfile: below(dockerfile),
        replaced,
        buildArgs: {},
        target: null,
      },
      name: `${
        service.name
          .replace(/[^a-z0-9]+/gi, '-')
          .replace(/^-|-$/g, '')
          .toLowerCase() || 'service'
      }-${side}`,
      ...{ offline: indexSettings.offline, timeMs: BUILD_MS },
    },
    builder,
    world,
  );
}

function failed(build: Exclude<ImageBuild, { kind: 'built' }>, set: SetToVerify, trial: Trial): LevelOutcome {
  const told = { ...TOLD, claim: CLAIM, checks: [build.check], durationMs: build.check.durationMs };
  if (build.kind === 'unknown')
    return levelOutcome(trial, set, {
      ...told,
      verdict: 'unknown',
      seen: `not built: ${build.why}`,
      hint: build.hint,
    });
  const { at, lastLines } = build;
  const where = at === null ? '' : `${at.file}:${at.line}: ${at.text.slice(0, 120)}: `;
  const what = `${where}${lastLines.at(-1) ?? 'the builder said nothing'}`;
  const failures = [{ key: 'image builds', what, because: null, ofMachine: false }];
  return levelOutcome(trial, set, { ...told, verdict: 'refuted', seen: 'did not build', failures });
}

function imageSize({ bytes, layers, distributions }: ImageMeasure): ImageSize {
  return {
    bytes,
    layers: layers.map(({ instruction, bytes: own, base }) => ({ instruction, bytes: own, base })),
    distributions: distributions.map(({ name, version, bytes: own }) => ({ name, version, bytes: own })),
  };
}

const MOST = 5;

function measureNotes({ distributions, savings, layers }: ImageMeasure): readonly string[] {
  const largest = distributions.slice(0, MOST).map(({ name, bytes }) => `${name} ${sizeText(bytes)}`);
  const own = layers.filter(({ base }) => !base).sort((a, b) => b.bytes - a.bytes);
  const ownText = own
    .slice(0, 3)
    .map(({ instruction, bytes }) => `${sizeText(bytes)} ${instruction.slice(0, 60)}`);
  return [
    ...(largest.length === 0 ? [] : [`largest distributions in the image: ${largest.join(', ')}`]),
    ...(ownText.length === 0 ? [] : [`largest layers: ${ownText.join('; ')}`]),
    ...savings.map(({ how, bytes }) => `smaller by ${sizeText(bytes)}: ${how}`),
  ];
}

/** "412 MB": powers of ten, as registries and clouds count. */
export function sizeText(bytes: number): string {
  const [unit, size] = bytes >= 1e9 ? ['GB', 1e9] : bytes >= 1e6 ? ['MB', 1e6] : ['kB', 1e3];
  const count = bytes / size;
  return `${count >= 100 ? Math.round(count) : count.toFixed(1)} ${unit}`;
}
