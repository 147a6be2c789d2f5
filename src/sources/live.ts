import type { SourceSpec } from '../suite/types.ts';
import { createPythonSource } from './python/live-python.ts';
import { createTfjsSource } from './tfjs/live-tfjs.ts';
import type { LiveSource } from './types.ts';

/** The live source of a kind. */
export function createLiveSource({ kind }: Pick<SourceSpec, 'kind'>): LiveSource {
  return kind === 'python' ? createPythonSource() : createTfjsSource();
}
