import type { PlacedTable } from '../../placed/placed.ts';
import type { SourceText } from '../../source-text.ts';
import type { ReadingBound } from '../../reading-bound.ts';

/** A file in YAML that may say how images are built. */
export interface YamlFile {
  readonly source: SourceText;
  readonly root: PlacedTable;
  readonly bound: ReadingBound;
}
