/** A DNS label (RFC 1035, 2.3.1), in small letters. */
const LABEL = /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/;

const LONGEST_REVISION = 63;
/** "<tag>---<service>" and what the platform adds have to be one label together. */
const LONGEST_TAGGED = 46;
/** Of the tags that a rollout gives, "baseline" is the longest. */
const LONGEST_TAG = 8;

export function serviceNameProblem(name: string): string | null {
  const longest = LONGEST_TAGGED - LONGEST_TAG;
  if (name.length > longest)
    return `"${name}" has ${name.length} letters: at most ${longest}, for a revision's tag stands before it in one label`;
  return LABEL.test(name)
    ? null
    : `"${name}" is no name of a service: small letters, digits and "-", a letter first and no "-" last`;
}

/** Revisions are named after their service. */
export function revisionNameProblem(name: string, service: string): string | null {
  if (name.length > LONGEST_REVISION)
    return `the revision's name ${name} has ${name.length} letters: at most ${LONGEST_REVISION}`;
  if (!name.startsWith(`${service}-`)) return `the revision's name ${name} does not begin with "${service}-"`;
  return LABEL.test(name) ? null : `${name} is no name of a revision: small letters, digits and "-"`;
}

export function tagProblem(tag: string, service: string): string | null {
  if (!LABEL.test(tag)) return `"${tag}" is no tag: small letters, digits and "-", a letter first`;
  const together = tag.length + service.length;
  return together > LONGEST_TAGGED
    ? `the tag "${tag}" and the service's name have ${together} letters together: at most ${LONGEST_TAGGED}`
    : null;
}
