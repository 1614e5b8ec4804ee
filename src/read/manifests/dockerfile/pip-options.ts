/** Options of `pip install`, `pip wheel` and `uv pip install` that take a value of their own. */
const WITH_VALUE: ReadonlySet<string> = new Set(
  (
    '-r --requirement --requirements -c --constraint --constraints -e --editable -i --index-url --pypi-url ' +
    '--extra-index-url -f --find-links -t --target --prefix --root --platform --python-version --implementation ' +
    '--abi --src -b --build -C --config-settings --config-setting --global-option --install-option ' +
    '--build-option --no-binary --only-binary --progress-bar --report --group --upgrade-strategy ' +
    '--root-user-action --hash --uploaded-prior-to --build-constraint --build-constraints -b ' +
    '--log --keyring-provider --proxy --retries --timeout --default-timeout --exists-action --trusted-host ' +
    '--cert --client-cert --cache-dir --use-feature --use-deprecated --resume-retries --python -w --wheel-dir ' +
    '-o --override --overrides --extra -P --upgrade-package --reinstall-package --refresh-package --index ' +
    '--default-index --index-strategy --resolution --prerelease --fork-strategy --exclude-newer ' +
    '--exclude-newer-package --link-mode --no-build-isolation-package --no-build-package ' +
    '--no-binary-package --python-platform --torch-backend -p --directory --project --config-file ' +
    '--allow-insecure-host --color --no-sources-package --config-settings-package --excludes --no-extra'
  ).split(' '),
);

/** Options that stand alone. */
const ALONE: ReadonlySet<string> = new Set(
  (
    '-U --upgrade --no-cache-dir --no-cache -n -q -qq -qqq --quiet -v -vv -vvv --verbose --no-deps --user --pre ' +
    '--force-reinstall --ignore-installed -I --no-index --no-build-isolation --use-pep517 --no-use-pep517 ' +
    '--check-build-dependencies --break-system-packages --no-compile --compile --no-warn-script-location ' +
    '--no-warn-conflicts --prefer-binary --require-hashes --no-clean --isolated --require-virtualenv ' +
    '--no-input --no-python-version-warning --disable-pip-version-check --debug --dry-run --ignore-requires-python ' +
    '--no-color --system --compile-bytecode --no-compile-bytecode --all-extras --strict --offline ' +
    '--no-progress --no-config --native-tls --system-certs --reinstall --refresh --no-build --no-sources ' +
    '--no-verify-hashes --verify-hashes --exact --managed-python --no-managed-python --no-python-downloads ' +
    '--allow-empty-requirements --allow-python-downloads -y --yes --egg --only-deps --all-releases --only-final'
  ).split(' '),
);

/** Whether an option takes a value; null for one that is not known. */
export function takesValue(option: string): boolean | null {
  return WITH_VALUE.has(option) ? true : ALONE.has(option) ? false : null;
}
