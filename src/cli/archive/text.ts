import type { ArchiveProblemCode } from '../../lib/archive-problem.ts';
import type { Text, Texts } from '../../lib/text/language.ts';

export const archiveTexts = {
  importOci: {
    en: 'Bring in the images of an OCI layout: a folder, a tar archive, or one compressed by gzip',
    zh: '导入 OCI layout 中的镜像：目录、tar 归档或经 gzip 压缩的归档',
  },
  importDocker: {
    en: 'Bring in the images of an archive that docker save wrote, plain or compressed by gzip',
    zh: '导入 docker save 写出的归档（可经 gzip 压缩）中的镜像',
  },
  export: {
    en: 'Write images into one tar archive that Docker, containerd, podman, skopeo and berth import read',
    zh: '将镜像写入一个 tar 归档，可供 Docker、containerd、podman、skopeo 和 berth import 读取',
  },
  layout: { en: 'the folder or the archive', zh: '目录或归档' },
  archive: { en: 'the archive', zh: '归档' },
  to: {
    en: 'team/app or team/app:v1: there, whatever the archive says; team/: below it. Default: as the archive says',
    zh: 'team/app 或 team/app:v1：导入到该处，不论归档中的名称；team/：导入到其下。默认：按归档中的名称',
  },
  references: {
    en: 'team/app:v1, team/app@sha256:…; without either: latest',
    zh: 'team/app:v1、team/app@sha256:…；两者都省略时为 latest',
  },
  output: { en: 'the file to write; - is standard output', zh: '要写入的文件；- 表示标准输出' },
  force: { en: 'replace a file of that name', zh: '替换同名文件' },
  platform: {
    en: 'of images for several platforms only this one, such as linux/arm64',
    zh: '多平台镜像只取此平台，例如 linux/arm64',
  },
  referrers: {
    en: 'with what refers to the images: signatures, lists of contents',
    zh: '包含引用这些镜像的内容：签名、物料清单等',
  },
  dryRun: { en: 'only say what would be brought in; nothing is written', zh: '只显示将导入的内容，不写入' },
  server: {
    en: 'https://registry.example: there, instead of the server of --data',
    zh: 'https://registry.example：使用该服务器，而非 --data 的服务器',
  },
  user: {
    en: 'account there; its password by --password-stdin or --password-file',
    zh: '该服务器上的账户；密码由 --password-stdin 或 --password-file 给出',
  },
  passwordStdin: { en: 'read the password from standard input', zh: '从标准输入读取密码' },
  passwordFile: { en: 'read the password from a file', zh: '从文件读取密码' },
  ca: {
    en: 'authorities that issued its certificate, in PEM; default: those that Node trusts',
    zh: '签发其证书的机构（PEM）；默认：Node 信任的机构',
  },
  imported: { en: 'imported  {image}  {digest}', zh: '已导入  {image}  {digest}' },
  wouldImport: { en: 'would import  {image}  {digest}', zh: '将导入  {image}  {digest}' },
  left: { en: 'left out  {name}  {why}', zh: '略过  {name}  {why}' },
  importDone: {
    en: 'images {images}   left out {left}   blobs sent {blobs} ({size})   {seconds} s',
    zh: '镜像 {images}   略过 {left}   发送的 blob {blobs}（{size}）   {seconds} 秒',
  },
  exported: { en: 'exported  {image}  {digest}', zh: '已导出  {image}  {digest}' },
  exportDone: {
    en: '{file}   {size}: images {images}   manifests {manifests}   blobs {blobs}   {seconds} s',
    zh: '{file}   {size}：镜像 {images}   manifest {manifests}   blob {blobs}   {seconds} 秒',
  },
  serverForm: {
    en: '--server needs http://host or https://host:port, without a path',
    zh: '--server 须为 http://host 或 https://host:port，不带路径',
  },
  onlyWithServer: {
    en: '--user, --password-stdin, --password-file and --ca go with --server',
    zh: '--user、--password-stdin、--password-file 和 --ca 须与 --server 一起使用',
  },
  passwordMissing: {
    en: '--user needs --password-stdin or --password-file, and these need --user',
    zh: '--user 须与 --password-stdin 或 --password-file 一起使用，反之亦然',
  },
  noTerminal: {
    en: 'an archive is nothing for a terminal: send it elsewhere, or name a file with -o',
    zh: '归档不能输出到终端：请重定向，或用 -o 指定文件',
  },
  outputMissing: {
    en: 'name the file to write with -o, or -o - for standard output',
    zh: '请用 -o 指定要写入的文件，或用 -o - 输出到标准输出',
  },
} as const satisfies Texts;

export const archiveProblemTexts: Readonly<Record<ArchiveProblemCode, Text>> = {
  missing: { en: 'there is no {path}', zh: '{path} 不存在' },
  unreadable: { en: '{path} cannot be read: {detail}', zh: '无法读取 {path}：{detail}' },
  notTar: {
    en: '{path} is no tar archive, nor one that gzip compressed',
    zh: '{path} 不是 tar 归档，也不是经 gzip 压缩的 tar 归档',
  },
  compressionDamaged: {
    en: '{path} is damaged or cut off: it cannot be decompressed; copy it again',
    zh: '{path} 已损坏或不完整，无法解压；请重新复制',
  },
  headerDamaged: {
    en: 'the archive is damaged at byte {at}; copy it again',
    zh: '归档在第 {at} 字节处损坏；请重新复制',
  },
  truncated: {
    en: 'the archive ends in the middle of {entry}; copy it again',
    zh: '归档在 {entry} 中间结束；请重新复制',
  },
  entryOutside: {
    en: 'the archive is refused: its entry {entry} leads out of it',
    zh: '已拒绝该归档：条目 {entry} 指向归档之外',
  },
  entryKind: {
    en: 'the archive is refused: its entry {entry} is no file, folder or link (type {type}); devices and sparse files have no place in images',
    zh: '已拒绝该归档：条目 {entry} 不是文件、目录或链接（类型 {type}）；镜像归档中不应有设备文件和稀疏文件',
  },
  tooManyEntries: {
    en: 'the archive is refused: it has more than {limit} entries',
    zh: '已拒绝该归档：条目超过 {limit} 个',
  },
  documentsTooLarge: {
    en: '{entry} is larger than 4 MiB, or the archive holds more than 64 MiB of such documents; of a compressed archive, try the decompressed one',
    zh: '{entry} 大于 4 MiB，或归档中此类文档超过 64 MiB；若归档经过压缩，请先解压再试',
  },
  notOciLayout: {
    en: '{path} has no index.json, so it is no OCI layout; for what docker save wrote: berth import docker-archive',
    zh: '{path} 中没有 index.json，不是 OCI layout；docker save 写出的归档请用 berth import docker-archive',
  },
  notDockerArchive: {
    en: '{path} has no manifest.json, so docker save of Docker 1.10 or later has not written it',
    zh: '{path} 中没有 manifest.json，不是 Docker 1.10 或更新版本的 docker save 所写',
  },
  documentInvalid: {
    en: '{entry} in the archive is invalid: {detail}',
    zh: '归档中的 {entry} 无效：{detail}',
  },
  nothingInside: { en: '{path} holds no image', zh: '{path} 中没有镜像' },
  blobMissing: { en: '{digest} is missing', zh: '缺少 {digest}' },
  sizeWrong: {
    en: '{digest} has {has} bytes and should have {told}',
    zh: '{digest} 有 {has} 字节，应为 {told} 字节',
  },
  digestWrong: { en: 'the bytes of {digest} are others', zh: '{digest} 的内容与摘要不符' },
  digestUnknown: {
    en: '{digest} is no digest by sha256 or sha512, so it cannot be verified',
    zh: '{digest} 不是 sha256 或 sha512 摘要，无法校验',
  },
  manifestInvalid: { en: '{digest}: {detail}', zh: '{digest} 无效：{detail}' },
  tooManyManifests: {
    en: 'there are more than {count} manifests, or more than {mib} MiB of them: import or export fewer at once',
    zh: 'manifest 超过 {count} 个或总计超过 {mib} MiB：请分批导入或导出',
  },
  layersDiffer: {
    en: 'its configuration names {config} layers and the archive {archive}',
    zh: '其配置列出 {config} 个层，而归档列出 {archive} 个',
  },
  nameNeeded: {
    en: 'the archive gives it no name; say where it goes, such as --to team/app:v1',
    zh: '归档中没有其名称；请指定位置，例如 --to team/app:v1',
  },
  nameInvalid: {
    en: '{name} is no name that an image can have here; say where it goes with --to',
    zh: '{name} 不能用作镜像名称；请用 --to 指定位置',
  },
  tagTwice: {
    en: 'another image of the archive gets {place}; import them one by one with --to',
    zh: '归档中的另一个镜像已使用 {place}；请用 --to 分别导入',
  },
  subjectMissing: {
    en: 'it refers to {digest}, which no image of the archive has; say where it goes, such as --to team/app',
    zh: '其所引用的 {digest} 不属于归档中的任何镜像；请指定位置，例如 --to team/app',
  },
  platformMissing: {
    en: 'it is not for {platform}; its platforms: {there}',
    zh: '没有用于 {platform} 的镜像；其平台：{there}',
  },
  fileExists: { en: '{path} exists; --force replaces it', zh: '{path} 已存在；--force 可替换' },
  unwritable: { en: '{path} cannot be written: {detail}', zh: '无法写入 {path}：{detail}' },
  unreachable: { en: '{address} does not answer: {detail}', zh: '{address} 无应答：{detail}' },
  cut: {
    en: 'the answer of {address} was cut off: {detail}; do it again',
    zh: '{address} 的应答中断：{detail}；请重试',
  },
  signInRefused: {
    en: 'the registry wants a sign-in, or refuses this one: look at --user and the password',
    zh: '仓库要求登录，或拒绝了此次登录：请检查 --user 和密码',
  },
  refused: { en: 'the registry says: {detail}', zh: '仓库返回：{detail}' },
};
