import { Pool } from "pg";
import Redis from "ioredis";

// ruleid: secret-password-not-hardcoded--typescript
const DB_PASSWORD = "Winter-2031-Rain";
// ruleid: secret-password-not-hardcoded--typescript
const pool = new Pool({ host: "db", user: "agent", password: "n0t-A-Real-One" });
// ruleid: secret-password-not-hardcoded--typescript
const redis = new Redis({ host: "redis", password: "difyai123456" });
// ruleid: secret-password-not-hardcoded--typescript
const url = "postgres://agent:s3cr3tpw@db:5432/agent";
// ruleid: secret-password-not-hardcoded--typescript
let adminPassword: string = "Adm1n!2031";
class Config {
  // ruleid: secret-password-not-hardcoded--typescript
  smtpPassword = "mail-Pa55-2031";
  constructor(public opts: any) {
    // ruleid: secret-password-not-hardcoded--typescript
    opts.password = "Tr0ub4dor3";
  }
}
function check(password: string) {
  // ruleid: secret-password-not-hardcoded--typescript
  if (password === "let-me-in-77") return true;
}

// ok: secret-password-not-hardcoded--typescript
const pw = process.env.DB_PASSWORD;
// ok: secret-password-not-hardcoded--typescript
const password = "";
// ok: secret-password-not-hardcoded--typescript
const inputType = { type: "password", password: "Password" };
// ok: secret-password-not-hardcoded--typescript
const i18n = { forgotPassword: "Forgot password?", password: "Enter your password" };
// ok: secret-password-not-hardcoded--typescript
const labels = { password: "密码" };
// ok: secret-password-not-hardcoded--typescript
const route = { resetPassword: "/reset-password" };
// ok: secret-password-not-hardcoded--typescript
const pool2 = new Pool({ host: "db", password: process.env.DB_PASSWORD });
// ok: secret-password-not-hardcoded--typescript
const example = { password: "your-password" };
// ok: secret-password-not-hardcoded--typescript
const key = { password: "login.form.password" };
// ok: secret-password-not-hardcoded--typescript
const u2 = "postgres://user:password@localhost:5432/db";
