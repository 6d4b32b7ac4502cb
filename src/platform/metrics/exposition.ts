import {
  collectDefaultMetrics,
  Gauge,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';
import { atMostEachSecond } from './at-most-each-second.ts';
import type { Sample } from './durations.ts';
import { inTime } from './in-time.ts';
import type { MetricRow } from './metric-row.ts';
import { type MetricKey, metricRows } from './metric-table.ts';

export type MetricSources = Readonly<Record<MetricKey, () => readonly Sample[] | Promise<readonly Sample[]>>>;

/** Gauges whose names end as only a counter's may. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/**
 * Everything that is measured, as Prometheus reads it. Nothing is computed before it is asked for, at most once a
 * second. What cannot be found out in time is left out: a number that is not known is no zero.
 */
export class Exposition {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();
  readonly text = atMostEachSecond(() => this.#registry.metrics());

  constructor(sources: MetricSources, onMissing: (metric: string, error: unknown) => void) {
    for (const [key, row] of metricRows) {
      const read = async (): Promise<readonly Sample[]> => {
        try {
          return await inTime(sources[key]());
        } catch (error) {
          onMissing(row.name, error);
          return [];
        }
      };
      this.#registry.registerMetric(new ReadMetric(row, read));
    }
    // Of the process and of Node: memory, CPU, descriptors, garbage collections.
    collectDefaultMetrics({ register: this.#registry });
    for (const name of misnamed) this.#registry.removeSingleMetric(name);
  }
}

/** Takes its values from elsewhere at the time of reading: the library's own way to count costs more per request. */
class ReadMetric extends Gauge {
  readonly #row: MetricRow;
  readonly #read: () => Promise<readonly Sample[]>;

  constructor(row: MetricRow, read: () => Promise<readonly Sample[]>) {
    super({ name: row.name, help: row.help.en, registers: [] });
    this.#row = row;
    this.#read = read;
  }

  override async get(): Promise<MetricObjectWithValues<MetricValue<string>>> {
    const { name, type, help } = this.#row;
    const samples = await this.#read();
    const values = samples.map(({ suffix = '', labels, value }) => ({
      metricName: name + suffix,
      labels,
      value,
    }));
    // The library declares an enumeration that does not exist; it writes the word.
    return { ...(await super.get()), name, help: help.en, type: type as unknown as never, values };
  }
}
