declare const brand: unique symbol;

/** A package's name in its ecosystem's canonical form. Only an ecosystem's `name()` makes one. */
export type PackageName = string & { readonly [brand]: 'PackageName' };
