// ruleid: agent-approval-required--typescript
const a = new Agent({ name: "ops", autoApprove: true });
// ruleid: agent-approval-required--typescript
const b = hostedMcpTool({ serverLabel: "x", requireApproval: "never" });
// ruleid: agent-approval-required--typescript
const c = query({ prompt: "x", options: { permissionMode: "bypassPermissions" } });
// ruleid: agent-approval-required--typescript
settings.autoApprove = true;
// ruleid: agent-approval-required--typescript
const d = tool({ name: "pay", needsApproval: false });
// ok: agent-approval-required--typescript
const e = new Agent({ name: "ops", autoApprove: false });
// ok: agent-approval-required--typescript
const f = hostedMcpTool({ serverLabel: "x", requireApproval: "always" });
// ok: agent-approval-required--typescript
const g = tool({ name: "pay", needsApproval: true });
// ok: agent-approval-required--typescript
const h = query({ prompt: "x", options: { permissionMode: "default" } });
// ok: agent-approval-required--typescript
settings.autoScroll = true;
