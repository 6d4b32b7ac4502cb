import type { IconName } from '../../ui/show/icon.tsx';

export interface Option {
  /** Tells it from all others that are shown. */
  readonly id: string;
  readonly icon: IconName;
  readonly label: string;
  readonly detail: string;
  readonly run: () => void;
}

export interface Group {
  readonly id: string;
  readonly label: string;
  readonly options: readonly Option[];
}

/** Those with something in them, and an address once, where it stands first. */
export function withoutRepeats(groups: readonly Group[]): readonly Group[] {
  const seen = new Set<string>();
  return groups
    .map((group) => ({
      ...group,
      options: group.options.filter(({ id }) => {
        if (seen.has(id)) return false;
        seen.add(id);
        return true;
      }),
    }))
    .filter(({ options }) => options.length > 0);
}
