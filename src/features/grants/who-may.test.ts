import assert from 'node:assert/strict';
import { test } from 'node:test';
import { can } from '../../access/authorize.ts';
import { blockRole } from '../../access/grants/access-list.ts';
import type { StandingGrant } from '../../access/grants/grant-page-reads.ts';
import { seededChance } from '../../lib/chance.testing.ts';
import { parsePermission } from './target.ts';
import { askedActions, whoMay } from './who-may.ts';

test('whoever the list names may, whoever it leaves out may not, for any grants', () => {
  const now = 1000;
  const { pick, whole } = seededChance(26);
  let named = 0;
  let left = 0;
  let some = 0;
  for (let round = 0; round < 300; round++) {
    const around = Array.from({ length: 1 + whole(12) }, (_, index) => grantOf(index));
    const project = { id: 1, public: whole(4) === 0 };
    const path = pick([undefined, 'api', 'team/api']);
    const tag = path === undefined ? undefined : pick([undefined, 'v1', 'dev']);
    const place = {
      project,
      ...(path === undefined ? {} : { path }),
      ...(tag === undefined ? {} : { tag }),
    };
    const rows = whoMay(around, { place, now, everybody: [], namesSystem: true });
    const open = rows.find(({ kind }) => kind === 'everyone')?.actions ?? [];
    for (const [holder, grants] of Map.groupBy(around, ({ kind, holder: name }) => `${kind} ${name}`)) {
      const row = rows.find(({ kind, name }) => `${kind} ${name}` === holder);
      for (const action of askedActions) {
        // Without a tag in the question: whether there is one with which they may.
        const asked = tag === undefined ? [undefined, 'v1', 'dev'] : [tag];
        const allowed = asked.some((each) => {
          const at = each === undefined ? place : { ...place, tag: each };
          return can(grants, parsePermission(action, false), at, now).allowed;
        });
        const isForSome = row?.forTags?.[action] !== undefined;
        if (isForSome) some += 1;
        const whole = grants.filter(({ tagPattern }) => tagPattern === null);
        const { reason } = can(whole, parsePermission(action, false), place, now);
        if (isForSome)
          assert.ok(reason.kind !== 'grant' && tag === undefined, `${holder} ${action} ${round}`);
        const told = row?.actions.includes(action) === true;
        // What a robot is denied it may not in a public project either: nothing that everybody may is told of it.
        assert.equal(told || (allowed && open.includes(action)), allowed, `${holder} ${action} ${round}`);
        if (told) named += 1;
        else left += 1;
      }
    }
    const told = whoMay(around, { place, now, everybody: [], namesSystem: false });
    const inProject = whoMay(
      around.filter(({ projectId }) => projectId !== null),
      { place, now, everybody: [], namesSystem: false },
    );
    let unnamed = 0;
    for (const { kind, name, actions } of rows.filter((row) => row.kind !== 'everyone')) {
      const isThis = (row: { kind: string; name?: string }) => row.kind === kind && row.name === name;
      const by = inProject.find(isThis)?.actions.filter((action) => actions.includes(action)) ?? [];
      assert.deepEqual(told.find(isThis)?.actions ?? [], by, 'named is what the project gives');
      if (by.length < actions.length) unnamed += 1;
    }
    assert.equal(told.find(({ kind }) => kind === 'system')?.count ?? 0, unnamed);
    assert.ok(told.every(({ by }) => by.every(({ projectId }) => projectId !== null)));
  }
  assert.ok(
    named > 500 && left > 500 && some > 100,
    `${named} named, ${left} left out, ${some} for some tags`,
  );

  function grantOf(id: number): StandingGrant {
    const kind = pick(['user', 'user', 'group', 'robot'] as const);
    const principalId = whole(3);
    const scope = pick(['project', 'project', 'repository', 'repository', 'system'] as const);
    const isList = kind === 'robot' && whole(2) === 0;
    const effect = pick(['', '', '=deny']);
    return {
      id,
      kind,
      principalId,
      holder: `n${principalId}`,
      groupType: null,
      role: isList ? blockRole('own', 0) : pick(['pull', 'pull,push', 'developer', 'maintainer', 'auditor']),
      permissions: isList ? `repository:pull repository:push${effect}` : null,
      scope: isList ? 'project' : scope,
      projectId: !isList && scope === 'system' ? null : 1,
      projectName: 'pay',
      repositoryPattern: !isList && scope === 'repository' ? pick(['api', 'team/**']) : null,
      tagPattern: pick([null, null, 'v*']),
      expiresAt: pick([null, null, now + 1, now]),
      createdAt: 1,
      off: false,
      holderEndsAt: null,
    };
  }
});

test('of an open registry everybody is told, with what they may', () => {
  const place = { project: { id: 1, public: false }, path: 'api' };
  const grant = { role: 'developer', scope: 'system', projectId: null, repositoryPattern: null } as const;
  const everybody = [{ ...grant, tagPattern: null, expiresAt: null }];
  const told = whoMay([], { place, now: 1, everybody, namesSystem: false });
  assert.deepEqual(told, [{ kind: 'everyone', actions: ['pull', 'push'], by: [] }]);
  assert.deepEqual(whoMay([], { place, now: 1, everybody, namesSystem: false, action: 'delete' }), []);
});
