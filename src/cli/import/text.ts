import type { DistributionProblem } from '../../import-from-distribution.ts';
import type { Text, Texts } from '../../lib/text/language.ts';

export const importTexts = {
  import: {
    en: 'Take over what another registry holds, or bring in archives of images',
    zh: '接管其他镜像仓库的内容，或导入镜像归档',
  },
  distribution: {
    en: "Take over the folder of Docker's registry (--storage) where it lies, while neither runs",
    zh: '就地接管 Docker Registry 的目录（--storage）；期间两者都须停止',
  },
  dryRun: { en: 'only say what would be taken over; write nothing', zh: '只显示将接管的内容，不写入' },
  left: { en: 'left out  {path}  {why}', zh: '略过  {path}  {why}' },
  tagsSoFar: { en: '{tags} tags', zh: '{tags} 个 Tag' },
  holds: {
    en: 'repositories {repositories}   tags {tags}   manifests {manifests}   links to blobs {links}',
    zh: '仓库 {repositories}   Tag {tags}   manifest {manifests}   blob 链接 {links}',
  },
  referrers: {
    en: 'referrers {referrers}   tags that stand for lists of them {fallbackTags}',
    zh: '引用者 {referrers}   代表引用者列表的 Tag {fallbackTags}',
  },
  made: {
    en: 'new projects, which only administrators see: {projects}',
    zh: '新建的项目（仅管理员可见）：{projects}',
  },
  wouldMake: {
    en: 'projects that are needed beside library: {projects}',
    zh: '除 library 外所需的项目：{projects}',
  },
  problems: { en: 'left out: {count}, named above', zh: '略过 {count} 项，见上文' },
  added: {
    en: 'new here: tags {tags}   manifests {manifests}   links to blobs {links}',
    zh: '新增：Tag {tags}   manifest {manifests}   blob 链接 {links}',
  },
  copied: { en: '{bytes} bytes copied, {seconds} s', zh: '复制了 {bytes} 字节，用时 {seconds} 秒' },
  onlyLooked: { en: 'Nothing was written; {seconds} s', zh: '未写入任何内容；用时 {seconds} 秒' },
  password: { en: 'The first password of admin is in {file}', zh: 'admin 的初始密码在 {file}' },
  start: {
    en: 'Start it: berth serve --data {data} --storage {storage}',
    zh: '启动：berth serve --data {data} --storage {storage}',
  },
} as const satisfies Texts;

export const reasonTexts: Readonly<Record<DistributionProblem['reason'], Text>> = {
  nameInvalid: { en: 'no repository can have this name: {detail}', zh: '仓库不能使用此名称：{detail}' },
  nameTaken: {
    en: 'two repositories would be {detail}; another default project keeps them apart, such as --default-project hub',
    zh: '两个仓库都会成为 {detail}；使用其他默认项目可将其分开，例如 --default-project hub',
  },
  tagInvalid: { en: 'this is no tag', zh: '不是有效的 Tag' },
  linkDamaged: { en: 'the link is damaged', zh: '链接已损坏' },
  dataMissing: { en: '{detail} is not among the blobs', zh: 'blob 中没有 {detail}' },
  digestWrong: { en: 'the bytes of {detail} are others', zh: '{detail} 的内容与摘要不符' },
  manifestInvalid: { en: '{detail}', zh: 'manifest 无效：{detail}' },
  manifestTooLarge: { en: '{detail} is larger than 4 MiB', zh: '{detail} 大于 4 MiB' },
  tagDangling: {
    en: 'its manifest {detail} is not in this repository, or was left out',
    zh: '其 manifest {detail} 不在此仓库中，或已被略过',
  },
  contentMissing: {
    en: 'taken over without {detail}, which is missing; pushing the image again brings it back',
    zh: '已接管，但缺少 {detail}；重新推送该镜像即可补全',
  },
  sizeWrong: {
    en: 'taken over without {detail}, whose file has another size; pushing the image again brings it back',
    zh: '已接管，但不含 {detail}，其文件大小不符；重新推送该镜像即可补全',
  },
  refused: { en: '{detail}', zh: '被拒绝：{detail}' },
};
