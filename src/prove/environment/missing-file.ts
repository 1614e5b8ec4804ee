import { UserFacingError } from '../../domain/errors.ts';
import type { Check } from '../../domain/check.ts';
import type { World } from '../../io/world.ts';
import type { NoFile } from './install-failure.ts';
import { notInstalled } from './install-request.ts';
import type { InstallRequest, NotInstalled } from './install-request.ts';
import type { InterpreterFacts } from './interpreter-facts.ts';

/**
 * Why an installer found no file of a distribution, as the index itself tells: uv and pip say the same of a version that does not exist,
 * of an index that does not admit them and of one that has only an sdist.
 */
export async function whyNoFile(
  { name: text, version: versionText }: NoFile,
  { index, rules, target: asked }: InstallRequest,
  python: InterpreterFacts,
  check: Check,
  world: World,
): Promise<NotInstalled> {
  const [name, version] = [rules.name(text), rules.parseVersion(versionText)];
  if (typeof name === 'object' || 'kind' in version)
    return notInstalled('unknown', `no file of ${text} ${versionText} was found`, null, check);
  try {
    const published = await (await rules.openIndex(world, index)).package(name);
    const position = published?.position(version) ?? -1;
    if (published === null) return notInstalled('refuted', `no index has ${name}`, null, check);
    if (position === -1) return notInstalled('refuted', `no index has ${name} ${version.text}`, null, check);
    const target = { ...asked, runtime: { ...asked.runtime, version: python.version } };
    const reason = published.whyNot(position, target);
    if (reason?.kind === 'build-not-allowed' || published.needsBuild(target).has(position))
      return notInstalled(
        'unknown',
        `${name} ${version.text} has only an sdist for this target, and ${index.allowBuild ? 'without uv nothing is built' : 'builds are not allowed'}`,
        index.allowBuild ? 'install uv' : 'allow builds with --allow-build, which needs bubblewrap and uv',
        check,
      );
    if (reason !== null)
      return notInstalled('refuted', `${name} ${version.text}: ${reason.why}`, null, check);
    const why = `no file of ${name} ${version.text} was found, though the index has one for this target`;
    return notInstalled('unknown', why, 'run it again', check);
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    return notInstalled('unknown', error.message, error.hint, check);
  }
}
