import type { PackageName } from '../../domain/package-name.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PackageId } from '../solver/incompatibility.ts';

/** A selector package has one version: on. Its other state is "not selected". */
export const ON = VersionSet.of(2, 0);

/**
 * What a solver package stands for. `package`: a distribution on one target, or one of its extras there (an extra is a
 * package of its own that depends on the distribution at the same version). `selector`: an assumption that is on or off; `says` is the clause that it means.
 */
export type Node =
  | {
      readonly kind: 'package';
      readonly name: PackageName;
      readonly extra: string | null;
      readonly target: number;
    }
  | { readonly kind: 'selector'; readonly label: string; readonly says: string };

/** Hands out the dense numbers that the solver knows packages by; the same node has the same number for ever. */
export class Nodes {
  readonly #nodes: Node[] = [];
  readonly #ids = new Map<string, PackageId>();

  package(name: PackageName, target: number, extra: string | null = null): PackageId {
    return this.#id(`${target} ${name}${extra === null ? '' : `[${extra}]`}`, () => ({
      kind: 'package',
      name,
      extra,
      target,
    }));
  }

  selector(label: string, says: string): PackageId {
    return this.#id(`selector ${label}`, () => ({ kind: 'selector', label, says }));
  }

  node(id: PackageId): Node {
    return this.#nodes[id]!;
  }

  /** Every distribution met so far, without extras and selectors. */
  *packages(): Generator<{ readonly id: PackageId; readonly name: PackageName; readonly target: number }> {
    for (const [id, node] of this.#nodes.entries()) {
      if (node.kind === 'package' && node.extra === null) yield { id, name: node.name, target: node.target };
    }
  }

  #id(key: string, make: () => Node): PackageId {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#nodes.push(make()) - 1;
    this.#ids.set(key, id);
    return id;
  }
}
