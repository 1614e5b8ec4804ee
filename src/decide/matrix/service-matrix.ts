import type { Project, Service } from '../../domain/project.ts';
import type { Target } from '../../domain/target.ts';
import type { Matrix } from './judge-matrix.ts';

export interface MatrixRows {
  readonly pythons: readonly string[];
  readonly platforms: readonly string[];
  /** Row by row. */
  readonly targets: readonly Target[];
}

/** Where one service's lines hold: as they are, and as its plan would write them. */
export interface ServiceMatrix extends MatrixRows {
  readonly service: Service;
  readonly today: Matrix;
  /** Null: no plan was asked for, or it changes nothing, or cannot be written. */
  readonly planned: Matrix | null;
  /** Whether a plan was made, and if so how many lines of the service it changes; null: none was asked for. */
  readonly changes: number | null;
  /** Why a plan that changes something has no column. */
  readonly notWritten: string | null;
}

export interface JobMatrix {
  readonly project: Project;
  readonly services: readonly ServiceMatrix[];
}
