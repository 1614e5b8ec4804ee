/** Named key spaces, so that one kind of value can be dropped alone. */
export type CacheTable =
  'pages' | 'metadata' | 'advisories' | 'http' | 'tools' | 'wheels' | 'learned' | 'runs';

/**
 * A store between runs, shared by processes. Losing it costs time and never correctness: a value is returned whole as it
 * was put or not at all. Reads are synchronous (memory-mapped), so that a warm run needs no awaits.
 */
export interface Cache {
  get(table: CacheTable, key: string): Uint8Array | null;
  /** Queued at once and written in batches; a full disk is told once through `onWarning` and never fails the run. */
  put(table: CacheTable, key: string, value: Uint8Array): void;
  /** Waits until what was put is on disk. */
  close(): Promise<void>;
}
