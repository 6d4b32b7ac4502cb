import type { Row } from '../../api/call.ts';

export type Label = Row<'GET /api/v2.0/labels'>;

/** Whose labels: those of the system (`g`), or of a project. */
export interface LabelPlace {
  readonly scope: 'g' | 'p';
  readonly project_id?: number;
  readonly project?: string;
}

/** Harbor's colours. */
export const colors = [
  '#0065AB',
  '#343DAC',
  '#781DA0',
  '#9B0D54',
  '#0095D3',
  '#9DA3DB',
  '#BE90D6',
  '#F1428A',
  '#1D5100',
  '#006668',
  '#006690',
  '#004A70',
  '#48960C',
  '#00AB9A',
  '#00B7D6',
  '#0081A7',
  '#C92100',
  '#CD3517',
  '#C25400',
  '#D28F00',
  '#F52F52',
  '#FF5501',
  '#F57600',
  '#FFDC0B',
  '#000000',
  '#313131',
  '#565656',
  '#61717D',
  '#737373',
  '#9A9A9A',
  '#C7E59C',
  '#FFFFFF',
] as const;

/** ` --project team`, or nothing for a label of the system. */
export function ofPlace({ project }: LabelPlace): string {
  return project === undefined ? '' : ` --project ${project}`;
}
