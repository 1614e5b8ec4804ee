import { fieldsOf, Refused, serveForge, TOKEN } from './forge-server.ts';
import type { Asked, ForgeServer, Reply } from './forge-server.ts';
import { blobSha } from './repository.ts';
import type { Repository, StoredCommit, StoredProposal } from './repository.ts';

const PREFIX = '/projects/acme/shop';
const MOST_BODY = 1_048_576;

/** GitLab's REST as far as proposals need it: what GitLab refuses is refused here. */
export function serveGitlab(repository: Repository): Promise<ForgeServer> {
  const gitlab = new Gitlab(repository);
  return serveForge(
    repository,
    '/api/v4',
    ({ headers }) => headers['private-token'] === TOKEN,
    (asked) => gitlab.handle(asked),
  );
}

class Gitlab {
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  handle(asked: Asked): Reply {
    if (!asked.path.startsWith(PREFIX)) throw new Refused(404, '404 Project Not Found');
    const name = `${asked.method} ${asked.path.slice(PREFIX.length)}`;
    const routes: readonly (readonly [RegExp, (match: RegExpExecArray) => Reply])[] = [
      [/^GET $/, () => ok({ id: 7, default_branch: this.#repository.defaultBranch })],
      [/^GET \/repository\/branches\/(.+)$/, ([, branch]) => this.#branch(branch!)],
      [/^DELETE \/repository\/branches\/(.+)$/, ([, branch]) => this.#deleteBranch(branch!)],
      [/^POST \/repository\/commits$/, () => this.#createCommit(asked.body)],
      [/^GET \/repository\/compare$/, () => this.#compare(asked.query)],
      [/^GET \/repository\/files\/(.+)$/, ([, path]) => this.#file(path!, asked.query)],
      [/^GET \/merge_requests$/, () => this.#list(asked.query)],
      [/^POST \/merge_requests$/, () => this.#create(asked.body)],
      [/^GET \/merge_requests\/(\d+)$/, ([, number]) => ok(json(this.#proposal(number!)))],
      [/^PUT \/merge_requests\/(\d+)$/, ([, number]) => this.#update(number!, asked.body)],
      [/^GET \/merge_requests\/(\d+)\/notes$/, ([, number]) => this.#notes(number!)],
      [/^POST \/merge_requests\/(\d+)\/notes$/, ([, number]) => this.#note(number!, asked.body)],
    ];
    for (const [pattern, route] of routes) {
      const match = pattern.exec(name);
      if (match !== null) return route(match);
    }
    throw new Refused(404, '404 Not Found');
  }

  #branch(branch: string): Reply {
    const id = this.#repository.branches.get(branch);
    if (id === undefined) throw new Refused(404, '404 Branch Not Found');
    return ok({ name: branch, commit: commitJson(this.#repository.commits.get(id)!) });
  }

  #deleteBranch(branch: string): Reply {
    if (!this.#repository.branches.delete(branch)) throw new Refused(404, '404 Branch Not Found');
    return { status: 204 };
  }

  /** `force` replaces the branch; without it one that is there must be what the commit begins from. */
  #createCommit(body: Asked['body']): Reply {
    const fields = fieldsOf(body, 'branch', 'commit_message', 'actions', 'start_sha?', 'force?') as NewCommit;
    const { branch, commit_message: message, actions, start_sha: start, force = false } = fields;
    const { branches, commits } = this.#repository;
    const now = branches.get(branch);
    if (now !== undefined && start !== undefined && !force)
      throw new Refused(
        400,
        `A branch called '${branch}' already exists. Switch to that branch in order to make changes`,
      );
    if (now === undefined && start === undefined)
      throw new Refused(400, 'You can only create or edit files when you are on a branch');
    const parent = commits.get(start ?? now!);
    if (parent === undefined) throw new Refused(400, 'Cannot find start_sha');
    const files = new Map(parent.files);
    for (const { action, file_path: path, content, encoding } of actions) {
      if (action !== 'update') throw new Refused(400, 'actions[0][action] does not have a valid value');
      const before = files.get(path);
      if (before === undefined) throw new Refused(400, "A file with this name doesn't exist");
      files.set(path, {
        mode: before.mode,
        bytes: Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'),
      });
    }
    const commit = this.#repository.add([parent.id], message, files);
    branches.set(branch, commit.id);
    return { status: 201, body: commitJson(commit) };
  }

  #compare(query: URLSearchParams): Reply {
    const [from, to] = [query.get('from')!, query.get('to')!];
    const paths = this.#repository.differing(from, to);
    return ok({
      commits: this.#repository.over(from, to).map(commitJson),
      diffs: paths.map((path) => ({ old_path: path, new_path: path })),
      compare_timeout: false,
    });
  }

  #file(path: string, query: URLSearchParams): Reply {
    const ref = query.get('ref') ?? '';
    const commit = this.#repository.commits.get(this.#repository.branches.get(ref) ?? ref);
    if (commit === undefined) throw new Refused(404, '404 Commit Not Found');
    const file = commit.files.get(path);
    if (file === undefined) throw new Refused(404, '404 File Not Found');
    return ok({ file_path: path, blob_id: blobSha(file.bytes), content: file.bytes.toString('base64') });
  }

  #list(query: URLSearchParams): Reply {
    const found = this.#repository.proposals.filter(
      ({ branch, state }) =>
        branch === query.get('source_branch') &&
        (query.get('state') === null ||
          query.get('state') === 'all' ||
          (state === 'open') === (query.get('state') === 'opened')),
    );
    if (query.get('sort') !== 'asc') found.reverse();
    return ok(found.map(json));
  }

  #create(body: Asked['body']): Reply {
    const fields = fieldsOf(
      body,
      'source_branch',
      'target_branch',
      'title',
      'description?',
      'labels?',
    ) as NewRequest;
    const { source_branch: branch, target_branch: base, title, description = '', labels } = fields;
    const { proposals, branches } = this.#repository;
    if (description.length > MOST_BODY)
      throw new Refused(400, 'description is too long (maximum is 1048576 characters)');
    for (const name of [branch, base])
      if (!branches.has(name)) throw new Refused(422, `The branch ${name} does not exist`);
    const other = proposals.find((one) => one.state === 'open' && one.branch === branch && one.base === base);
    if (other !== undefined)
      throw new Refused(
        409,
        `Another open merge request already exists for this source branch: !${other.number}`,
      );
    const made: StoredProposal = {
      ...{
        number: proposals.length + 1,
        branch,
        base,
        title,
        body: description,
        state: 'open',
        comments: [],
      },
      ...{ labels: labels === undefined ? [] : labels.split(','), draft: title.startsWith('Draft: ') },
    };
    proposals.push(made);
    return { status: 201, body: json(made) };
  }

  #update(number: string, body: Asked['body']): Reply {
    const one = this.#proposal(number);
    const fields = fieldsOf(
      body,
      'title?',
      'description?',
      'target_branch?',
      'add_labels?',
      'state_event?',
    ) as Readonly<Record<string, string>>;
    if ((fields['description'] ?? '').length > MOST_BODY) throw new Refused(400, 'description is too long');
    one.title = fields['title'] ?? one.title;
    one.draft = one.title.startsWith('Draft: ');
    one.body = fields['description'] ?? one.body;
    one.base = fields['target_branch'] ?? one.base;
    if (fields['add_labels'] !== undefined)
      one.labels = [...new Set([...one.labels, ...fields['add_labels'].split(',')])];
    if (fields['state_event'] === 'close') one.state = 'closed';
    return ok(json(one));
  }

  #notes(number: string): Reply {
    return ok(this.#proposal(number).comments.map((text, at) => ({ id: at, body: text })));
  }

  #note(number: string, body: Asked['body']): Reply {
    const { body: text } = fieldsOf(body, 'body') as { readonly body: string };
    this.#proposal(number).comments.push(text);
    return { status: 201, body: { id: 1, body: text } };
  }

  #proposal(number: string): StoredProposal {
    const found = this.#repository.proposals.find((one) => String(one.number) === number);
    if (found === undefined) throw new Refused(404, '404 Not found');
    return found;
  }
}

interface NewCommit {
  readonly branch: string;
  readonly commit_message: string;
  readonly start_sha?: string;
  readonly force?: boolean;
  readonly actions: readonly {
    readonly action: string;
    readonly file_path: string;
    readonly content: string;
    readonly encoding?: string;
  }[];
}

interface NewRequest {
  readonly source_branch: string;
  readonly target_branch: string;
  readonly title: string;
  readonly description?: string;
  readonly labels?: string;
}

function commitJson({ id, message, parents }: StoredCommit): object {
  return { id, message, title: message.split('\n')[0], parent_ids: parents };
}

function json(one: StoredProposal): object {
  return {
    iid: one.number,
    web_url: `https://forge.example/acme/shop/-/merge_requests/${one.number}`,
    state: one.state === 'open' ? 'opened' : one.state,
    title: one.title,
    description: one.body,
    labels: one.labels,
    draft: one.draft,
    source_branch: one.branch,
    target_branch: one.base,
    source_project_id: 7,
    target_project_id: 7,
  };
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}
