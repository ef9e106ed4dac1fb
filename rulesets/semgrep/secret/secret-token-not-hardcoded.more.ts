// ruleid: secret-token-not-hardcoded--typescript
const apiKey = "b1946ac92492d2347c6235b4d2611184";
// ok: secret-token-not-hardcoded--typescript
const apiKey2 = process.env.API_KEY;
export const config = {
  // ruleid: secret-token-not-hardcoded--typescript
  jwtSecret: "5up3rJwtS1gn1ng-77",
  // ok: secret-token-not-hardcoded--typescript
  tokenEndpoint: "https://id.bank.cn/token",
};
class C {
  // ruleid: secret-token-not-hardcoded--typescript
  private clientSecret: string = "wJalrXUtnFEMI-K7MDENG";
  // ok: secret-token-not-hardcoded--typescript
  private secretName = "loan-api";
}
fetch("https://a", {
  headers: {
    // ruleid: secret-token-not-hardcoded--typescript
    Authorization: "Bearer 8c1f0e7a2b9d4c6f8e1a3b5d7f90c2e4",
  },
});
