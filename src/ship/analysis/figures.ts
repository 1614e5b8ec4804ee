/** 0.05123 is "5.1 %"; small shares keep a digit that is not 0. */
export function percent(share: number): string {
  return `${figure(100 * share)} %`;
}

/** "1,512". */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function milliseconds(ms: number): string {
  return `${figure(ms)} ms`;
}

export function mebibytes(bytes: number): string {
  return `${figure(bytes / 2 ** 20)} MiB`;
}

/** Three digits at the most where it is not a large whole number: "0.11", "5.1", "312". */
export function figure(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 100) return count(value);
  return String(Number(value.toPrecision(2)));
}
