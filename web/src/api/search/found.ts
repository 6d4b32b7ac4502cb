import { pathOf } from '../../ui/navigation/match.ts';
import type { IconName } from '../../ui/show/icon.tsx';
import { shortDigest } from '../../ui/text/format.ts';
import type { Answer } from '../call.ts';

export type Found = NonNullable<Answer<'GET /api/berth/v1/search'>['items']>[number];
export type Kind = NonNullable<Found['kind']>;

export const kinds = [
  'project',
  'repository',
  'tag',
  'artifact',
  'user',
  'label',
] as const satisfies readonly Kind[];

/** Of a kind the server finds no more. */
export const mostFound = 1000;

export const kindIcons: Readonly<Record<Kind, IconName>> = {
  project: 'box',
  repository: 'layers',
  tag: 'tag',
  artifact: 'key',
  user: 'user',
  label: 'tag',
};

const ofRepository = '/p/:project/r/:repository*';

/** Where the console shows it. */
export function addressOfFound(found: Found): string {
  const { kind, project = '', repository = '', tag = '', digest = '', username = '', label = '' } = found;
  switch (kind) {
    case 'repository':
      return pathOf(ofRepository, { project, repository });
    case 'tag':
      return pathOf(`${ofRepository}/-/t/:tag`, { project, repository, tag });
    case 'artifact':
      return pathOf(`${ofRepository}/-/a/:digest`, { project, repository, digest });
    case 'user':
      return pathOf('/access/people/:user', { user: username });
    case 'label': {
      const place = project === '' ? '/admin/labels' : pathOf('/p/:project/labels', { project });
      return `${place}?q=${encodeURIComponent(label)}`;
    }
    default:
      return pathOf('/p/:project', { project });
  }
}

/** As it is called in full: `pay/api:v1`. */
export function nameOfFound(found: Found): string {
  const { kind, project = '', repository = '', tag = '', digest = '', username = '', label = '' } = found;
  switch (kind) {
    case 'repository':
      return `${project}/${repository}`;
    case 'tag':
      return `${project}/${repository}:${tag}`;
    case 'artifact':
      return `${project}/${repository}@${shortDigest(digest)}`;
    case 'user':
      return username;
    case 'label':
      return label;
    default:
      return project;
  }
}
