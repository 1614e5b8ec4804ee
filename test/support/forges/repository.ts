import { createHash } from 'node:crypto';

export interface StoredFile {
  readonly mode: string;
  readonly bytes: Buffer;
}

export interface StoredCommit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly files: ReadonlyMap<string, StoredFile>;
}

export interface StoredProposal {
  readonly number: number;
  readonly branch: string;
  base: string;
  title: string;
  body: string;
  labels: string[];
  state: 'open' | 'closed' | 'merged';
  draft: boolean;
  readonly comments: string[];
}

/** What a forge keeps of one repository: branches, commits with whole trees, and proposals. */
export class Repository {
  readonly commits = new Map<string, StoredCommit>();
  readonly branches = new Map<string, string>();
  readonly proposals: StoredProposal[] = [];
  readonly defaultBranch = 'main';

  constructor(files: Readonly<Record<string, string>>) {
    const stored = Object.entries(files).map(
      ([path, text]) => [path, { mode: '100644', bytes: Buffer.from(text) }] as const,
    );
    this.branches.set('main', this.add([], 'at first', new Map(stored)).id);
  }

  add(parents: readonly string[], message: string, files: ReadonlyMap<string, StoredFile>): StoredCommit {
    const tree = [...files].map(([path, { mode, bytes }]) => [path, mode, blobSha(bytes)]).sort();
    const id = sha1(JSON.stringify([parents, message, tree, this.commits.size]));
    const commit = { id, parents, message, files };
    this.commits.set(id, commit);
    return commit;
  }

  /** Somebody pushes onto a branch. */
  push(branch: string, changes: Readonly<Record<string, string | Uint8Array>>, message = 'by hand'): string {
    const head = this.head(branch);
    const files = new Map(head.files);
    for (const [path, content] of Object.entries(changes))
      files.set(path, { mode: files.get(path)?.mode ?? '100644', bytes: Buffer.from(content) });
    const { id } = this.add([head.id], message, files);
    this.branches.set(branch, id);
    return id;
  }

  head(branch: string): StoredCommit {
    const id = this.branches.get(branch);
    if (id === undefined) throw new Error(`no branch ${branch}`);
    return this.commits.get(id)!;
  }

  text(branch: string, path: string): string | null {
    return this.head(branch).files.get(path)?.bytes.toString() ?? null;
  }

  /** Messages from a branch's newest commit down to what `base` has too. */
  messages(branch: string, base: string): readonly string[] {
    return this.over(base, this.head(branch).id).map(({ message }) => message);
  }

  /** Commits that are reached from `head` and not from `base`, the oldest first. */
  over(base: string, head: string): readonly StoredCommit[] {
    const known = new Set(this.#reach(base).map(({ id }) => id));
    return this.#reach(head)
      .filter(({ id }) => !known.has(id))
      .reverse();
  }

  isAncestor(old: string, of: string): boolean {
    return this.#reach(of).some(({ id }) => id === old);
  }

  /** Paths that differ between two commits. */
  differing(one: string, other: string): readonly string[] {
    const [a, b] = [this.commits.get(one)!.files, this.commits.get(other)!.files];
    return [...new Set([...a.keys(), ...b.keys()])].filter(
      (path) => !(a.get(path)?.bytes.equals(b.get(path)?.bytes ?? Buffer.from('\0')) ?? false),
    );
  }

  #reach(from: string): readonly StoredCommit[] {
    const found = new Map<string, StoredCommit>();
    const open = [from];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const commit = this.commits.get(id);
      if (commit === undefined || found.has(id)) continue;
      found.set(id, commit);
      open.push(...commit.parents);
    }
    return [...found.values()];
  }
}

export function sha1(content: string | Uint8Array): string {
  return createHash('sha1').update(content).digest('hex');
}

export function blobSha(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
