import type { Check } from '../../domain/check.ts';

export interface ImageRequest {
  /** Absolute path of the folder that is the build context. It is read, never written. */
  readonly context: string;
  /** The Dockerfile, relative to the context; may lead out of it ("../docker/Dockerfile"). */
  readonly dockerfile: string;
  /** Files of the context as they are after edits, by path relative to it; empty: as they are on disk. */
  readonly replaced: ReadonlyMap<string, Uint8Array>;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly target: string | null;
  /** What the image is for ("omni-backend-after"): a part of its name. */
  readonly name: string;
  /** Base images that are not on the machine are not asked for. */
  readonly offline: boolean;
  readonly timeMs: number;
}

/** What a FROM resolved to. */
export interface BaseImage {
  /** As the builder was asked for it. */
  readonly name: string;
  /** "sha256:…" of its manifest; null where the builder does not tell. */
  readonly digest: string | null;
  /** Digests of its unpacked layers, lowest first; empty where the builder does not tell. */
  readonly layers: readonly string[];
}

export interface BuiltImage {
  /** Name by which the builder knows it. */
  readonly reference: string;
  /** "sha256:…" of its configuration: the same digest is the same image. */
  readonly digest: string;
  readonly bases: readonly BaseImage[];
}

/** Where a Dockerfile fails. */
export interface FailedInstruction {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

interface Ran {
  readonly check: Check;
  /** The builder's whole output, masked, cut in the middle where it is long. */
  readonly log: string;
  /** What is worth knowing: what of this machine did not reach the build. */
  readonly notes: readonly string[];
}

export type ImageBuild =
  | (Ran & { readonly kind: 'built'; readonly image: BuiltImage })
  | (Ran & {
      readonly kind: 'failed';
      readonly at: FailedInstruction | null;
      readonly lastLines: readonly string[];
    })
  | (Ran & { readonly kind: 'unknown'; readonly why: string; readonly hint: string });
