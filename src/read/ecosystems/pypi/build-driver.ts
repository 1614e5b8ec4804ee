/**
 * Runs inside the sandbox: unpacks the sdist into its scratch folder, loads the build backend that pyproject.toml names
 * (PEP 517; setuptools' legacy backend where it names none), and prints one line of JSON on the real standard output. What
 * the package itself prints goes to standard error. `argv[1]`: "requires" or "metadata".
 */
export const BUILD_DRIVER = String.raw`
import sys, os, json, tarfile, zipfile, importlib, site
out = os.fdopen(os.dup(1), "w"); os.dup2(2, 1)
site.addsitedir("/environment"); sys.path.insert(0, "/environment")
os.makedirs("/tmp/source"); archive = sys.argv[2]
if zipfile.is_zipfile(archive):
    zipfile.ZipFile(archive).extractall("/tmp/source")
else:
    with tarfile.open(archive) as t:
        t.extractall("/tmp/source", **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
top = [e for e in os.listdir("/tmp/source") if os.path.isdir(os.path.join("/tmp/source", e))]
os.chdir(os.path.join("/tmp/source", top[0]) if len(top) == 1 else "/tmp/source")
name, paths = json.loads(sys.argv[3])
for p in reversed(paths): sys.path.insert(0, os.path.abspath(p))
module, _, attribute = name.partition(":")
backend = importlib.import_module(module)
for part in filter(None, attribute.split(".")): backend = getattr(backend, part)
if sys.argv[1] == "requires":
    hook = getattr(backend, "get_requires_for_build_wheel", None)
    print(json.dumps({"requires": list(hook() if hook else [])}), file=out)
else:
    hook = getattr(backend, "prepare_metadata_for_build_wheel", None)
    text = None
    if hook is not None:
        os.makedirs("/tmp/metadata"); folder = hook("/tmp/metadata")
        with open(os.path.join("/tmp/metadata", folder, "METADATA"), encoding="utf-8", errors="replace") as f: text = f.read()
    print(json.dumps({"metadata": text, "python": "%d.%d" % sys.version_info[:2]}), file=out)
out.flush()
`;
