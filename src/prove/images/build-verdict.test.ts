import { describe, expect, it } from 'vitest';
import { failedInstruction, outsideReason } from './build-verdict.ts';
import { dockerfileForBuild } from './dockerfile-for-build.ts';

const TEXT = `# syntax
FROM python:3.11-slim AS build
RUN echo one \\
    # why
    && false
FROM build
COPY app ./app
RUN ["make", "it"]
`;

describe('the Dockerfile that a builder is given', () => {
  it('declares what is handed in after every FROM, and for docker mounts it in every RUN', () => {
    expect(dockerfileForBuild(TEXT, ['PIP_CERT', 'SSL_CERT_FILE'], ['--mount=type=secret,id=x']).text)
      .toBe(`# syntax
FROM python:3.11-slim AS build
ARG PIP_CERT SSL_CERT_FILE
RUN --mount=type=secret,id=x echo one \\
    # why
    && false
FROM build
ARG PIP_CERT SSL_CERT_FILE
COPY app ./app
RUN --mount=type=secret,id=x ["make", "it"]
`);
  });

  it('is the same text where nothing is handed in', () => {
    expect(dockerfileForBuild(TEXT, [], []).text).toBe(TEXT);
  });
});

describe('the instruction that failed', () => {
  const dockerfile = dockerfileForBuild(TEXT, ['PIP_CERT'], []);
  it.each([
    [
      "buildah's steps, by their text",
      '[1/2] STEP 3/3: RUN echo one     && false\nboom\nError: building at STEP "RUN": exit status 1',
      3,
    ],
    [
      "buildah's steps, by their number",
      '[1/2] STEP 3/3: RUN something\n[2/2] STEP 4/4: RUN as buildah prints it',
      8,
    ],
    [
      "BuildKit's line",
      ' > [build 2/2] RUN echo one:\n------\nDockerfile:4\n--------------------\n   3 | ...',
      3,
    ],
    ["BuildKit's line after a second FROM", '------\nDockerfile:10\n--------------------\n', 8],
  ])('is read from %s', (_, log, line) => {
    expect(failedInstruction(log, dockerfile)?.line).toBe(line);
  });

  it.each([
    ['write /x: no space left on device', 'there is no space left on the disk'],
    ['curl: (6) Could not resolve host: index.example', 'the network failed while the image was built'],
    [
      '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed',
      'a certificate was not trusted while the image was built',
    ],
  ])('is not at fault for %j', (log, why) => {
    expect(outsideReason(log, dockerfile.instructions[1]!)?.why).toBe(why);
  });

  it('is at fault for an ordinary failure, and a base that is missing is told of a FROM alone', () => {
    const [from, run] = dockerfile.instructions;
    expect(outsideReason("ModuleNotFoundError: No module named 'x'", run!)).toBeNull();
    expect(outsideReason('cat: image not known', run!)).toBeNull();
    expect(
      outsideReason('Error: creating build container: python:3.99: image not known', from!)?.why,
    ).toContain('base image');
  });
});
