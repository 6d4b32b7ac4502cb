import { Durations, type Sample } from './durations.ts';

/** What stands for whatever else a client writes there. */
const other = 'other';
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

interface Series {
  readonly labels: { readonly route: string; readonly method: string };
  /** By the first digit of the status. */
  readonly byClass: Float64Array;
  readonly durations: Durations;
}

/** Counts requests by route and method: patterns and a few words, so nobody can make the series many. */
export class RequestMeter {
  readonly #series = new Map<string, Map<string, Series>>();
  #inFlight = 0;
  #ended = 0;

  get inFlight(): number {
    return this.#inFlight;
  }

  get ended(): number {
    return this.#ended;
  }

  begin(): void {
    this.#inFlight += 1;
  }

  /** @param route a pattern, never a path; empty: no route was found */
  end(route: string, method: string, status: number, seconds: number): void {
    this.#inFlight -= 1;
    this.#ended += 1;
    const series = this.#seriesOf(route, method);
    const digit = Math.floor(status / 100);
    series.byClass[digit] = (series.byClass[digit] ?? 0) + 1;
    series.durations.observe(seconds);
  }

  counts(): Sample[] {
    return this.#all().flatMap(({ labels, byClass }) =>
      Array.from(byClass, (value, digit) => ({
        labels: { face: faceOf(labels.route), ...labels, code: `${digit}xx` },
        value,
      })).filter(({ value }) => value > 0),
    );
  }

  durations(): Sample[] {
    return this.#all().flatMap(({ labels, durations }) => durations.samples(labels));
  }

  #all(): Series[] {
    return [...this.#series.values()].flatMap((byMethod) => [...byMethod.values()]);
  }

  #seriesOf(route: string, method: string): Series {
    let byMethod = this.#series.get(route);
    if (byMethod === undefined) {
      byMethod = new Map();
      this.#series.set(route, byMethod);
    }
    const known = methods.has(method) ? method : other;
    let series = byMethod.get(known);
    if (series === undefined) {
      series = {
        labels: { route: route === '' ? other : route, method: known },
        byClass: new Float64Array(6),
        durations: new Durations(),
      };
      byMethod.set(known, series);
    }
    return series;
  }
}

function faceOf(route: string): string {
  if (route.startsWith('/v2/')) return 'oci';
  if (route.startsWith('/api/')) return 'api';
  return route === other ? other : 'system';
}
