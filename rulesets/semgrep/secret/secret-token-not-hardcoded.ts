import OpenAI from "openai";
import jwt from "jsonwebtoken";

// ruleid: secret-token-not-hardcoded--typescript
const API_KEY = "kX8vQ2mZr71LpTn4Ws0";
// ruleid: secret-token-not-hardcoded--typescript
const client = new OpenAI({ apiKey: "9f31c77b20aa4be5a1", baseURL: "https://llm.internal/v1" });
// ruleid: secret-token-not-hardcoded--typescript
const token = jwt.sign({ sub: "1" }, "super-secret-key-2031");
// ruleid: secret-token-not-hardcoded--typescript
const headers = { Authorization: "Bearer a81Bc7d02Ef94G5h6" };
// ruleid: secret-token-not-hardcoded--typescript
const jwtSecret = "my-secret-key";
// ruleid: secret-token-not-hardcoded--typescript
const config = { clientSecret: "P0q9W8e7R6t5", region: "cn-north-4" };

// ok: secret-token-not-hardcoded--typescript
const k = process.env.OPENAI_API_KEY;
// ok: secret-token-not-hardcoded--typescript
const local = new OpenAI({ apiKey: "EMPTY" });
// ok: secret-token-not-hardcoded--typescript
const apiKey = "your-api-key-here";
// ok: secret-token-not-hardcoded--typescript
const labels = { apiKey: "API Key", token: "Token" };
// ok: secret-token-not-hardcoded--typescript
const names = { apiKey: "settings.apiKey", accessToken: "accessToken" };
// ok: secret-token-not-hardcoded--typescript
const storageKey = { accessToken: "console_token" };
// ok: secret-token-not-hardcoded--typescript
const h2 = { Authorization: `Bearer ${token}` };
// ok: secret-token-not-hardcoded--typescript
const t2 = jwt.sign({ sub: "1" }, process.env.JWT_SECRET!);
