import { boundsBytes, Durations, type Sample } from './durations.ts';

/** What stands for whatever else a client writes there. */
const other = 'other';
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A request that is being served; its route, a pattern and never a path, is found on the way. */
export interface Flight {
  readonly route: string;
}

export interface EndedRequest {
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
  /** As announced; 0: it was not said. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** What is counted of a route and a method. */
export interface RequestSeries {
  readonly route: string;
  readonly method: string;
  readonly byStatus: Map<number, number>;
  readonly durations: Durations;
  readonly received: Durations;
  readonly sent: Durations;
}

/** Counts requests by route and method: patterns and a few words, so nobody can make the series many. */
export class RequestMeter {
  readonly #series = new Map<string, Map<string, RequestSeries>>();
  readonly #flying = new Set<Flight>();
  #ended = 0;

  get inFlight(): number {
    return this.#flying.size;
  }

  /** Of those that are being served. */
  get routesInFlight(): readonly string[] {
    return Array.from(this.#flying, ({ route }) => route);
  }

  get ended(): number {
    return this.#ended;
  }

  begin(flight: Flight): void {
    this.#flying.add(flight);
  }

  /** An empty route: none was found. */
  end(flight: Flight, { method, status, seconds, receivedBytes, sentBytes }: EndedRequest): void {
    this.#flying.delete(flight);
    this.#ended += 1;
    const series = this.#seriesOf(flight.route, method);
    series.byStatus.set(status, (series.byStatus.get(status) ?? 0) + 1);
    series.durations.observe(seconds);
    series.received.observe(receivedBytes);
    series.sent.observe(sentBytes);
  }

  counts(): Sample[] {
    return this.all().flatMap(({ route, method, byStatus }) => {
      const byClass = new Map<number, number>();
      for (const [status, count] of byStatus) {
        const digit = Math.floor(status / 100);
        byClass.set(digit, (byClass.get(digit) ?? 0) + count);
      }
      return Array.from(byClass, ([digit, value]) => ({
        labels: { face: faceOf(route), route, method, code: `${digit}xx` },
        value,
      }));
    });
  }

  durations(): Sample[] {
    return this.all().flatMap(({ route, method, durations }) => durations.samples({ route, method }));
  }

  all(): RequestSeries[] {
    return [...this.#series.values()].flatMap((byMethod) => [...byMethod.values()]);
  }

  #seriesOf(route: string, method: string): RequestSeries {
    let byMethod = this.#series.get(route);
    if (byMethod === undefined) {
      byMethod = new Map();
      this.#series.set(route, byMethod);
    }
    const known = methods.has(method) ? method : other;
    let series = byMethod.get(known);
    if (series === undefined) {
      series = {
        route: route === '' ? other : route,
        method: known,
        byStatus: new Map(),
        durations: new Durations(),
        received: new Durations(boundsBytes),
        sent: new Durations(boundsBytes),
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
