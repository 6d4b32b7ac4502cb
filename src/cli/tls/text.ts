import type { Texts } from '../../lib/text/language.ts';

export const tlsTexts = {
  tls: { en: 'Certificates, and what clients have to trust.', zh: '证书，以及客户端需要信任的内容。' },
  ca: { en: 'The authority that tls=self makes certificates with.', zh: 'tls=self 用于签发证书的颁发机构。' },
  caPrint: { en: 'Print its certificate.', zh: '打印其证书。' },
  trust: {
    en: 'Print a script that makes a client trust the authority; on the client, as root: sh script.',
    zh: '打印让客户端信任该机构的脚本；在客户端以 root 身份运行：sh 脚本。',
  },
  client: {
    en: 'docker, containerd, podman, k3s or system',
    zh: 'docker、containerd、podman、k3s 或 system',
  },
  host: {
    en: 'as clients write it, such as registry.example:5000; default: external_url, or the name of this machine and the port',
    zh: '客户端使用的写法，例如 registry.example:5000；默认取自 external_url，或本机名加端口',
  },
  clientUnknown: {
    en: '--print takes docker, containerd, podman, k3s or system',
    zh: '--print 的取值为 docker、containerd、podman、k3s 或 system',
  },
  hostWrong: {
    en: '--host takes a host with or without a port, such as registry.example:5000',
    zh: '--host 的取值为主机名，可带端口，例如 registry.example:5000',
  },
  noAuthority: {
    en: 'there is no authority in {data}; it is made by the first start with --tls self (a certificate of your own needs none)',
    zh: '{data} 中没有颁发机构；它在首次以 --tls self 启动时生成（使用自己的证书时不需要）',
  },
} as const satisfies Texts;
