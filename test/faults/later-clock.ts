/** The environment of a Node process whose clock is some hours ahead: a page of an index is asked for again after ten minutes. */
export function hoursLater(hours: number): Readonly<Record<string, string>> {
  const program = `
    const Real = Date, ahead = ${hours} * 3_600_000;
    globalThis.Date = class extends Real {
      constructor(...parts) { parts.length === 0 ? super(Real.now() + ahead) : super(...parts); }
      static now() { return Real.now() + ahead; }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}` };
}
