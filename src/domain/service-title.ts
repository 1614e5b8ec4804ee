/** How a sentence calls a service: the one at the root of the repository is named ".". */
export function serviceTitle(name: string): string {
  return name === '.' ? 'the root service' : name;
}
