import type { PackageName } from '../../domain/package-name.ts';

/** What a failed import comes from. */
export type Blame = PairBlame | EnvironmentBlame | UnknownBlame;

/** One version of a distribution. */
export interface Party {
  readonly name: PackageName;
  readonly version: string;
}

/** What was asked of the provider. */
export interface Wanted {
  /** Dotted name of the module. */
  readonly module: string;
  /** The name in it; null: the module itself. */
  readonly symbol: string | null;
  /** `import`: `from module import symbol`, or an import of the module; `attribute`: `module.symbol` in an expression. */
  readonly by: 'import' | 'attribute';
}

/** Where the importer asks: what is looked for in its other versions. */
export interface AskingPlace {
  /** Below site-packages. */
  readonly path: string;
  readonly line: number;
  /** The code object's name: "<module>", a class, a function. */
  readonly scope: string;
}

/** Two distributions that do not go together. */
export interface PairBlame {
  readonly kind: 'pair';
  /** Null: the service's own sources ask. */
  readonly importer: (Party & { readonly place: AskingPlace }) | null;
  /**
   * Who does not give it. Where the break is `needed` it is no longer installed, and the version is the one that stood there before.
   */
  readonly provider: Party;
  readonly break: 'forbidden' | 'needed';
  readonly wanted: Wanted;
  /** The last lines of the traceback. */
  readonly seen: string;
}

/** What the machine or its settings lack, and no version of a package can give. */
export type EnvironmentLack =
  | 'shared-library'
  | 'gpu'
  | 'network'
  | 'variable'
  | 'settings'
  | 'file'
  | 'permission'
  | 'locale'
  | 'runtime';

export interface EnvironmentBlame {
  readonly kind: 'environment';
  readonly lacks: EnvironmentLack;
  /** Its name where the error tells it: "libGL.so.1", "DATABASE_URL", "/etc/model.bin". */
  readonly subject: string | null;
  /** One sentence. */
  readonly because: string;
}

export interface UnknownBlame {
  readonly kind: 'unknown';
  /** One sentence. */
  readonly why: string;
}

/** A blame that is none. */
export function unknownBlame(why: string): UnknownBlame {
  return { kind: 'unknown', why };
}
