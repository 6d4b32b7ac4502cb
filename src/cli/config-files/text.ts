import type { Texts } from '../../lib/text/language.ts';

/** What is wrong with files; what they name stands in it as it is written. */
export const fileTexts = {
  notYaml: { en: 'this is not YAML: {why}', zh: '不是有效的 YAML：{why}' },
  noAliases: { en: 'aliases are not taken: write it out', zh: '不支持别名，请直接写出' },
  mapNeeded: { en: 'keys and values are needed here', zh: '此处需要键和值' },
  listNeeded: { en: 'a list is needed here, be it empty: []', zh: '此处需要列表，可为空：[]' },
  textNeeded: { en: 'a text is needed here', zh: '此处需要文本' },
  flagNeeded: { en: 'true or false is needed here', zh: '此处需要 true 或 false' },
  integerNeeded: { en: 'a whole number is needed here', zh: '此处需要整数' },
  scalarNeeded: { en: 'a single value is needed here', zh: '此处需要单个值' },
  keyUnknown: {
    en: 'there is no key {key} here; there are {known}',
    zh: '此处没有键 {key}；可用的有 {known}',
  },
  keyNear: {
    en: 'there is no key {key} here; did you mean {near}?',
    zh: '此处没有键 {key}；是否想写 {near}？',
  },
  keyMissing: { en: 'the key {key} is missing', zh: '缺少键 {key}' },
  fileUnknown: {
    en: 'no file of a configuration is called {name}; they are {known}',
    zh: '没有名为 {name} 的配置文件；可用的有 {known}',
  },
  fileNear: {
    en: 'no file of a configuration is called {name}; did you mean {near}?',
    zh: '没有名为 {name} 的配置文件；是否想写 {near}？',
  },
  notProject: { en: '"{name}" is not a project name', zh: '“{name}”不是项目名称' },
  twice: { en: '{what} is here twice', zh: '{what} 重复出现' },
  notOneOf: { en: '"{value}" is none of {known}', zh: '“{value}”不在可选值之中：{known}' },
  notPermission: {
    en: '"{value}" is no permission: write it like repository:pull',
    zh: '“{value}”不是权限：请写成 repository:pull 的形式',
  },
  notTime: {
    en: '"{value}" is no time: write a day (2027-01-31) or a time with its zone (2027-01-31T18:00:00Z)',
    zh: '“{value}”不是时间：请写日期（2027-01-31）或带时区的时间（2027-01-31T18:00:00Z）',
  },
  notRepositories: {
    en: '"{value}" names no repositories: write one (api), all below a folder (team/**) or ** for all, without the project',
    zh: '“{value}”不能表示仓库：请写单个（api）、文件夹下的全部（team/**）或 **（全部），不含项目名',
  },
  notTags: {
    en: '"{value}" names no tags: write one (latest), all that begin alike (v*) or * for all',
    zh: '“{value}”不能表示 Tag：请写单个（latest）、同一前缀（v*）或 *（全部）',
  },
  notPattern: { en: 'the pattern "{value}" cannot be read: {why}', zh: '无法读取模式“{value}”：{why}' },
  matchesOrExcludes: { en: 'either matches or excludes is needed', zh: '需要 matches 或 excludes 之一' },
  notDays: {
    en: 'days are a whole number above 0, or -1 for no end',
    zh: '天数须为大于 0 的整数，或 -1 表示不过期',
  },
  notLimit: {
    en: 'the limit is bytes above 0, or -1 for none',
    zh: '配额须为大于 0 的字节数，或 -1 表示不限',
  },
  builtIn: {
    en: 'every registry has the role {role}: choose another name',
    zh: '角色 {role} 是内置角色：请换一个名称',
  },
  levelStays: {
    en: 'the role {role} is there with the level {level}, which cannot be changed: choose another name, or delete it first',
    zh: '角色 {role} 已存在，级别为 {level}，不可更改：请换一个名称，或先删除它',
  },
  permissionUnknown: { en: 'there is no permission {permission} here', zh: '此处没有权限 {permission}' },
  permissionNear: {
    en: 'there is no permission {permission} here; did you mean {near}?',
    zh: '此处没有权限 {permission}；是否想写 {near}？',
  },
  roleUnknown: { en: 'there is no role {role}; there are {known}', zh: '没有角色 {role}；可用的有 {known}' },
  roleNear: { en: 'there is no role {role}; did you mean {near}?', zh: '没有角色 {role}；是否想写 {near}？' },
  roleOfSystem: {
    en: '{role} is a role on the system: it stands in system.yml',
    zh: '{role} 是系统级角色：应写在 system.yml 中',
  },
  userUnknown: {
    en: 'there is no account {user}; accounts are not made by files: berth user add {user}',
    zh: '没有账户 {user}；文件不会创建账户：berth user add {user}',
  },
  groupUnknown: {
    en: 'there is no group {group}, neither in the registry nor in groups.yml',
    zh: '没有用户组 {group}：镜像仓库和 groups.yml 中均不存在',
  },
  robotUnknown: {
    en: 'there is no robot account {robot}, neither in the registry nor in the files; those of a project are PROJECT+NAME',
    zh: '没有机器人账户 {robot}：镜像仓库和文件中均不存在；项目机器人写作 项目+名称',
  },
  projectUnknown: {
    en: 'there is no project {project}, neither in the registry nor in projects/',
    zh: '没有项目 {project}：镜像仓库和 projects/ 中均不存在',
  },
  settingUnknown: {
    en: 'there is no setting {key}; see: berth config get',
    zh: '没有设置 {key}；参见：berth config get',
  },
  settingNear: {
    en: 'there is no setting {key}; did you mean {near}?',
    zh: '没有设置 {key}；是否想写 {near}？',
  },
  settingType: { en: 'the value of {key} is of another kind: {type}', zh: '{key} 的值类型不符：应为 {type}' },
  settingFixed: { en: '{key} cannot be changed: it is {value}', zh: '{key} 不可更改：其值为 {value}' },
  publicLocked: {
    en: 'public is locked to {value} for all projects (project_public_locked)',
    zh: 'public 已对所有项目锁定为 {value}（project_public_locked）',
  },
  storageLocked: {
    en: 'storage_limit is locked to {value} for all projects (project_storage_locked)',
    zh: 'storage_limit 已对所有项目锁定为 {value}（project_storage_locked）',
  },
  systemProject: {
    en: 'in a project called system only single repositories can be given by files: write repositories: "**"',
    zh: '在名为 system 的项目中，文件只能按仓库授权：请写 repositories: "**"',
  },
} as const satisfies Texts;

export const configFilesTexts = {
  export: {
    en: 'Write projects, grants, roles, groups, robots, labels, limits, rules and settings as files, without secrets.',
    zh: '将项目、授权、角色、用户组、机器人、标签、配额、规则和设置导出为文件，不含密钥。',
  },
  diff: {
    en: 'Show in what the registry differs from the files; ends with 8 when it does.',
    zh: '显示镜像仓库与文件的差异；有差异时以 8 结束。',
  },
  apply: {
    en: 'Make the registry as the files say; what they do not name stays as it is.',
    zh: '使镜像仓库与文件一致；文件未提及的内容保持不变。',
  },
  folder: { en: 'the folder of the files', zh: '文件所在的文件夹' },
  folderNeeded: { en: 'name the folder of the files: -f FOLDER', zh: '请指定文件所在的文件夹：-f 文件夹' },
  folderUnreadable: { en: 'the folder {folder} cannot be read: {why}', zh: '无法读取文件夹 {folder}：{why}' },
  folderUnwritable: {
    en: '{folder} cannot be written: {why}',
    zh: '无法写入 {folder}：{why}',
  },
  noFiles: {
    en: 'there are no files of a configuration in {folder}; to make them: berth config export -f {folder}',
    zh: '{folder} 中没有配置文件；导出：berth config export -f {folder}',
  },
  project: { en: 'only these projects; can be repeated', zh: '仅导出这些项目；可多次给出' },
  force: {
    en: 'replace files that say something else, and remove those of projects that are gone',
    zh: '替换内容不同的文件，并删除已不存在的项目的文件',
  },
  wouldReplace: {
    en: 'nothing was written: {count} files say something else, such as {name}; to replace them: --force',
    zh: '未写入任何内容：{count} 个文件内容不同，例如 {name}；替换：--force',
  },
  exported: {
    en: '{count} files are in {folder}, {changed} of them new or changed.',
    zh: '{folder} 中有 {count} 个文件，其中 {changed} 个为新建或已更改。',
  },
  dryRun: { en: 'only show what would be done', zh: '仅显示将执行的更改' },
  prune: {
    en: 'also remove what the files do not have; never your own access, nor a project with repositories',
    zh: '同时删除文件中没有的内容；绝不删除您自己的权限或含有仓库的项目',
  },
  secretsFile: {
    en: 'write the secrets of new robots into this file, for its owner only, instead of showing them',
    zh: '将新机器人的密钥写入此文件（仅所有者可读），而不显示',
  },
  problemsOne: { en: 'nothing was changed: 1 problem in the files', zh: '未做任何更改：文件中有 1 处问题' },
  problems: {
    en: 'nothing was changed: {count} problems in the files',
    zh: '未做任何更改：文件中有 {count} 处问题',
  },
  ended: {
    en: '{at}: {what} has ended, and counts as if it were not there',
    zh: '{at}：{what} 已到期，视为不存在',
  },
  same: { en: 'No differences.', zh: '没有差异。' },
  summary: {
    en: '{add} to add, {change} to change, {remove} to remove; {extra} not in the files.',
    zh: '新增 {add}，更改 {change}，删除 {remove}；文件中没有的 {extra}。',
  },
  appliedOne: { en: '1 change.', zh: '1 项更改。' },
  applied: { en: '{count} changes.', zh: '{count} 项更改。' },
  keptExtra: {
    en: '{count} things are not in the files and stay; to see them: berth config diff; to remove them: --prune',
    zh: '有 {count} 项不在文件中，已保留；查看：berth config diff；删除：--prune',
  },
  keptOwn: { en: 'stays: it is your own access', zh: '保留：这是您自己的权限' },
  keptFull: { en: 'stays: it has repositories', zh: '保留：其中有仓库' },
  notInFiles: { en: 'not in the files', zh: '不在文件中' },
  secret: { en: 'secret: {secret}', zh: '密钥：{secret}' },
  stopped: {
    en: 'stopped after {done} of {all} steps at {what}: {why}; what was done stays, and the same command goes on from here',
    zh: '在 {all} 步中的第 {done} 步之后停于 {what}：{why}；已完成的保留，再次运行同一命令即可继续',
  },
} as const satisfies Texts;
