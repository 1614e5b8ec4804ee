import { fieldsOf, Refused, serveForge, TOKEN } from './forge-server.ts';
import type { Asked, ForgeServer, Reply } from './forge-server.ts';
import { blobSha, sha1 } from './repository.ts';
import type { Repository, StoredFile, StoredProposal } from './repository.ts';

const PREFIX = '/repos/acme/shop';
const MOST_BODY = 65_536;

type Tree = ReadonlyMap<string, { readonly mode: string; readonly sha: string }>;

/** GitHub's REST and the one GraphQL mutation, as far as proposals need them: what GitHub refuses is refused here. */
export function serveGithub(repository: Repository): Promise<ForgeServer> {
  const github = new Github(repository);
  return serveForge(
    repository,
    '',
    ({ headers }) =>
      headers.authorization === `token ${TOKEN}` || headers.authorization === `bearer ${TOKEN}`,
    (asked) => github.handle(asked),
  );
}

class Github {
  readonly #repository: Repository;
  readonly #blobs = new Map<string, Buffer>();
  readonly #trees = new Map<string, Tree>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  handle(asked: Asked): Reply {
    if (asked.path === '/graphql') return this.#graphql(asked.body);
    if (!asked.path.startsWith(PREFIX)) throw new Refused(404, 'Not Found');
    const name = `${asked.method} ${asked.path.slice(PREFIX.length)}`;
    const routes: readonly (readonly [RegExp, (match: RegExpExecArray) => Reply])[] = [
      [/^GET $/, () => ok({ default_branch: this.#repository.defaultBranch, node_id: 'R_shop' })],
      [/^GET \/git\/ref\/heads\/(.+)$/, ([, branch]) => this.#ref(branch!)],
      [/^POST \/git\/refs$/, () => this.#createRef(asked.body)],
      [/^GET \/git\/commits\/(\w+)$/, ([, id]) => this.#commit(id!)],
      [/^POST \/git\/commits$/, () => this.#createCommit(asked.body)],
      [/^GET \/git\/trees\/(\w+)$/, ([, id]) => this.#tree(id!)],
      [/^POST \/git\/trees$/, () => this.#createTree(asked.body)],
      [/^POST \/git\/blobs$/, () => this.#createBlob(asked.body)],
      [/^GET \/compare\/(\w+)\.\.\.(\w+)$/, ([, base, head]) => this.#compare(base!, head!)],
      [/^GET \/pulls$/, () => this.#pulls(asked.query)],
      [/^POST \/pulls$/, () => this.#createPull(asked.body)],
      [/^PATCH \/pulls\/(\d+)$/, ([, number]) => this.#updatePull(number!, asked.body)],
      [/^POST \/issues\/(\d+)\/labels$/, ([, number]) => this.#addLabels(number!, asked.body)],
      [/^GET \/issues\/(\d+)\/comments$/, ([, number]) => this.#comments(number!)],
      [/^POST \/issues\/(\d+)\/comments$/, ([, number]) => this.#comment(number!, asked.body)],
    ];
    for (const [pattern, route] of routes) {
      const match = pattern.exec(name);
      if (match !== null) return route(match);
    }
    throw new Refused(404, 'Not Found');
  }

  #ref(branch: string): Reply {
    const sha = this.#repository.branches.get(branch);
    if (sha === undefined) throw new Refused(404, 'Not Found');
    return ok({ ref: `refs/heads/${branch}`, object: { type: 'commit', sha } });
  }

  #createRef(body: Asked['body']): Reply {
    const { ref, sha } = fieldsOf(body, 'ref', 'sha') as { readonly ref: string; readonly sha: string };
    const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
    if (branch === undefined) throw new Refused(422, 'Reference name must start with refs/heads/');
    if (this.#repository.branches.has(branch)) throw new Refused(422, 'Reference already exists');
    if (!this.#repository.commits.has(sha)) throw new Refused(422, 'Object does not exist');
    this.#repository.branches.set(branch, sha);
    return { status: 201, body: { ref, object: { type: 'commit', sha } } };
  }

  /** updateRefs alone: all or none, and only from what each is said to be. Errors come with status 200. */
  #graphql(body: Asked['body']): Reply {
    const { query, variables } = fieldsOf(body, 'query', 'variables') as {
      readonly query: string;
      readonly variables: { readonly input: UpdateRefs };
    };
    if (!/updateRefs\(input: \$input\)/.test(query)) throw new Refused(400, 'Problems parsing GraphQL');
    const { repositoryId, refUpdates } = variables.input;
    const failed = (message: string): Reply => ok({ data: { updateRefs: null }, errors: [{ message }] });
    if (repositoryId !== 'R_shop') return failed('Could not resolve to a node');
    const none = '0'.repeat(40);
    for (const { name, beforeOid, afterOid, force } of refUpdates) {
      const now = this.#repository.branches.get(name.replace('refs/heads/', '')) ?? none;
      if (now !== beforeOid) return failed(`${name} is at ${now} but expected ${beforeOid}`);
      if (afterOid !== none && !this.#repository.commits.has(afterOid))
        return failed('Object does not exist');
      if (!force && afterOid !== none && !this.#repository.isAncestor(now, afterOid))
        return failed('Update is not a fast forward');
    }
    for (const { name, afterOid } of refUpdates) {
      const branch = name.replace('refs/heads/', '');
      if (afterOid !== none) this.#repository.branches.set(branch, afterOid);
      else this.#repository.branches.delete(branch);
    }
    return ok({ data: { updateRefs: { clientMutationId: null } } });
  }

  #commit(id: string): Reply {
    const commit = this.#repository.commits.get(id);
    if (commit === undefined) throw new Refused(404, 'Not Found');
    const tree = this.#store(treeOf(commit.files));
    for (const { bytes } of commit.files.values()) this.#blobs.set(blobSha(bytes), bytes);
    return ok({ sha: id, message: commit.message, tree: { sha: tree }, parents: commit.parents });
  }

  #createCommit(body: Asked['body']): Reply {
    const { message, tree, parents } = fieldsOf(body, 'message', 'tree', 'parents') as NewCommit;
    const stored = this.#trees.get(tree);
    if (stored === undefined) throw new Refused(422, 'Tree SHA does not exist');
    if (!parents.every((id) => this.#repository.commits.has(id)))
      throw new Refused(422, 'Parent SHA does not exist or is not a commit object');
    const files = new Map<string, StoredFile>();
    for (const [path, { mode, sha }] of stored) files.set(path, { mode, bytes: this.#blobs.get(sha)! });
    const { id } = this.#repository.add(parents, message, files);
    return { status: 201, body: { sha: id, tree: { sha: tree } } };
  }

  #store(tree: Tree): string {
    const sha = sha1(JSON.stringify([...tree].sort()));
    this.#trees.set(sha, tree);
    return sha;
  }

  /** One folder: its files, and its folders as trees of their own. */
  #tree(id: string): Reply {
    const tree = this.#trees.get(id);
    if (tree === undefined) throw new Refused(404, 'Not Found');
    const folders = new Map<string, Map<string, { readonly mode: string; readonly sha: string }>>();
    const entries: object[] = [];
    for (const [path, file] of tree) {
      const [first, ...rest] = path.split('/');
      if (rest.length === 0) entries.push({ path, type: 'blob', ...file });
      else {
        const folder =
          folders.get(first!) ?? new Map<string, { readonly mode: string; readonly sha: string }>();
        folders.set(first!, folder.set(rest.join('/'), file));
      }
    }
    for (const [path, inner] of folders)
      entries.push({ path, type: 'tree', mode: '040000', sha: this.#store(inner) });
    return ok({ sha: id, tree: entries, truncated: false });
  }

  #createTree(body: Asked['body']): Reply {
    const { base_tree: base, tree } = fieldsOf(body, 'base_tree', 'tree') as NewTree;
    const known = this.#trees.get(base);
    if (known === undefined) throw new Refused(422, 'base_tree is not a valid tree oid');
    const next = new Map(known);
    for (const { path, mode, type, sha } of tree) {
      if (type !== 'blob' || !/^(100644|100755|120000)$/.test(mode))
        throw new Refused(422, 'tree.mode is wrong');
      if (!this.#blobs.has(sha)) throw new Refused(422, 'tree.sha is not a valid blob');
      next.set(path, { mode, sha });
    }
    return { status: 201, body: { sha: this.#store(next) } };
  }

  #createBlob(body: Asked['body']): Reply {
    const { content, encoding } = fieldsOf(body, 'content', 'encoding') as {
      content: string;
      encoding: string;
    };
    const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
    this.#blobs.set(blobSha(bytes), bytes);
    return { status: 201, body: { sha: blobSha(bytes) } };
  }

  #compare(base: string, head: string): Reply {
    const commits = this.#repository.over(base, head);
    return ok({
      total_commits: commits.length,
      behind_by: this.#repository.over(head, base).length,
      commits: commits.map(({ id, message }) => ({ sha: id, commit: { message } })),
      files: this.#repository.differing(base, head).map((filename) => ({ filename, status: 'modified' })),
    });
  }

  #pulls(query: URLSearchParams): Reply {
    const [owner, branch] = (query.get('head') ?? '').split(/:(.*)/);
    const state = query.get('state') ?? 'open';
    const found = this.#repository.proposals
      .filter((one) => owner === 'acme' && one.branch === branch)
      .filter((one) => state === 'all' || (one.state === 'open') === (state === 'open'));
    if (query.get('direction') === 'desc') found.reverse();
    return ok(found.map((one) => pullJson(one)));
  }

  #createPull(body: Asked['body']): Reply {
    const fields = fieldsOf(body, 'title', 'head', 'base', 'body?', 'draft?') as NewPull;
    const { proposals, branches } = this.#repository;
    const invalid = (message: string): Refused =>
      new Refused(422, 'Validation Failed', {
        errors: [{ resource: 'PullRequest', code: 'custom', message }],
      });
    if ((fields.body ?? '').length > MOST_BODY)
      throw invalid(`body is too long (maximum is ${MOST_BODY} characters)`);
    for (const key of ['head', 'base'] as const)
      if (!branches.has(fields[key]))
        throw new Refused(422, 'Validation Failed', { errors: [{ field: key, code: 'invalid' }] });
    if (
      proposals.some((one) => one.state === 'open' && one.branch === fields.head && one.base === fields.base)
    )
      throw invalid(`A pull request already exists for acme:${fields.head}.`);
    if (this.#repository.over(branches.get(fields.base)!, branches.get(fields.head)!).length === 0)
      throw invalid(`No commits between ${fields.base} and ${fields.head}`);
    const made: StoredProposal = {
      ...{ number: proposals.length + 1, branch: fields.head, base: fields.base, title: fields.title },
      ...{ body: fields.body ?? '', labels: [], state: 'open', draft: fields.draft ?? false, comments: [] },
    };
    proposals.push(made);
    return { status: 201, body: pullJson(made) };
  }

  #updatePull(number: string, body: Asked['body']): Reply {
    const one = this.#proposal(number);
    const {
      title,
      body: text,
      base,
      state,
    } = fieldsOf(body, 'title?', 'body?', 'base?', 'state?') as Partial<
      Pick<StoredProposal, 'title' | 'body' | 'base' | 'state'>
    >;
    if ((text ?? '').length > MOST_BODY)
      throw new Refused(422, `body is too long (maximum is ${MOST_BODY} characters)`);
    if (base !== undefined && !this.#repository.branches.has(base))
      throw new Refused(422, 'Validation Failed');
    Object.assign(one, {
      ...{ title: title ?? one.title, body: text ?? one.body, base: base ?? one.base },
      state: state ?? one.state,
    });
    return ok(pullJson(one));
  }

  #addLabels(number: string, body: Asked['body']): Reply {
    const { labels } = fieldsOf(body, 'labels') as { readonly labels: readonly string[] };
    const one = this.#proposal(number);
    one.labels = [...new Set([...one.labels, ...labels])];
    return ok(one.labels.map((name) => ({ name })));
  }

  #comments(number: string): Reply {
    return ok(this.#proposal(number).comments.map((text, at) => ({ id: at, body: text })));
  }

  #comment(number: string, body: Asked['body']): Reply {
    const { body: text } = fieldsOf(body, 'body') as { readonly body: string };
    this.#proposal(number).comments.push(text);
    return { status: 201, body: { id: 1, body: text } };
  }

  #proposal(number: string): StoredProposal {
    const found = this.#repository.proposals.find((one) => String(one.number) === number);
    if (found === undefined) throw new Refused(404, 'Not Found');
    return found;
  }
}

interface UpdateRefs {
  readonly repositoryId: string;
  readonly refUpdates: readonly {
    readonly name: string;
    readonly beforeOid: string;
    readonly afterOid: string;
    readonly force: boolean;
  }[];
}

interface NewCommit {
  readonly message: string;
  readonly tree: string;
  readonly parents: readonly string[];
}

interface NewTree {
  readonly base_tree: string;
  readonly tree: readonly {
    readonly path: string;
    readonly mode: string;
    readonly type: string;
    readonly sha: string;
  }[];
}

interface NewPull {
  readonly title: string;
  readonly head: string;
  readonly base: string;
  readonly body?: string;
  readonly draft?: boolean;
}

function treeOf(files: ReadonlyMap<string, StoredFile>): Tree {
  return new Map([...files].map(([path, { mode, bytes }]) => [path, { mode, sha: blobSha(bytes) }]));
}

function pullJson(one: StoredProposal): object {
  return {
    number: one.number,
    html_url: `https://forge.example/acme/shop/pull/${one.number}`,
    state: one.state === 'open' ? 'open' : 'closed',
    merged_at: one.state === 'merged' ? '2026-01-01T00:00:00Z' : null,
    title: one.title,
    body: one.body === '' ? null : one.body,
    labels: one.labels.map((name) => ({ name })),
    draft: one.draft,
    head: { ref: one.branch },
    base: { ref: one.base },
  };
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}
