/** Where the files of a CI stand, by its kind. */
export const CI_FILES = [
  ['workflow', /^\.github\/workflows\/[^/]+\.ya?ml$/],
  ['gitlab', /^\.gitlab-ci\.ya?ml$|(?:^|\/)[^/]+\.gitlab-ci\.ya?ml$|^\.gitlab\/.+\.ya?ml$/],
] as const;

export type CiKind = (typeof CI_FILES)[number][0];

export function isCiFile(path: string): boolean {
  return CI_FILES.some(([, names]) => names.test(path));
}
