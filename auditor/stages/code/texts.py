"""What the stage ``code`` says, in English and Chinese."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

TEXTS: Final = {
    "code.left.folder": ("holds no source of the audited system", "不含被审系统的源代码"),
    "code.left.no_text": ("{count} files without text to read", "{count} 个文件不含可读文本"),
    "code.left.no_text.one": ("{count} file without text to read", "{count} 个文件不含可读文本"),
    "code.remedy.unreadable": (
        "give the account that runs auditor read permission, or name the place as a target of its own",
        "为运行 auditor 的账号授予读权限，或将该位置单独作为审计目标",
    ),
    "code.remedy.too_large": (
        "split the file, or keep generated code out of the audited tree",
        "拆分该文件，或将生成代码移出被审目录",
    ),
    "code.remedy.link": (
        "audit the place that the link points to as a target of its own: code=PATH",
        "将链接指向的位置作为单独的目标审计：code=PATH",
    ),
    "code.remedy.submodule": (
        "fetch it (`git submodule update --init`) and audit again, or exclude its folder",
        "获取子模块（`git submodule update --init`）后重新审计，或排除该目录",
    ),
    "code.remedy.encoding": (
        "save the file as UTF-8 without NUL bytes, in a syntax that Python 3 accepts",
        "将文件另存为不含 NUL 字节的 UTF-8，并使用 Python 3 可接受的语法",
    ),
    "code.remedy.tool": (
        "run `auditor tools doctor`, then `auditor tools install {tool}`",
        "运行 auditor tools doctor，再运行 auditor tools install {tool}",
    ),
    "code.remedy.time": (
        "run again on a quieter machine, or split the long function or file",
        "在负载较低的机器上重试，或拆分过长的函数或文件",
    ),
    "code.remedy.memory": ("run again with more memory, or split the file", "增加内存后重试，或拆分该文件"),
    "code.remedy.syntax": (
        "mend the syntax, or move what is no source (templates, Python 2) out of the audited tree",
        "修正语法，或将非源代码文件（模板、Python 2）移出被审目录",
    ),
    "code.remedy.parsed": (
        "mend the syntax where it is wrong; where it is right, this is a limit of the tool: review these places by hand",
        "语法有误之处请修正；语法无误则属工具局限，请人工审查这些位置",
    ),
    "code.remedy.newer": (
        "this is a limit of the tool, not of the file: review it by hand until a version of the tool reads this syntax",
        "属工具局限而非文件问题：在工具支持该语法之前，请人工审查此文件",
    ),
    "code.remedy.nothing_to_follow": (
        "audit the program together with what calls it: name the folder that holds its routes or tools, too; "
        "where it takes text in another way, review its commands, files and addresses by hand",
        "将程序与其调用方一并审计：把路由或工具所在目录也列为目标；若以其他方式接收文本，请人工审查其中的命令、文件与网址",
    ),
    "code.remedy.package_clash": (
        "audit each of these programs as a target of its own: code=PATH",
        "将这些程序分别作为单独的目标审计：code=PATH",
    ),
    "code.remedy.packages_not_followed": (
        "this is a limit of the tool: review by hand what the program hands to these packages, and what they bring in",
        "属工具局限：请人工审查程序传给这些第三方包以及由其传入的值",
    ),
    "code.remedy.empty": (
        "check the path: a tree without a single readable file proves nothing",
        "请检查路径：没有任何可读文件的目录不能证明任何结论",
    ),
    "code.context": ("stands in {what}, where it counts for less", "位于{what}，严重程度相应降低"),
    "code.context.seconded": (
        "stands in {what}, where it counts for less; {seconded}",
        "位于{what}，严重程度相应降低；{seconded}",
    ),
    "code.context.test": ("a test", "测试代码"),
    "code.context.example": ("an example", "示例代码"),
    "code.context.script": ("a script for developers", "开发脚本"),
    "code.context.migration": ("a migration", "数据库迁移脚本"),
    "code.context.generated": ("generated code", "生成的代码"),
    "code.context.vendored": ("code of others (vendored)", "第三方内嵌代码"),
    "code.flow": ("reached by {source}: {way}", "{source}流向此处：{way}"),
    "code.flow.review": (
        "reached by {source}; something that looks like a check stands on the way, please review: {way}",
        "{source}流向此处，途中有类似校验的调用，请人工复核：{way}",
    ),
    "code.flow.also": ("{flow}; {also}", "{flow}；{also}"),
    "code.source.Request": ("text of a request", "请求中的文本"),
    "code.source.Upload": ("an upload", "上传的文件"),
    "code.source.Window": ("what the window of the program sends", "程序窗口发来的内容"),
    "code.source.ToolArgument": ("an argument that a model chose", "由模型给出的工具参数"),
    "code.source.ModelReply": ("a model's answer", "模型的回答"),
    "code.source.Member": ("what an archive calls a file", "归档内的文件名"),
    "code.source.Download": ("what another server sent", "其他服务器发来的内容"),
    "code.ground.flow": (
        "{severity}: what an outsider controls is seen to get here",
        "严重程度为{severity}：可见外部可控的值到达此处",
    ),
    "code.ground.text": (
        "{severity}: the lines prove it by themselves",
        "严重程度为{severity}：代码文本本身即可证实",
    ),
    "code.ground.branch": (
        "{severity}: the lines prove it by themselves, where a condition of the program holds",
        "严重程度为{severity}：在程序的某个条件成立时，代码文本本身即可证实",
    ),
    "code.ground.contrast": (
        "{severity}: the program does beside it what is missing here",
        "严重程度为{severity}：程序在相邻之处做了此处缺失的事",
    ),
    "code.ground.setting": ("{severity}, as auditor.yaml says", "严重程度按 auditor.yaml 设为{severity}"),
    "code.ground.none": (
        "to review: a pattern was seen, and nothing that shows that somebody can use it; with that it would be {severity}",
        "待审查：只见到可疑写法，未见可被利用的依据；若能证实则为{severity}",
    ),
    "code.seldom.check": (
        "to review: on real platforms {are_true} of {read} such findings of this check were true; by the evidence alone it would be {severity}",
        "待审查：在真实平台上，该检查项凭此类依据的 {read} 个发现中有 {are_true} 个属实；仅按依据则为{severity}",
    ),
    "code.seldom.kind": (
        "to review: on real platforms {are_true} of {read} of the rarer findings of this kind of flaw were true; by the evidence alone it would be {severity}",
        "待审查：在真实平台上，此类缺陷较少见的 {read} 个发现中有 {are_true} 个属实；仅按依据则为{severity}",
    ),
    "code.seldom.ground": (
        "to review: on real platforms {are_true} of {read} of the rarer findings with such evidence were true; by the evidence alone it would be {severity}",
        "待审查：在真实平台上，凭此类依据的较少见的 {read} 个发现中有 {are_true} 个属实；仅按依据则为{severity}",
    ),
    "code.was_read": (
        "{side}, {shown}{giver}{use}: {are_true} of {read} true",
        "{side}，{shown}{giver}{use}：{read} 个中 {are_true} 个属实",
    ),
    "code.was_read.low": (
        "{side}, {shown}{giver}{use}: {are_true} of {read} true, therefore low",
        "{side}，{shown}{giver}{use}：{read} 个中 {are_true} 个属实，故降为低",
    ),
    "code.was_read.like": (
        "{side}, {shown}{giver}{use}: {are_true} of {read} true, low by its like ({like})",
        "{side}，{shown}{giver}{use}：{read} 个中 {are_true} 个属实，按同类降为低（{like}）",
    ),
    "code.like.check": ("of the check {are_true} of {read}", "该检查项 {read} 个中 {are_true} 个"),
    "code.like.kind": ("of rare ones of this kind {are_true} of {read}", "同类少见发现 {read} 个中 {are_true} 个"),
    "code.like.ground": (
        "of rare ones with such evidence {are_true} of {read}",
        "同类依据的少见发现 {read} 个中 {are_true} 个",
    ),
    "code.side.python": ("Python", "Python"),
    "code.side.script": ("TypeScript and JavaScript", "TypeScript 与 JavaScript"),
    "code.side.setting": ("settings and shell", "配置与 Shell"),
    "code.shown.inside": ("followed inside a function", "在函数内追踪"),
    "code.shown.file": ("followed through functions of a file", "在文件内跨函数追踪"),
    "code.shown.files": ("followed through files", "跨文件追踪"),
    "code.shown.text": ("proven by the lines", "由代码文本证实"),
    "code.shown.branch": ("proven by lines that run under a condition", "由有条件执行的代码文本证实"),
    "code.shown.contrast": ("missing beside others", "与相邻之处相比缺失"),
    "code.giver.caller": (" from a caller", "，来自调用者"),
    "code.giver.model": (" from a model", "，来自模型"),
    "code.giver.nobody": ("", ""),
    "code.use.reads": (", read, listed or sent", "，读取、列出或发送"),
    "code.use.changes": (", made, written or removed", "，创建、写入或删除"),
    "code.use.none": ("", ""),
    "code.rests_on.flow": (
        "a value that an outsider controls is followed to the place; in Python each hop is seen to keep it, and where one is not a finding is low",
        "外部可控的值被追踪到此处；在 Python 中须可见每一步都保留该值，否则降为低",
    ),
    "code.rests_on.text": ("the lines prove it by themselves", "代码文本本身即可证实"),
    "code.rests_on.text.hardcoded-password": (
        "the lines prove it: in Python it is random by measure, or compared, or handed to what connects, signs or makes an account; in TypeScript "
        "and JavaScript: a caller's password is compared with it, or an account is made with it; else low",
        "代码文本即可证实：Python 中须经测量为随机值，或用于比较、连接、签名、创建账号；TypeScript 与 JavaScript 中须可见与调用者口令比较或用于创建账号；否则降为低",
    ),
    "code.rests_on.text.hardcoded-key": (
        "the lines prove it: in Python it is random by measure, or handed to what signs, compares or connects; in TypeScript and JavaScript: it is "
        "random by measure and used, or texts are signed with it; in settings: it lets in whoever reads them; else low",
        "代码文本即可证实：Python 中须经测量为随机值，或用于签名、比较、连接；TypeScript 与 JavaScript 中须经测量为随机值且被使用，或用于签名；配置文件中须能凭其进入；否则降为低",
    ),
    "code.rests_on.text.literal-cipher-key": (
        "the lines prove it; in TypeScript and JavaScript: texts are encrypted with it; else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中须可见以其加密，否则降为低",
    ),
    "code.rests_on.text.secret-fallback": (
        "the lines prove it; in TypeScript and JavaScript: the program signs or encrypts with it; else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中须为程序签名或加密所用，否则降为低",
    ),
    "code.rests_on.text.default-credential": (
        "it lets in whoever reads the file: a key of the program, or a store that others can reach; in examples and for development low",
        "读到该文件即可进入：程序自身的密钥，或外部可达的存储；示例与开发用文件降为低",
    ),
    "code.rests_on.text.tls-verification": (
        "the lines prove it; in TypeScript and JavaScript: nothing decides that the check is off, in code of a server; else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中须为服务端代码且无条件关闭，否则降为低",
    ),
    "code.rests_on.text.ssh-host-key": (
        "the lines prove it; in TypeScript and JavaScript: nothing decides that the check is off, in code of a server; else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中须为服务端代码且无条件关闭，否则降为低",
    ),
    "code.rests_on.text.weak-random": (
        "the lines prove it; in TypeScript and JavaScript: what comes by chance becomes a password, code or token outside of a page; else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中须可见随机数成为页面以外的口令、验证码或令牌，否则降为低",
    ),
    "code.rests_on.text.constant-nonce": (
        "the lines prove it; in TypeScript and JavaScript: it encrypts, or is the salt of a person's password; else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中须用于加密，或为个人口令的盐，否则降为低",
    ),
    "code.rests_on.text.approval-disabled": (
        "the lines prove it; in TypeScript and JavaScript: something that acts is handed over with nobody asked, unconditionally; else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中须可见会执行操作的工具被无条件地免批准交付，否则降为低",
    ),
    "code.rests_on.text.cors": (
        "the lines prove it; in TypeScript and JavaScript: the caller's origin is sent back with credentials (a browser refuses *); else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中须可见回送调用者来源且携带凭据（浏览器拒绝 *），否则降为低",
    ),
    "code.rests_on.text.clear-text": (
        "the lines prove it, and the host has no private address; in TypeScript and JavaScript: something is sent to it; else low",
        "代码文本即可证实，且主机不是内网地址；TypeScript 与 JavaScript 中须可见向该主机发送，否则降为低",
    ),
    "code.rests_on.text.password-hash": (
        "the lines prove it; in TypeScript and JavaScript: it is no answer to a challenge; else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中须非对质询的应答，否则降为低",
    ),
    "code.rests_on.text.path-prefix": (
        "the lines prove it; in TypeScript and JavaScript: what begins so is let in; else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中须可见以此开头者被放行，否则降为低",
    ),
    "code.rests_on.text.log-in-bypass": (
        "the lines prove it; in TypeScript and JavaScript: the condition alone lets a caller past a check; else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中须可见仅凭该条件即绕过对调用方的检查，否则降为低",
    ),
    "code.rests_on.text.public-bucket": (
        "the lines prove it; in TypeScript and JavaScript: the policy is set where it is made; else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中须可见策略在其生成处即被设置，否则降为低",
    ),
    "code.rests_on.text.cookie-protection": (
        "the lines prove it; in TypeScript and JavaScript: the cookie is called like one of a log-in; else low",
        "代码文本即可证实；TypeScript 与 JavaScript 中 Cookie 名称须为登录所用，否则降为低",
    ),
    "code.rests_on.contrast": (
        "the program does beside it what is missing here; without that a finding is low",
        "程序在相邻之处做了此处缺失的事；否则降为低",
    ),
    "code.rests_on.source": (
        "what an outsider controls is seen to get there (route, tool, model's answer); without that a finding is low",
        "可见外部可控的值（路由、工具、模型回答）到达此处；否则降为低",
    ),
    "code.rests_on.way": (
        "severity rests on: the way of a value of an outsider to the place, within a file or through others; where none is seen, nothing is said",
        "严重度的依据：外部可控的值经本文件或其他文件到达此处的路径；看不到时不作判断",
    ),
    "code.left.tests": ("auditor.yaml: tests: skip", "auditor.yaml：tests: skip"),
    "code.left.excluded": ("auditor.yaml: exclude", "auditor.yaml：exclude"),
    "code.left.severity": ("auditor.yaml: severity of this rule was changed", "auditor.yaml：该规则的严重程度被修改"),
    "code.left.no_rule": (
        "auditor.yaml: no rule that runs here is called so; it changes nothing",
        "auditor.yaml：本次运行没有此名称的规则，该项不起作用",
    ),
    "code.no_match": ("no match; files of its languages: {files}", "其适用语言的 {files} 个文件中未命中"),
    "code.no_match.unseen": (
        "no match; files of its languages: {files}; of these not seen, or not all of them: {unseen}",
        "其适用语言的 {files} 个文件中未命中；其中 {unseen} 个未读取或未完整读取",
    ),
    "code.left.too_large": (
        "data, generated or vendored, and larger than {limit} bytes: not read",
        "数据、生成的或第三方内嵌文件，超过 {limit} 字节，未读取",
    ),
    "code.left.foreign": ("generated or vendored; {reason}", "生成的或第三方内嵌代码；{reason}"),
    "code.no_file": ("the tree holds no file of its languages", "目录中没有其适用语言的文件"),
    "code.covered": (
        "every match is reported under a check that says more of the same flaw",
        "所有命中均已归入对同一问题说明更充分的检查项",
    ),
    "code.places.password": (
        "the same default password stands in {count} places: {places}",
        "同一默认口令出现在 {count} 处：{places}",
    ),
    "code.places.password.one": (
        "the same default password stands in {count} place: {places}",
        "同一默认口令出现在 {count} 处：{places}",
    ),
    "code.places.flaw": ("the same flaw stands in {count} places: {places}", "同一问题出现在 {count} 处：{places}"),
    "code.places.flaw.one": ("the same flaw stands in {count} place: {places}", "同一问题出现在 {count} 处：{places}"),
    "code.seconded": ("the same flaw was found by: {checks}", "同一问题也被以下检查项发现：{checks}"),
    "code.languages.remedy": (
        "review these files by other means and confirm the result; only the rules for secrets and defaults read them",
        "请用其他手段审查这些文件并确认结果；目前仅密钥与默认口令类规则会读取它们",
    ),
    "code.context.administration": ("a function that only administrators can call", "仅管理员可调用的功能"),
    "code.history.remedy.tool": (
        "run `auditor tools doctor`, then `auditor tools install gitleaks`; history: false in auditor.yaml says that somebody "
        "else looks for secrets in the history",
        "运行 auditor tools doctor，再运行 auditor tools install gitleaks；若由他人负责检索历史中的机密值，"
        "可在 auditor.yaml 中写 history: false",
    ),
    "code.history.remedy.long": (
        "write history: true in auditor.yaml to search it however long it takes",
        "在 auditor.yaml 中写 history: true，不限时长地检索",
    ),
    "code.history.remedy.whole": (
        "audit a complete clone (in CI: fetch-depth: 0, and no --filter)",
        "请审计完整的克隆（CI 中使用 fetch-depth: 0，且不要使用 --filter）",
    ),
    "code.history.remedy.elsewhere": (
        "audit the repository itself, or a clone of its own (git clone, without --shared and --reference)",
        "请审计该仓库本身，或独立的克隆（git clone，不使用 --shared 与 --reference）",
    ),
    "code.history.remedy.empty": (
        "check the repository: nothing was committed that could be searched",
        "请检查该仓库：没有可检索的提交",
    ),
    "code.history.shaped": ("a secret by its shape ({rule})", "具有机密值特征（{rule}）"),
    "code.history.named": ("a secret by its name ({rule})", "按名称判断为机密值（{rule}）"),
    "code.history.committed": (
        "{what}, first committed with {commit} on {date}; places in all: {places}",
        "{what}，首次提交于 {date}（{commit}），共 {places} 处",
    ),
    "code.history.context": (
        "{told}; stands in {what}, where it counts for less",
        "{told}；位于{what}，严重程度相应降低",
    ),
    "code.history.searched": (
        "no secret found; commits searched: {commits}; it sees: {reach}",
        "已检索 {commits} 次提交，未发现机密值；可见范围：{reach}",
    ),
    "code.left.binary": (
        "{count} versions of files in the history without lines to read (binary, or larger than 64 MiB)",
        "历史中有 {count} 个文件版本无可读的行（二进制，或超过 64 MiB）",
    ),
    "code.left.binary.one": (
        "{count} version of a file in the history without lines to read (binary, or larger than 64 MiB)",
        "历史中有 {count} 个文件版本无可读的行（二进制，或超过 64 MiB）",
    ),
    "code.left.files": ("--files: only the files that were named", "--files：仅检查指定文件"),
    "code.files.remedy": (
        "run without --files to follow values through the whole program",
        "去掉 --files 运行，以跟踪贯穿整个程序的数据流",
    ),
    "code.nearby.remedy": (
        "`flow: whole` for this target in auditor.yaml, --framework or --no-cache follows the whole program; "
        "a run a day later does, too",
        "在 auditor.yaml 中为该目标设置 flow: whole，或使用 --framework、--no-cache，即可跟踪整个程序；一天后的运行也会如此",
    ),
    "code.left.history": ("auditor.yaml: history: false", "auditor.yaml：history: false"),
    "code.reach": ("{languages}; {scope}", "{languages}；{scope}"),
    "code.reach.place": ("one statement at a time", "逐条语句"),
    "code.reach.function": ("values inside one function", "同一函数内的数据流"),
    "code.reach.program": (
        "values through the functions and files of the program, as far as calls can be resolved",
        "跨函数、跨文件的数据流（以可解析的调用为限）",
    ),
    "code.reach.not_into": ("{reach}; not into {packages}", "{reach}；不含 {packages} 内部"),
    "code.reach.not_by": ("{reach}; not what comes in by {packages}", "{reach}；不含经 {packages} 传入的值"),
    "code.reach.any": ("any text", "任何文本"),
    "code.searched": ("{found}; it sees: {reach}", "{found}；可见范围：{reach}"),
    "code.left.bundles": (
        "{count} scripts that a bundler made or that are minified: read for secrets only",
        "{count} 个由打包工具生成或压缩过的脚本：仅检查其中的密钥",
    ),
    "code.left.bundles.one": (
        "{count} script that a bundler made or that is minified: read for secrets only",
        "{count} 个由打包工具生成或压缩过的脚本：仅检查其中的密钥",
    ),
}
"""English and Chinese by key."""

say: Final = sentences(TEXTS)
