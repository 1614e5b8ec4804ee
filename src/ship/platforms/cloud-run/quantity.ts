const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, k: 1e3, M: 1e6, G: 1e9 },
};

/** A quantity of Kubernetes: "512Mi", "1G", "1073741824". */
export function bytesOf(quantity: string): number | null {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G)?$/.exec(quantity) ?? [];
  return number === undefined ? null : Number(number) * UNITS[unit ?? '']!;
}
