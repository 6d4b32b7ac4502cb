import { flag, honoured, manyLetters, type SettingRow } from './setting-row.ts';

const member = '[^=,]{1,255}=(?:projectAdmin|maintainer|developer|guest|limitedGuest)';
const memberList = new RegExp(`^(?:${member}(?:,${member})*)?$`);

/** What new projects begin with, what of it is locked, and who may make them. */
export const projectRows = {
  project_public_default: flag(honoured, false, {
    en: 'Whether a new project is public that does not say it.',
    zh: '未指明时新项目是否公开。',
  }),
  project_public_locked: flag(honoured, false, {
    en: 'Whether every project has to stay as project_public_default says: asking for something else is refused.',
    zh: '是否锁定 project_public_default：任何不同的请求都会被拒绝。',
  }),
  project_storage_locked: flag(honoured, false, {
    en: 'Whether the storage limit of every new project is storage_per_project, and limits cannot be changed.',
    zh: '是否锁定 storage_per_project：新项目只能使用该配额，且配额不可更改。',
  }),
  project_members_locked: flag(honoured, false, {
    en: 'Whether the groups of project_members_default keep their role in every project: changing or taking it is refused.',
    zh: '是否锁定 project_members_default：这些用户组在任何项目中的角色都不能被更改或收回。',
  }),
  project_immutable_locked: flag(honoured, false, {
    en: 'Whether the rules of project_immutable_default stay: changing, disabling or deleting one is refused.',
    zh: '是否锁定 project_immutable_default：这些规则不能被更改、停用或删除。',
  }),
  project_retention_locked: flag(honoured, false, {
    en: 'Whether projects go by the default retention policy of the system: making or changing one of their own is refused.',
    zh: '是否要求项目使用系统默认的保留策略：新建或更改项目自己的策略会被拒绝。',
  }),
  project_immutable_default: {
    type: 'string',
    fallback: '',
    maxLength: 200,
    pattern: /^(?:[\w.*?-]{1,128}(?:, *|$))*$/,
    form: 'tag list',
    face: 'rw',
    use: honoured,
    doc: {
      en: 'Tags that a new project makes immutable in all its repositories: v*, release-*, separated by commas.',
      zh: '新项目在其所有仓库中设为不可变的 Tag：v*、release-*，用逗号分隔。',
    },
  },
  project_members_default: {
    type: 'string',
    fallback: '',
    maxLength: manyLetters,
    pattern: memberList,
    form: 'member list',
    face: 'rw',
    use: honoured,
    doc: {
      en: 'Groups that have a role in each new project: group=role, separated by commas.',
      zh: '在每个新项目中拥有角色的用户组：组=角色，用逗号分隔。',
    },
  },
  retention_review: flag(honoured, true, {
    en: 'Whether a retention run by schedule stops for a review that would drop over 20 % of a project’s tags or one that was pulled within 7 days, or that is the first after the policy was changed.',
    zh: '定时保留任务若将删除项目超过 20 % 的 Tag、7 天内被拉取过的 Tag，或是策略修改后的首次运行，是否停下等待审核。',
  }),
  project_creator_groups: {
    type: 'string',
    fallback: '',
    maxLength: manyLetters,
    face: 'rw',
    use: honoured,
    doc: {
      en: 'Groups whose members may make projects, separated by commas; empty: project_creation_restriction alone decides. Administrators always may.',
      zh: '可创建项目的用户组，用逗号分隔；为空时仅由 project_creation_restriction 决定。管理员始终可以创建。',
    },
  },
  project_name_pattern: {
    type: 'string',
    fallback: '',
    maxLength: 200,
    pattern: /^[a-z0-9._*-]*$/,
    form: 'project names',
    face: 'rw',
    use: honoured,
    doc: {
      en: 'What names of projects that others than administrators make look like: * stands for anything; empty: anything.',
      zh: '非管理员所建项目的名称格式：* 代表任意内容；为空表示不限。',
    },
  },
  projects_per_user: {
    type: 'integer',
    fallback: -1,
    min: 1,
    max: 1_000_000,
    also: -1,
    face: 'rw',
    use: honoured,
    doc: {
      en: 'How many projects one user may own before making another, -1 for any number. Administrators always may.',
      zh: '每个用户最多可拥有的项目数，超过则不能再建；-1 表示不限。管理员不受限制。',
    },
  },
  former_name_days: {
    type: 'integer',
    unit: 'days',
    fallback: 30,
    min: 1,
    max: 3650,
    face: 'rw',
    use: honoured,
    doc: {
      en: 'Days for which pulls by the earlier name of a renamed project or a moved repository go on, and nothing else gets that name.',
      zh: '项目改名或仓库移动后，旧名称仍可拉取且不会被占用的天数。',
    },
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
