import { posix } from 'node:path';
import type { ErrorPlace } from '../../../domain/errors.ts';
import type { Unreadable } from '../../../domain/project.ts';
import { withMaskedCredentials } from '../../../io/url-credentials.ts';
import { SAY_PLATFORM } from './image-build.ts';
import type { ImageBuild } from './image-build.ts';

/** A text of a file in which everything that stands for something else was replaced. */
export interface ToldText {
  /** As it is written. */
  readonly written: string;
  /** Null: what becomes of it cannot be known. */
  readonly text: string | null;
  readonly at: ErrorPlace;
}

/** What a file says of the build of one image; null where it says nothing. */
export interface ToldBuild {
  /** `service "web"`, for messages. */
  readonly name: string;
  /** The folder of the context, from the one that the builder is called in. */
  readonly context: ToldText | null;
  /** From the same folder. */
  readonly dockerfile: ToldText | null;
  readonly platforms: readonly ToldText[];
}

const SHOWN = 120;
const LOOKED_AT = 4_096;

/** Null: it says no platform, or its files are not of this repository. */
export function imageBuild({ name, context, dockerfile, platforms }: ToldBuild): ImageBuild | null {
  const said = platforms.filter(({ text }) => text === null || text.trim() !== '');
  if (said.length === 0 || (context?.text && isElsewhere(context.text))) return null;
  const computed = [context, dockerfile].find((one) => one?.text === null);
  const unknown = said.filter(({ text }) => text === null);
  if (computed) {
    const unreadable = [told(computed, `which Dockerfile ${name} builds cannot be known`)];
    return { name, dockerfile: null, platforms: [], unreadable };
  }
  return {
    name,
    dockerfile: posix.normalize(dockerfile?.text || posix.join(context?.text || '.', 'Dockerfile')),
    platforms: said.flatMap(({ text, at }) => (text === null ? [] : { text: text.replace(/\s+/g, ','), at })),
    unreadable: unknown.map((one) => told(one, `the platforms of ${name} cannot be known`)),
  };
}

/** A Dockerfile that is told from its context, from where the builder is called. */
export function inContext(dockerfile: ToldText | null, context: ToldText | null): ToldText | null {
  if (dockerfile?.text == null || !context?.text) return dockerfile;
  return { ...dockerfile, text: posix.join(context.text, dockerfile.text) };
}

function told({ written, at }: ToldText, message: string): Unreadable {
  const line = written.trim().slice(0, LOOKED_AT).replace(/\s+/g, ' ');
  // Masked before it is cut: half of an address does not look like one.
  const shown = withMaskedCredentials(line).slice(0, SHOWN);
  return {
    message: `${message}: ${shown}${line.length > SHOWN ? '…' : ''}`,
    hint: SAY_PLATFORM,
    at,
  };
}

/** An address, another image or target, or a folder of the machine that builds: no folder of this repository. */
export function isElsewhere(context: string): boolean {
  return /^[\w+.-]+:|^git@|^\//.test(context);
}
