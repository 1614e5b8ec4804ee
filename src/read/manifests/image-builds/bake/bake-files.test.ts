import { describe, expect, it } from 'vitest';
import type { Tree } from '../../../../../test/projects/reading-world.ts';
import { IMAGE, built } from '../../../../../test/projects/built-for.ts';

const BOTH = ['x86_64', 'aarch64'];

describe('the platforms of a bake file', () => {
  it.each<[string, string]>([
    ['a list', 'target "app" {\n  platforms = ["linux/amd64", "linux/arm64"]\n}\n'],
    ['a block on one line', 'target "app" { platforms = ["linux/amd64", "linux/arm64"] }'],
    ['a label without quotes', 'target app {\r\n  platforms = ["linux/amd64", "linux/arm64"]\r\n}\r\n'],
    [
      'comments and lines between',
      '# one\n// two\n/* target "x" {\n*/\ntarget "app" {\n  platforms = [ # why\n    "linux/amd64",\n    "linux/arm64/v8", // and\n  ]\n}\n',
    ],
    ['texts with commas', 'target "app" { platforms = ["linux/amd64,linux/arm64"] }'],
    [
      'its own builder, which counts as nothing',
      'target "app" { platforms = ["local", "linux/amd64", "linux/arm64"] }',
    ],
    [
      'a variable of a list',
      'variable "P" {\n  type = list(string)\n  default = ["linux/amd64", "linux/arm64"]\n}\ntarget "app" { platforms = P }\n',
    ],
    [
      'variables within texts',
      'variable "OS" { default = "linux" }\nvariable "ARM" { default = "${OS}/arm64" }\ntarget "app" { platforms = ["${OS}/amd64", ARM] }\n',
    ],
    ['an attribute of the file', 'P = ["linux/amd64", "linux/arm64"]\ntarget "app" { platforms = "${P}" }\n'],
    [
      'what it takes over',
      'target "_multi" { platforms = ["linux/amd64", "linux/arm64"] }\ntarget "app" { inherits = ["_multi"] }\n',
    ],
    [
      'what it takes over last',
      'target "a" { platforms = ["linux/s390x"] }\ntarget "b" { platforms = ["linux/amd64", "linux/arm64"] }\ngroup "default" { targets = ["app"] }\ntarget "app" {\n  inherits = ["a", "b"]\n}\n',
    ],
    [
      'a context and a Dockerfile by name',
      'target "app" {\n  context = "."\n  dockerfile = "./Dockerfile"\n  args = { A = "}", B = upper("${x("}")}") }\n  attest { type = "sbom" }\n  platforms = ["linux/amd64", "linux/arm64"]\n}\n',
    ],
    [
      'a here-document beside it',
      'target "other" {\n  dockerfile-inline = <<-EOT\n    FROM "x {\n  EOT\n  platforms = ["linux/s390x"]\n}\ntarget "app" { platforms = ["linux/amd64", "linux/arm64"] }\n',
    ],
    [
      'a target for each, one after the other',
      'target "one" { platforms = ["linux/amd64"] }\ntarget "two" { platforms = ["linux/arm64"] }\n',
    ],
    [
      'functions that are none of its business',
      'function "f" {\n  params = [x]\n  result = "${x}${{}}"\n}\ntarget "app" {\n  tags = [f("a"), notequal("", X) ? "b" : ""]\n  platforms = ["linux/amd64", "linux/arm64"]\n}\n',
    ],
  ])('are targets: %s', async (_, text) => {
    expect(await built({ 'docker-bake.hcl': text })).toMatchObject({ on: BOTH, unknown: [] });
  });

  it('are told with their line', async () => {
    const text = 'target "app" {\n  context = "."\n  platforms = ["linux/amd64", "linux/arm64"]\n}\n';
    expect((await built({ 'docker-bake.hcl': text })).from).toEqual([
      'docker-bake.hcl:3',
      'docker-bake.hcl:3',
    ]);
  });

  it.each<[string, Tree]>([
    ['in JSON', { 'docker-bake.json': '{"target": {"app": {"platforms": ["linux/amd64", "linux/arm64"]}}}' }],
    [
      'in JSON with a variable and lists of blocks',
      {
        'docker-bake.json':
          '{"variable": {"A": {"default": "arm64"}}, "target": [{"app": [{"platforms": ["linux/amd64", "linux/${A}"]}]}]}',
      },
    ],
    [
      'in the file that overrides',
      {
        'docker-bake.hcl': 'target "app" { platforms = ["linux/s390x"] }',
        'docker-bake.override.hcl': 'target "app" { platforms = ["linux/amd64", "linux/arm64"] }',
      },
    ],
    [
      'in a file that overrides a variable',
      {
        'docker-bake.json': '{"target": {"app": {"platforms": ["linux/amd64", "${ARM}"]}}}',
        'docker-bake.override.json': '{"variable": {"ARM": {"default": "linux/arm64"}}}',
      },
    ],
    [
      'in a file of another name',
      { 'docker-bake.release.hcl': 'target "app" { platforms = ["linux/amd64", "linux/arm64"] }' },
    ],
    [
      'in a folder, for a command at the root',
      { 'ci/docker-bake.hcl': 'target "app" { platforms = ["linux/amd64", "linux/arm64"] }' },
    ],
  ])('are read %s', async (_, tree) => {
    expect(await built(tree)).toMatchObject({ on: BOTH, unknown: [] });
  });

  it.each<[string, string]>([
    [
      'of another Dockerfile',
      'target "app" {\n  dockerfile = "other.Dockerfile"\n  platforms = ["linux/arm64"]\n}',
    ],
    ['of another folder', 'target "app" {\n  context = "web"\n  platforms = ["linux/arm64"]\n}'],
    [
      'of another repository',
      'target "app" {\n  context = "https://git.example/x.git"\n  platforms = ["linux/arm64"]\n}',
    ],
    ['of a text', 'target "app" {\n  dockerfile-inline = "FROM x"\n  platforms = ["linux/arm64"]\n}'],
    ['that are not told', 'target "app" { tags = ["x"] }'],
    ['of no target', 'variable "platforms" { default = ["linux/arm64"] }'],
    [
      'that are overridden by none',
      'target "_m" { platforms = ["linux/arm64"] }\ntarget "app" {\n  inherits = ["_m"]\n  platforms = []\n}',
    ],
  ])('are no targets of a service: those %s', async (_, text) => {
    expect(await built({ 'docker-bake.hcl': text, 'web/Dockerfile': 'FROM nginx\n' })).toMatchObject({
      on: ['x86_64'],
      unknown: [],
    });
  });

  it.each<[string, string, string]>([
    [
      'a function',
      'target "app" {\n  platforms = split(",", P)\n}',
      'docker-bake.hcl:2 the platforms of target "app" cannot be known: split(",", P)',
    ],
    [
      'a condition',
      'target "app" {\n  platforms = RELEASE ? ["linux/amd64"] : ["linux/arm64"]\n}',
      'docker-bake.hcl:2 the platforms of target "app" cannot be known: RELEASE ? ["linux/amd64"] : ["linux/arm64"]',
    ],
    [
      'a variable without a default',
      'variable "P" {}\ntarget "app" { platforms = ["linux/${P}"] }',
      'docker-bake.hcl:2 the platforms of target "app" cannot be known: ["linux/${P}"]',
    ],
    [
      'variables in a circle',
      'A = "${B}"\nB = "${A}"\ntarget "app" { platforms = [A] }',
      'docker-bake.hcl:3 the platforms of target "app" cannot be known: [A]',
    ],
    [
      'targets in a circle',
      'target "app" { inherits = ["app"] }',
      'docker-bake.hcl:1 the platforms of target "app" cannot be known: ["app"]',
    ],
    [
      'a target that is not there',
      'target "app" { inherits = ["common"] }',
      'docker-bake.hcl:1 the platforms of target "app" cannot be known: ["common"]',
    ],
    [
      'a Dockerfile by a variable',
      'target "app" {\n  dockerfile = "${D}.Dockerfile"\n  platforms = ["linux/arm64"]\n}',
      'docker-bake.hcl:2 which Dockerfile target "app" builds cannot be known: "${D}.Dockerfile"',
    ],
    [
      'a processor that no wheel is known for',
      'target "app" { platforms = ["linux/mips64"] }',
      'docker-bake.hcl:1 the platform "linux/mips64" of target "app" is not known',
    ],
    [
      'a file that ends too early',
      'target "app" {\n  platforms = ["linux/amd64", "linux/arm64"]\n',
      'docker-bake.hcl:3 not valid HCL: "}" is expected here',
    ],
    ['no bake file at all', 'what is this?', 'docker-bake.hcl:1 not valid HCL: "=" or "{" is expected here'],
  ])('are said to be unknown: %s', async (_, text, message) => {
    expect((await built({ 'docker-bake.hcl': text })).unknown).toEqual([message]);
  });

  it('are for the user to say', async () => {
    const text = 'target "app" { platforms = split(",", P) }';
    const options = { targets: { python: [], platform: ['linux/arm64'] } };
    expect(await built({ 'docker-bake.hcl': text }, options)).toMatchObject({ on: ['aarch64'], unknown: [] });
  });

  it('give way to the one that the base image is taken for', async () => {
    const Dockerfile = IMAGE.replace('FROM ', 'FROM --platform=linux/arm64 ');
    const text = 'target "app" { platforms = ["linux/amd64", "linux/arm64"] }';
    expect(await built({ Dockerfile, 'docker-bake.hcl': text })).toMatchObject({
      on: ['aarch64'],
      unknown: [],
    });
  });

  it('stay with a newer Python', async () => {
    const text = 'target "app" { platforms = ["linux/amd64", "linux/arm64"] }';
    expect(await built({ 'docker-bake.hcl': text }, { raisePython: '3.13' })).toMatchObject({ on: BOTH });
  });

  it('end in time, whatever the file says', async () => {
    const doubled = Array.from({ length: 60 }, (_, n) => `V${n} = "\${V${n + 1}}\${V${n + 1}}"\n`).join('');
    const chained = Array.from(
      { length: 9_000 },
      (_, n) => `target "t${n}" { inherits = ["t${n + 1}", "t${n + 1}"] }\n`,
    );
    const text = `${doubled}V60 = "x"\n${chained.join('')}target "app" { platforms = [V0] }\n`;
    expect((await built({ 'docker-bake.hcl': text })).unknown.length).toBeGreaterThan(0);
  });
});
