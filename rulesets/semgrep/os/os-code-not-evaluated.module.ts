router.post("/run", async (req, res) => {
  // ruleid: os-code-not-evaluated--module-typescript
  const node = await import(path.join("/srv/nodes", req.body.file));
  res.json(await node.default());
});

router.post("/old", (req, res) => {
  const { file } = req.body;
  // ruleid: os-code-not-evaluated--module-typescript
  res.json(require(`./nodes/${file}`).run());
});

router.post("/listed", async (req, res) => {
  const { file } = req.body;
  if (!NODES.includes(file)) {
    return res.status(404).end();
  }
  // ok: os-code-not-evaluated--module-typescript
  const node = await import(`./nodes/${file}`);
  res.json(await node.default());
});

export async function own(name: string) {
  // ok: os-code-not-evaluated--module-typescript
  return import(`./locales/${name}.json`);
}
