/**
 * The refusals that people meet in the console, which tells them in other languages: what the sentence of each is made
 * of, by name. Lists have ", " between; what there is none of is empty.
 */
export const becauseValues = {
  'role missing': ['who', 'action', 'where', 'permission', 'needs', 'has', 'ask'],
  'token limited': ['who', 'action', 'where'],
  'system permission missing': ['who', 'permission'],
  'permission missing': ['permission'],
  'not held': ['who', 'permission'],
  'view only': ['who'],
  'read only': [],
  'default locked': ['what', 'setting'],
  'project exists': ['name'],
  'repository exists': ['name'],
  'name kept': ['name', 'until'],
  'project name invalid': ['name', 'most'],
  'repository name invalid': ['name', 'most'],
  'project creation restricted': [],
  'project creators': ['groups'],
  'project name pattern': ['pattern'],
  'projects owned': ['most'],
  'storage limit': ['used', 'wanted', 'limit'],
  'tag immutable': ['tag', 'rule'],
  'tag protected': ['tag', 'repository', 'holders', 'rule'],
  'tag exists': ['tag'],
  'label exists': ['name'],
  'robot exists': ['name'],
  'token exists': ['name'],
  'role exists': ['name'],
  'group exists': ['name'],
  'user exists': ['name'],
  'member exists': ['name', 'project'],
  'user name invalid': ['name', 'most'],
  'person name invalid': ['name', 'most'],
  'e-mail invalid': ['email'],
  'e-mail taken': [],
  'password weak': [],
  'password of few kinds': [],
  'password known': [],
  'password same': [],
  'password wrong': [],
  'last administrator': ['name'],
  'duties together': ['name', 'duties'],
  'job runs': ['job'],
  'listed by index': ['digest', 'index'],
  'changed meanwhile': [],
  'stands for something else': ['tag'],
  'label there': ['label'],
  'label not there': ['label'],
  'more match': ['found', 'shown'],
  'nothing to undo': ['batch'],
  'place taken': ['item'],
  'project in trash': ['item', 'project'],
  'being purged': ['item'],
  'repository in trash': ['item', 'repository'],
  'artifact in trash': ['item', 'digest'],
  'needs hidden': ['item'],
  'child in trash': ['item', 'digest'],
  'child gone': ['item', 'digest'],
  'digest blocked': ['digest'],
  'deletion goes on': ['item'],
  'plan ended': ['plan'],
  'plan carried out': ['plan'],
  'plan overtaken': ['plan'],
  'project full': ['project', 'used', 'limit'],
  'account off': ['who'],
  'field empty': ['what'],
  'text too long': ['what', 'most'],
  'text invalid': ['what'],
  'not one of': ['what', 'choices'],
  'form wrong': ['what', 'form'],
  'number wrong': ['what', 'least', 'most', 'also'],
  'most reached': ['what', 'most'],
  'none chosen': ['what'],
  'pattern wrong': ['pattern'],
  'name reserved': ['name'],
  'ended already': [],
  'address wrong': ['address'],
  'mail off': [],
  'recipient refused': ['address'],
  'no such group': ['name'],
  'no such job': ['job'],
  'role of people': ['role', 'name'],
  'setting needs': ['setting', 'needs'],
  'setting stays': ['setting', 'value'],
  'setting fixed': ['setting'],
  'settings pinned': [],
  'tags taken': ['item', 'tags'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type BecauseKind = keyof typeof becauseValues;

/** Why something is refused, for programs. Whoever reads the sentence may know the values: nothing else is in them. */
export interface Because {
  readonly kind: BecauseKind;
  readonly values: Readonly<Record<string, string>>;
}

type ValuesOf<K extends BecauseKind> = Readonly<Record<(typeof becauseValues)[K][number], string>>;

export function because<K extends BecauseKind>(kind: K, values: ValuesOf<K>): Because {
  return { kind, values };
}
