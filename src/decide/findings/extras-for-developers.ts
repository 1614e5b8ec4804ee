const FOR_DEVELOPERS =
  /(^|[-_.])(all|benchmarks?|build|check|ci|cover(age)?|dev(el|elop(ment)?)?|docs?|examples?|lint(ing)?|mypy|pinned|quality|release|test(s|ing)?|tutorials?|types|typing)([-_.]|$)/;

/** Whether an extra is for a project's own developers: its bounds say nothing about running it. */
export function isForDevelopers(extra: string): boolean {
  return FOR_DEVELOPERS.test(extra);
}
