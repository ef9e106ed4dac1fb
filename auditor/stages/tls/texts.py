"""Sentences of this stage, in both languages."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences
from auditor.model.phrases import Phrases

TEXTS: Final = {
    "tls.remedy.reach": (
        "let the machine that runs auditor reach the endpoint (address, firewall, proxy), and run again",
        "请确保运行 auditor 的主机能够访问该端点（地址、防火墙、代理），然后重新运行",
    ),
    "tls.remedy.answer": (
        "look at the transcript of the connection; ask the operator what stands in front of the server",
        "请查看该连接的报文记录，并向运维确认服务器前端部署了何种设备",
    ),
    "tls.remedy.trust": (
        "give the trust anchors with --tls-trust FILE, or trust: in auditor.yaml",
        "请用 --tls-trust FILE 或 auditor.yaml 中的 trust 提供信任根证书",
    ),
    "tls.remedy.issuer": (
        "put the certificate of the issuer into the file, or give it as trust",
        "请将签发者证书放入该文件，或作为信任证书提供",
    ),
    "tls.remedy.file": (
        "give a file in PEM, DER, PKCS#7, PKCS#8, PKCS#12 or JKS that auditor may read",
        "请提供 auditor 可读取的 PEM、DER、PKCS#7、PKCS#8、PKCS#12 或 JKS 文件",
    ),
    "tls.remedy.product": (
        "ask the operator for the product certificate (GB/T 37092) and name it in auditor.yaml with its last day",
        "请向运维索取产品认证证书（GB/T 37092），并在 auditor.yaml 中登记其名称与有效期",
    ),
    "tls.remedy.password": (
        "give the key in the clear on a machine of its own, or ask its owner which certificate it belongs to",
        "请在隔离主机上提供解密后的密钥，或向其所有者确认所属证书",
    ),
    "tls.remedy.client": (
        "give certificates of a test client under client: in auditor.yaml (sign, sign_key, enc, enc_key)",
        "请在 auditor.yaml 的 client 中提供测试客户端证书（sign、sign_key、enc、enc_key）",
    ),
    "tls.na.no_rfc8998": ("the endpoint does not speak RFC 8998", "该端点不支持 RFC 8998"),
    "tls.na.no_international": (
        "the endpoint accepts no SSL and no TLS before 1.3",
        "该端点不接受 SSL 及 TLS 1.3 之前的版本",
    ),
    "tls.na.no_pair": ("the endpoint shows no encryption certificate", "该端点未出示加密证书"),
    "tls.na.forbidden_whole": (
        "the profile forbids the whole protocol, which is judged by itself",
        "配置整体禁止该协议，已另行判定",
    ),
    "tls.na.no_curve": ("the key is on no elliptic curve", "该密钥不使用椭圆曲线"),
    "tls.na.no_sm2_ingress": (
        "no SM2 signing certificate that an Ingress serves",
        "不是由 Ingress 提供的 SM2 签名证书",
    ),
    "tls.secret.unread": ("tls.crt holds no certificate that can be read", "tls.crt 中没有可解析的证书"),
    "tls.secret.differs": ("tls.key is not the key of the certificate", "tls.key 与证书不匹配"),
    "tls.secret.unreadable": ("tls.key holds no key that can be read", "tls.key 中没有可解析的私钥"),
    "tls.secret.no_half": (
        "no Secret of the namespace holds the encryption certificate of this holder; TLCP needs both",
        "该命名空间内没有同一主体的加密证书 Secret，TLCP 需要双证书",
    ),
    "tls.secret.unnamed": (
        "the Ingress does not name {half}, which holds the encryption certificate",
        "Ingress 未引用存放加密证书的 {half}",
    ),
    "tls.na.not_required": (
        "profile {profile} does not require it",
        "配置 {profile} 未要求此项",
    ),
    "tls.na.not_due": ("the profile {profile} does not ask for SM", "配置 {profile} 不要求使用商用密码"),
    "tls.na.not_sm2": ("not an SM2 certificate", "非 SM2 证书"),
    "tls.na.not_leaf": ("not a certificate of a server", "非服务器证书"),
    "tls.na.no_extension": ("the certificate has no extended key usage", "证书未含扩展密钥用途"),
    "tls.na.no_names": ("no name is expected of the certificate", "未指定证书应覆盖的名称"),
    "tls.na.single": (
        "a certificate that signs and enciphers alike: no pair",
        "证书未区分签名与加密用途，不构成证书对",
    ),
    "tls.na.alone": ("no certificate lies beside it", "其旁无证书"),
    "tls.na.no_mode": ("the place has no permissions of its own", "该位置没有自身的访问权限"),
    "tls.na.no_passwords": (
        "stock passwords were not tried; say try_passwords: true",
        "未尝试常见口令；需设置 try_passwords: true",
    ),
    "tls.na.no_list": ("no allow list of anchors was given", "未提供信任锚白名单"),
    "tls.found": ("found {actual}", "实际为 {actual}"),
    "tls.partial": (
        "the handshake was not finished: {why}",
        "握手未完成：{why}",
    ),
    "tls.closed": (
        "the server hangs up on this hello without an alert, while it answers others",
        "服务器对该握手请求直接断开且不返回告警，但会应答其他请求",
    ),
    "tls.expiring": ("{days} days are left", "剩余 {days} 天"),
    "tls.expired": ("ended {days} days ago", "已过期 {days} 天"),
    "tls.not_yet": ("begins in {days} days", "将于 {days} 天后生效"),
    "tls.half": (
        "the file holds one half of a TLCP pair alone; RFC 8998 would do with a signing certificate, TLCP needs both",
        "文件仅含 TLCP 双证书中的一张；RFC 8998 可只用签名证书，TLCP 需要两张",
    ),
}

say: Final = sentences(TEXTS)

PHRASES: Final = {
    "refused": "已拒绝",
    "accepted": "已接受",
    "closed": "直接断开",
    "alert": "告警",
    "none of": "均不匹配：",
    "suites": "个套件",
    "none weak": "无弱套件",
    "ticket": "票据",
    "lifetime": "有效期",
    "no NewSessionTicket": "未发放 NewSessionTicket",
    "unknown suite": "未知套件",
    "unknown extension": "未知扩展",
    "extended master secret": "扩展主密钥",
    "secure renegotiation": "安全重协商",
    "on disk": "磁盘上",
    "refused without a name": "不带名称时拒绝",
    "version 0101": "版本 0101",
    "TLCP or RFC 8998": "TLCP 或 RFC 8998",
    "c6 or c7": "c6 或 c7",
    "curveSM2 (0029) or curveSM2MLKEM768 (11ee)": "curveSM2 (0029) 或 curveSM2MLKEM768 (11ee)",
    "next update": "下次更新",
    "NULL parameters": "参数为 NULL",
    "empty user id": "空用户标识",
    "user id": "用户标识",
    "no names": "无名称",
    "not said": "未写明",
    "explicit parameters": "显式曲线参数",
    "the algorithm inside is not the one outside": "内外层签名算法不一致",
    "point off the curve": "公钥点不在曲线上",
    "signing, encryption, chain": "签名、加密、证书链",
    "valid under the key of": "由以下密钥验证通过：",
    "SIG_INVALID under the key of": "以下密钥验证不通过（SIG_INVALID）：",
    "not encrypted": "未加密",
    "key of the authority": "CA 私钥",
    "keys beside it, none opens it": "把密钥在其旁，均无法解封",
    "subjects differ": "主体不一致",
    "names differ": "名称不一致",
    "no CRL or OCSP address, and no list was given": "无 CRL 或 OCSP 地址，且未提供吊销列表",
    "stock passwords do not open it": "个常见口令均无法打开",
    "not signed by the issuer": "并非由签发者签名",
}
"""What an endpoint or a certificate shows, in the words of the checks."""

both: Final = Phrases(PHRASES)
