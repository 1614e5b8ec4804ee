import { ForgeRefusal } from '../forge-answer.ts';
import type { GithubClient } from './client.ts';

export interface TreeEntry {
  readonly mode: string;
  readonly sha: string;
}

interface Folder {
  readonly files: ReadonlyMap<string, TreeEntry>;
  readonly folders: ReadonlyMap<string, string>;
}

/** Files of one commit, read folder by folder: the listing of a whole tree is cut off in a large repository. */
export class CommitTree {
  readonly #client: GithubClient;
  readonly #root: string;
  readonly #folders = new Map<string, Promise<Folder>>();

  /** `root`: the commit's tree. */
  constructor(client: GithubClient, root: string) {
    this.#client = client;
    this.#root = root;
  }

  /** Null: it is no file there. */
  async entry(path: string): Promise<TreeEntry | null> {
    const folders = path.split('/');
    const name = folders.pop()!;
    let tree: string | undefined = this.#root;
    for (const folder of folders) {
      tree = (await this.#folder(tree)).folders.get(folder);
      if (tree === undefined) return null;
    }
    return (await this.#folder(tree)).files.get(name) ?? null;
  }

  #folder(tree: string): Promise<Folder> {
    const known = this.#folders.get(tree);
    if (known !== undefined) return known;
    const read = this.#read(tree);
    this.#folders.set(tree, read);
    return read;
  }

  async #read(tree: string): Promise<Folder> {
    const { octokit, owner, repo } = this.#client;
    const { data } = await octokit.rest.git.getTree({ owner, repo, tree_sha: tree });
    if (data.truncated) throw new ForgeRefusal(422, 'a folder has too many files to be listed');
    const files = new Map<string, TreeEntry>();
    const folders = new Map<string, string>();
    for (const { path, type, mode, sha } of data.tree)
      if (type === 'tree') folders.set(path, sha);
      else if (type === 'blob') files.set(path, { mode, sha });
    return { files, folders };
  }
}

/** The tree of a commit. */
export async function treeOf(client: GithubClient, commit: string): Promise<string> {
  const { octokit, owner, repo } = client;
  const { data } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: commit });
  return data.tree.sha;
}
