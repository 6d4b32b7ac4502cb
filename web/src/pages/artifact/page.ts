import type { Page } from '../../ui/navigation/page.ts';
import { compareTexts } from './compare/text.ts';
import { artifactTexts } from './text.ts';

const load: Page['load'] = () =>
  import('./artifact-page.tsx').then(({ ArtifactPage }) => ({ Page: ArtifactPage }));
const root = '/p/:project/r/:repository*/-';

/** By a tag or by a digest, each with its parts; and two of them beside each other. */
export const pages: readonly Page[] = [
  ...['/t/:tag', '/t/:tag/:part', '/a/:digest', '/a/:digest/:part'].map((path) => ({
    path: `${root}${path}`,
    title: artifactTexts.artifact,
    load,
    open: true as const,
  })),
  {
    path: `${root}/compare`,
    title: compareTexts.compare,
    load: () => import('./compare/compare-page.tsx').then(({ ComparePage }) => ({ Page: ComparePage })),
    open: true,
  },
];
