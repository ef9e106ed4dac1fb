router.post("/servers", requireUser, (req, res) => {
  // ruleid: agent-mcp-command-fixed--package-typescript
  start(req.body.name, spawn("npx", ["-y", req.body.package], { stdio: "pipe" }));
});

router.post("/listed", requireUser, (req, res) => {
  const name = PACKAGES[req.body.name];
  // ok: agent-mcp-command-fixed--package-typescript
  start(req.body.name, spawn("npx", ["-y", name], { stdio: "pipe" }));
});

router.post("/fixed", requireUser, (req, res) => {
  // ok: agent-mcp-command-fixed--package-typescript
  start(req.body.name, spawn("npx", ["-y", "@corp/files@1.2.0"], { stdio: "pipe" }));
});
