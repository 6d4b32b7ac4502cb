/** Of every operation on one project. */
export const projectParameters = {
  project_name_or_id: {
    in: 'path',
    required: true,
    description: 'What looks like a number is an id, unless the header says otherwise.',
    schema: { type: 'string' },
  },
  'X-Is-Resource-Name': {
    in: 'header',
    description: 'The path has a name, even if it looks like a number.',
    schema: { type: 'boolean', default: false },
  },
} as const;
