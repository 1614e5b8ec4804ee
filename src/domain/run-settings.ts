/** How the service is started and asked whether it is well, where its user says so. Null: as its Dockerfile says it. */
export interface RunSettings {
  /** Program and arguments; a text alone is a shell line. */
  readonly command: readonly string[] | null;
  readonly port: number | null;
  /** Path that answers once the service is ready. */
  readonly health: string | null;
  /** More paths that must answer to a GET. */
  readonly endpoints: readonly string[];
  /** Variables that it needs beside those of its image; no secrets, for they stand in the repository. */
  readonly environment: ReadonlyMap<string, string>;
}
