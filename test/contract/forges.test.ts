import { openGithub } from '../../src/ship/forges/github/github.ts';
import { openGitlab } from '../../src/ship/forges/gitlab/gitlab.ts';
import { serveGithub } from '../support/forges/github-server.ts';
import { serveGitlab } from '../support/forges/gitlab-server.ts';
import { forgeContract } from './forge.ts';

forgeContract('GitHub', {
  serve: serveGithub,
  open: (apiUrl, token, world) => openGithub({ repository: 'acme/shop', apiUrl, token }, world),
  writes: {
    branch: /^POST .*\/git\/refs$/,
    replace: /^POST \/graphql$/,
    remove: /^POST \/graphql$/,
    open: /^POST .*\/pulls$/,
    comment: /^POST .*\/comments$/,
    update: /^PATCH .*\/pulls\/1$/,
  },
  limited: {
    status: 403,
    body: { message: 'You have exceeded a secondary rate limit' },
    headers: { 'retry-after': '7' },
  },
});

forgeContract('GitLab', {
  serve: serveGitlab,
  open: (apiUrl, token, world) => openGitlab({ repository: 'acme/shop', apiUrl, token }, world),
  writes: {
    branch: /^POST .*\/repository\/commits$/,
    replace: /^POST .*\/repository\/commits$/,
    remove: /^DELETE .*\/repository\/branches/,
    open: /^POST .*\/merge_requests$/,
    comment: /^POST .*\/notes$/,
    update: /^PUT .*\/merge_requests\/1$/,
  },
  limited: { status: 429, body: { message: 'Retry later' }, headers: { 'retry-after': '7' } },
});
