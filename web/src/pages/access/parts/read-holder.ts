export type HolderKind = 'user' | 'group' | 'robot';

/** `bob`, `group:makers` or `robot:team+ci`, taken apart. */
export function readHolder(who: string): { readonly kind: HolderKind; readonly name: string } {
  const [, kind, name = ''] = /^(group|robot):(.*)$/s.exec(who) ?? [];
  return kind === 'group' || kind === 'robot' ? { kind, name } : { kind: 'user', name: who };
}
