router.post("/models", requireUser, async (req, res) => {
  const { baseUrl } = req.body;
  // ruleid: agent-request-urls-allow-listed--typescript
  const client = new OpenAI({ apiKey: process.env.OPENAI_API_KEY, baseURL: baseUrl });
  res.json(await client.models.list());
});

router.post("/chosen", requireUser, async (req, res) => {
  // ok: agent-request-urls-allow-listed--typescript
  const client = new OpenAI({ apiKey: process.env.OPENAI_API_KEY, baseURL: ADDRESSES[req.body.provider] });
  res.json(await client.models.list());
});

router.post("/fixed", requireUser, async (req, res) => {
  // ok: agent-request-urls-allow-listed--typescript
  const client = new OpenAI({ apiKey: req.body.key, baseURL: "https://api.openai.com/v1" });
  res.json(await client.models.list());
});

router.get("/threads/:id", requireUser, async (req, res) => {
  // ok: agent-request-urls-allow-listed--typescript
  res.json(await (await fetch(new URL(`/threads/${req.params.id}.json`, OWN_ADDRESS))).json());
});
