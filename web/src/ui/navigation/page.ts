import type { ComponentType } from 'react';
import type { IconName } from '../show/icon.tsx';
import type { Both } from '../text/say.ts';
import type { Params } from './match.ts';

export interface PageProps {
  readonly params: Params;
}

/** What a `page.ts` declares. */
export interface Page {
  /** A pattern of `match.ts`. */
  readonly path: string;
  readonly title: Both<string>;
  readonly load: () => Promise<{ readonly Page: ComponentType<PageProps> }>;
  /** Also for those who did not sign in: the page says itself what they may see. */
  readonly open?: true;
  /** Drawn without header and navigation. */
  readonly bare?: true;
  readonly entry?: NavigationEntry;
  readonly tab?: Tab;
}

/** One of the tabs of a project or repository, whose head is drawn around the page. */
export interface Tab {
  readonly of: 'project' | 'repository';
  readonly order: number;
  readonly label: Both<string>;
  /** Also for who sees some repositories of the project only. */
  readonly inPart?: true;
}

export interface NavigationEntry {
  readonly group: 'main' | 'operate' | 'admin';
  /** Among those of its group. */
  readonly order: number;
  readonly icon: IconName;
  readonly label: Both<string>;
  /** Default: everybody who signed in. */
  readonly for?: 'administrators';
  /** There and below it the entry is the current one, beside its own path. */
  readonly within?: string;
}
