/** Roles that hold a permission, by how it begins; the first that matches ("IAM basic and predefined roles reference"). */
const ROLES: readonly (readonly [beginning: RegExp, role: string])[] = [
  [/run\.\w+\.setIamPolicy/, 'roles/run.admin'],
  [/run\.\w+\.(?:get|list)/, 'roles/run.viewer'],
  [/run\.(?:routes\.invoke)/, 'roles/run.invoker'],
  [/run\.\w+\.\w+/, 'roles/run.developer'],
  [/iam\.serviceaccounts\.actAs/i, 'roles/iam.serviceAccountUser (on the service account of the service)'],
  [/iam\.serviceAccounts\.getOpenIdToken/i, 'roles/iam.serviceAccountTokenCreator'],
  [/cloudbuild\.builds\.\w+/, 'roles/cloudbuild.builds.editor'],
  [/artifactregistry\.\w+\.upload\w*/, 'roles/artifactregistry.writer'],
  [/artifactregistry\.\w+\.\w+/, 'roles/artifactregistry.reader'],
  [/monitoring\.\w+\.\w+/, 'roles/monitoring.viewer'],
  [/logging\.\w+\.\w+/, 'roles/logging.viewer'],
  [/storage\.buckets\.\w+/, 'roles/storage.admin'],
  [/storage\.\w+\.\w+/, 'roles/storage.objectUser'],
  [/secretmanager\.\w+\.\w+/, 'roles/secretmanager.secretAccessor (for the service account of the service)'],
];

/** What to do where a permission is missing: `said` is the permission, or a message that names it. */
export function missingRole(said: string): string {
  for (const [beginning, role] of ROLES) {
    const permission = beginning.exec(said)?.[0];
    if (permission !== undefined)
      return `the login lacks ${permission}: have it given ${role} in this project`;
  }
  return 'have the login given the role for this in the project (IAM & Admin)';
}
