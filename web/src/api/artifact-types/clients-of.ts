import type { Client } from '../../ui/show/connect-commands.ts';

const byType: Readonly<Record<string, readonly Client[]>> = {
  IMAGE: ['docker', 'podman', 'nerdctl', 'skopeo', 'crane', 'oras'],
  CHART: ['helm', 'oras', 'skopeo', 'crane'],
};
/** What docker does not pull. */
const others: readonly Client[] = ['oras', 'skopeo', 'crane'];

/** The clients that can do something with artifacts of a type, the usual one first. */
export function clientsOf(type: string | undefined): readonly Client[] {
  // Anybody pushes whatever type they like, `constructor` too.
  return Object.hasOwn(byType, type ?? '') ? (byType[type ?? ''] ?? others) : others;
}
