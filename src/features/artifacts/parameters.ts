import { pageParameters } from '../../platform/http/api/page.ts';

const toggle = (description: string, otherwise = false) =>
  ({ in: 'query', description, schema: { type: 'boolean', default: otherwise } }) as const;

export const parametersOfPart = {
  project_name: { in: 'path', required: true, description: 'The project.', schema: { type: 'string' } },
  repository_name: {
    in: 'path',
    required: true,
    description: 'Without the project; slashes are encoded, once or twice.',
    schema: { type: 'string' },
  },
} as const;

export const parametersOfOne = {
  ...parametersOfPart,
  reference: { in: 'path', required: true, description: 'A tag or a digest.', schema: { type: 'string' } },
} as const;

export const acceptVulnerabilities = {
  'X-Accept-Vulnerabilities': {
    in: 'header',
    description: 'Types of reports. There is no scanner, so there are none.',
    schema: {
      type: 'string',
      default:
        'application/vnd.security.vulnerability.report; version=1.1, application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0',
    },
  },
} as const;

export const switches = {
  with_tag: toggle('With tags.', true),
  with_label: toggle('With labels.'),
  with_scan_overview: toggle('Nothing is shown: there is no scanner.'),
  with_sbom_overview: toggle('Nothing is shown: there is no scanner.'),
  with_immutable_status: toggle('Tags say whether they are immutable; without it none does.'),
  with_accessory: toggle('With what is about it: signatures, SBOMs.'),
  with_inherited_accessory: toggle('With the signatures of the indexes that list it, if it has none.'),
} as const;

export const listParameters = {
  ...pageParameters,
  q: {
    in: 'query',
    description:
      'Conditions, divided by commas: tags (*, nil, a name, ~part), labels=(1 2), base=*, type, media_type, artifact_type, digest, size, push_time, pull_time.',
    schema: { type: 'string' },
  },
  sort: {
    in: 'query',
    description: 'push_time, pull_time, size, type, digest, id, each with - for descending.',
    schema: { type: 'string' },
  },
} as const;
