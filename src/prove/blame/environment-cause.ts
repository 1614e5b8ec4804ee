import type { Frame, PythonError } from '../imports/import-check.ts';
import { REMOVED_FROM_PYTHON } from './removed-modules.ts';
import type { EnvironmentBlame, EnvironmentLack } from './blame.ts';

/** What an error says that the machine lacks, by the words that Python and the C library use; null where it says nothing such. */
export function environmentCause(
  error: PythonError,
  traceback: string,
  environmentPath: string,
): EnvironmentBlame | null {
  return (
    sharedLibrary(error) ??
    variable(error, traceback) ??
    settings(error) ??
    file(error, environmentPath) ??
    locale(error) ??
    network(error) ??
    gpu(error)
  );
}

function lack(lacks: EnvironmentLack, subject: string | null, because: string): EnvironmentBlame {
  return { kind: 'environment', lacks, subject, because };
}

/** The loader's words (glibc's dl-load.c, musl's dynlink.c), which Python hands on in an ImportError or OSError. */
function sharedLibrary({ type, message }: PythonError): EnvironmentBlame | null {
  if (!['ImportError', 'OSError'].includes(type)) return null;
  const library =
    /^([^\s:/]{1,200}): cannot open shared object file: No such file/.exec(message)?.[1] ??
    /^Error loading shared library ([^\s:/]{1,200}): No such file/.exec(message)?.[1];
  if (library !== undefined) {
    const lacks = /^lib(cuda|nvidia|cudart|cudnn|cublas|cufft|nccl|amdhip|rocm)/.test(library)
      ? 'gpu'
      : 'shared-library';
    return lack(lacks, library, `the shared library ${library} is not on the machine`);
  }
  const needed = /version `(GLIBC(?:XX)?_[\w.]{1,40})' not found/.exec(message)?.[1];
  return needed === undefined
    ? null
    : lack('shared-library', needed, `the machine's C or C++ library is older than ${needed}`);
}

/** `os.environ["NAME"]`: the error is raised in os.py, which is frozen into Python since 3.11 and tells no line of its own. */
function variable({ type, message }: PythonError, traceback: string): EnvironmentBlame | null {
  // os.py raises it anew over the same error by the name's bytes.
  const name = /^b?'([^'"]{1,200})'$/.exec(message)?.[1];
  if (type !== 'KeyError' || name === undefined) return null;
  const lines = traceback.split('\n');
  const raisedIn = lines
    .slice(0, Math.max(0, lines.indexOf(`KeyError: '${name}'`)))
    .findLast((line) => line.startsWith('  File "'));
  if (!/^ {2}File "(<frozen os>|[^"]*[\\/]os\.py)", line \d+, in __getitem__$/.test(raisedIn ?? ''))
    return null;
  return lack('variable', name, `the environment variable ${name} is not set`);
}

function isIn(frame: Frame | undefined, file: string, name: string): boolean {
  return (
    frame !== undefined &&
    /[\\/]/.test(frame.file) &&
    basename(frame.file) === file &&
    frame.function === name
  );
}

function basename(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

const SETTING_ERRORS = /^(ImproperlyConfigured|ConfigurationError|ConfigError|SettingsError)$/;

/** Settings that are read at import and not there: validated classes of settings, and words that name an environment variable. */
function settings({ type, message }: PythonError): EnvironmentBlame | null {
  const short = type.slice(type.lastIndexOf('.') + 1);
  const validated =
    short === 'ValidationError' && /^\d+ validation errors? for \w*(settings|config|env)\w*\s/i.test(message);
  const said =
    /\benvironment variables?\b/i.test(message) &&
    !/^(Import|ModuleNotFound|Attribute|Type|Syntax)Error$/.test(short);
  if (!validated && !said && !SETTING_ERRORS.test(short)) return null;
  return lack('settings', null, `settings that it reads at import are missing: ${firstLine(message)}`);
}

/** What is missing beside the package's own files; a package without its own data is another matter. */
function file({ type, message }: PythonError, environmentPath: string): EnvironmentBlame | null {
  const [, path] = /^\[Errno \d+\] [^:]{1,80}: ['"](.{1,1000})['"]$/s.exec(message) ?? [];
  if (type === 'PermissionError' || /^\[Errno 30\]/.test(message))
    return lack('permission', path ?? null, `it may not use ${path ?? 'a file'}: ${firstLine(message)}`);
  if (type === 'FileNotFoundError' && path !== undefined && !path.startsWith(`${environmentPath}/`))
    return lack('file', path, `the file ${path.slice(0, 200)} is not there`);
  return null;
}

function locale({ type, message, frames }: PythonError): EnvironmentBlame | null {
  const unsupported = type.endsWith('Error') && message === 'unsupported locale setting';
  if (!unsupported && !(type === 'ValueError' && isIn(frames.at(-1), 'locale.py', '_parse_localename')))
    return null;
  return lack('locale', null, 'the locale that it asks for is not set up');
}

const NETWORK_ERRORS =
  /^(gaierror|herror|URLError|ConnectionError|ConnectionRefusedError|ConnectionResetError|ConnectError|ConnectTimeout|MaxRetryError|NewConnectionError|NameResolutionError)$/;

function network({ type, message }: PythonError): EnvironmentBlame | null {
  const short = type.slice(type.lastIndexOf('.') + 1);
  const said =
    short === 'OSError' &&
    /Network is unreachable|Temporary failure in name resolution|Name or service not known/.test(message);
  if (!NETWORK_ERRORS.test(short) && !said) return null;
  return lack('network', null, `it uses the network as it is imported: ${firstLine(message)}`);
}

/** The words of the CUDA driver and runtime for a machine without either; what was built for another CUDA is no lack of the machine. */
const NO_GPU =
  /\b(no NVIDIA driver|NVIDIA driver on your system|CUDA driver version is insufficient|no CUDA-capable device|no CUDA GPUs?|CUDA is not available|no GPUs? (found|available|detected))\b/i;

function gpu({ type, message }: PythonError): EnvironmentBlame | null {
  if (!/^(RuntimeError|OSError|AssertionError)$/.test(type)) return null;
  if (!NO_GPU.test(message)) return null;
  return lack('gpu', null, `it asks for a GPU or its driver: ${firstLine(message)}`);
}

/** A module that Python itself no longer has, and that nobody installed gives. */
export function removedModule({ type, module }: PythonError): EnvironmentBlame | null {
  if (type !== 'ModuleNotFoundError' || module === null) return null;
  const top = module.split('.')[0]!;
  const since = REMOVED_FROM_PYTHON.get(top);
  return since === undefined ? null : lack('runtime', top, `Python has no ${top} since ${since}`);
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0]!;
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
