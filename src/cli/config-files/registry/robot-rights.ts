import { type Fields, listField, textField } from '../item.ts';

interface Block {
  readonly kind: 'system' | 'project';
  readonly namespace: string;
  readonly access: readonly object[];
  /** Always said: what is left out would stay as it was. */
  readonly repositories?: readonly string[];
}

/** What a robot may do, as the REST API takes it. */
export function robotRights(fields: Fields, project: string | undefined): Block[] {
  const blocks = project === undefined ? ((fields['permissions'] ?? []) as readonly Fields[]) : [fields];
  return blocks.map((block): Block => {
    const namespace = project ?? textField(block, 'in') ?? '';
    const access = [
      ...(listField(block, 'allow') ?? []).map((permission) => accessOf(permission)),
      ...(listField(block, 'deny') ?? []).map((permission) => ({ ...accessOf(permission), effect: 'deny' })),
    ];
    return {
      kind: namespace === '/' ? 'system' : 'project',
      namespace,
      access,
      ...(namespace === '/' || namespace === '*'
        ? {}
        : { repositories: listField(block, 'repositories') ?? [] }),
    };
  });
}

function accessOf(permission: string): { resource: string; action: string } {
  const [resource = '', action = ''] = permission.split(':');
  return { resource, action };
}
