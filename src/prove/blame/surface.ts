/**
 * What one Python source file gives and asks for, read without running it (`surface-script.ts`). Names bound under `if`, `try`, `for`
 * and `with` count; those under `if TYPE_CHECKING` do not.
 */
export interface Surface {
  /** By name, each way in which the module's own statements bind it. */
  readonly names: ReadonlyMap<string, readonly Binding[]>;
  /** Level and module of each `from m import *`. */
  readonly stars: readonly (readonly [level: number, module: string])[];
  readonly imports: readonly ImportStatement[];
  /** Chains such as "jinja2.escape" whose first name an import binds. */
  readonly attributes: readonly AttributeUse[];
  /** What imports bind, anywhere in the file: level, module, and the name in it (null: the module itself). */
  readonly aliases: ReadonlyMap<string, readonly (readonly [number, string, string | null])[]>;
  /** It makes names in ways that are not read off (`globals()[…] = …`, `exec`). */
  readonly dynamic: boolean;
  /** It makes modules in ways that are not read off (`sys.modules[…] = …`, import hooks, `__path__`). */
  readonly registers: boolean;
  /** `__all__`; null: it has none; false: it is not read off. */
  readonly all: readonly string[] | null | false;
  /** The names that its `__getattr__` (PEP 562) answers, where it raises for all others; null: it has none, or they are not read off. */
  readonly answered: readonly string[] | null;
}

/** `own`: here. `from`: taken from another module. `perhaps`: it may be taken away again, or is made in a function. */
export type Binding =
  readonly ['own'] | readonly ['perhaps'] | readonly ['from', level: number, module: string, name: string];

/**
 * Where a statement stands. `scope` is the code object's name, as in a traceback: "<module>", a class, a function. `guard`: `caught`
 * within a `try` that takes ImportError or AttributeError, `raises` where its handlers only raise again.
 */
interface Place {
  readonly scope: string;
  readonly guard: 'caught' | 'raises' | null;
  readonly line: number;
  readonly end: number;
}

/** `import module` (name null) or `from module import name`. */
export interface ImportStatement extends Place {
  readonly module: string;
  readonly level: number;
  readonly name: string | null;
}

export interface AttributeUse extends Place {
  readonly chain: string;
}

/** What the script printed for one file, as it is kept. */
export type SurfaceText = Omit<Surface, 'names' | 'aliases'> & {
  readonly names: Readonly<Record<string, readonly Binding[]>>;
  readonly aliases: Readonly<Record<string, readonly (readonly [number, string, string | null])[]>>;
};

/** Keys are foreign text: they are only ever keys of a Map. */
export function surfaceOf(text: SurfaceText): Surface {
  return {
    ...text,
    names: new Map(Object.entries(text.names)),
    aliases: new Map(Object.entries(text.aliases)),
  };
}
