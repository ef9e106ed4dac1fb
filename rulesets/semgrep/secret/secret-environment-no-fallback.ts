// ruleid: secret-environment-no-fallback--typescript
const secret = process.env.JWT_SECRET || "dev-secret";
// ruleid: secret-environment-no-fallback--typescript
const pw = process.env["DB_PASSWORD"] ?? "postgres";
// ruleid: secret-environment-no-fallback--typescript
const key = process.env.ENCRYPTION_KEY ? process.env.ENCRYPTION_KEY : "0123456789abcdef";
// ruleid: secret-environment-no-fallback--typescript
const { SESSION_SECRET = "keyboard cat", PORT = "3000" } = process.env;
// ruleid: secret-environment-no-fallback--typescript
const t = config.get<string>("ADMIN_TOKEN", "letmein");
// ruleid: secret-environment-no-fallback--typescript
const k2 = import.meta.env.VITE_API_KEY || "a81Bc7d02Ef9";

// ok: secret-environment-no-fallback--typescript
const s2 = process.env.JWT_SECRET;
// ok: secret-environment-no-fallback--typescript
const s3 = process.env.OPENAI_API_KEY || "";
// ok: secret-environment-no-fallback--typescript
const port = process.env.PORT || "3000";
// ok: secret-environment-no-fallback--typescript
const url = process.env.TOKEN_URL ?? "https://idp.internal/token";
// ok: secret-environment-no-fallback--typescript
const max = process.env.MAX_TOKENS || "4096";
if (!process.env.API_KEY) throw new Error("API_KEY is missing");
// ok: secret-environment-no-fallback--typescript
const s4 = process.env.JWT_SECRET || randomBytes(32).toString("hex");
