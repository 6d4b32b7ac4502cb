import { manifestShapes } from '../../lib/oci/media-types.ts';

export const additionNames = [
  'build_history',
  'values.yaml',
  'readme.md',
  'dependencies',
  'sbom',
  'license',
  'files',
] as const;

export type AdditionName = (typeof additionNames)[number];

const ofKind: Readonly<Record<string, readonly AdditionName[]>> = {
  IMAGE: ['build_history'],
  WASM: ['build_history'],
  CHART: ['values.yaml', 'readme.md', 'dependencies'],
  CNAI: ['readme.md', 'license', 'files'],
  SBOM: ['sbom'],
};

/** What can be shown of an artifact of that type beside its row; an index has nothing of its own. */
export function additionsOf(kind: string, mediaType: string): readonly AdditionName[] {
  return manifestShapes.get(mediaType) === 'index' ? [] : (ofKind[kind] ?? []);
}
