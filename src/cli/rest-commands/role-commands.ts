import { type Making, verb } from '../rest/making.ts';
import { restTexts } from '../rest/text.ts';

/** `berth role list|create|update|delete` */
export function roleCommands(making: Making): void {
  const { lang } = making;
  const roles = () => import('../rest/role.ts');
  const right = ['--permission <right...>', restTexts.permission[lang]] as const;
  verb(making, 'role list', 'list', async (cli, flags) => (await roles()).listRoles(cli, flags));
  verb(making, 'role create', 'roleCreate', async (...call) => (await roles()).createRole(...call))
    .argument('<name>', restTexts.roleName[lang])
    .option('--level <level>', restTexts.roleLevel[lang], 'project')
    .option(...right);
  verb(making, 'role update', 'roleUpdate', async (...call) => (await roles()).updateRole(...call))
    .argument('<name>', restTexts.roleName[lang])
    .option(...right);
  verb(making, 'role delete', 'remove', async (...call) => (await roles()).deleteRole(...call))
    .argument('<name>', restTexts.roleName[lang])
    .option('--yes', restTexts.yes[lang]);
}
