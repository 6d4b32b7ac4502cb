import type { Text } from '../../lib/text/language.ts';

export interface MetricRow {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly labels: readonly string[];
  /** Without a full stop: what Prometheus shows, and the manual. */
  readonly help: Text;
}
