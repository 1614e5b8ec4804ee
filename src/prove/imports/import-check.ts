import type { PackageName } from '../../domain/package-name.ts';

/** A module that is imported to see whether it can be, and why it is asked. */
export interface ImportedModule {
  /** Dotted name. */
  readonly module: string;
  readonly from:
    | { readonly kind: 'distribution'; readonly name: PackageName }
    /** The service's own sources import it here. `names` are those that they take from it by `from m import n`, outside of any try. */
    | {
        readonly kind: 'sources';
        readonly file: string;
        readonly line: number;
        readonly names: readonly string[];
        /** It stands in a function: the service starts without it. Absent: it is needed at start. */
        readonly lazy?: boolean;
      };
}

/** One frame of a traceback, outermost first. */
export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  /** The source line, trimmed; "" where it is not known. */
  readonly text: string;
}

/** A Python exception as the driver reports it: of the chain of causes the one that was raised first. */
export interface PythonError {
  /** "ImportError", "ModuleNotFoundError", "AttributeError". */
  readonly type: string;
  readonly message: string;
  /**
   * What it is about, where it tells it: of an ImportError its module and the name taken from it; of an AttributeError on a module that
   * module and the attribute.
   */
  readonly module: string | null;
  readonly symbol: string | null;
  readonly frames: readonly Frame[];
}

/** A warning that something which was used goes away. */
export interface Deprecation {
  /** "DeprecationWarning", "PendingDeprecationWarning", "FutureWarning". */
  readonly category: string;
  readonly message: string;
  /** Absolute path of the file that the warning points to, and the line in it. */
  readonly file: string;
  readonly line: number;
}

/** What came of importing one module in a process of its own. */
export interface ImportOutcome {
  readonly asked: ImportedModule;
  readonly result:
    | { readonly kind: 'imported' }
    | { readonly kind: 'raised'; readonly error: PythonError; readonly traceback: string }
    /** It ended otherwise: by a limit, a signal, `sys.exit`. */
    | { readonly kind: 'died'; readonly why: string; readonly output: string }
    /** Its process could not be started: nothing is known of it. */
    | { readonly kind: 'not-run'; readonly why: string };
  /** Warnings of deprecation that it gave, each once. */
  readonly deprecations: readonly Deprecation[];
  /** Of the import alone where it came to an end, else of its whole process. */
  readonly durationMs: number;
  readonly peakMemoryBytes: number | null;
}
