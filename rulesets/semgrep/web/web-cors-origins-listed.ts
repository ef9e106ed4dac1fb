import cors from 'cors';
import express from 'express';

const app = express();
// ruleid: web-cors-origins-listed--typescript
app.use(cors({ origin: true, credentials: true }));
// ruleid: web-cors-origins-listed--typescript
app.use(cors({ origin: '*', credentials: true }));
// ruleid: web-cors-origins-listed--typescript
app.use(cors({ credentials: true, origin: (origin, cb) => cb(null, true) }));
app.use((req, res, next) => {
  // ruleid: web-cors-origins-listed--typescript
  res.setHeader('Access-Control-Allow-Origin', req.headers.origin);
  res.setHeader('Access-Control-Allow-Credentials', 'true');
  next();
});
// ok: web-cors-origins-listed--typescript
app.use(cors({ origin: ['https://studio.bank.example'], credentials: true }));
// ok: web-cors-origins-listed--typescript
app.use(cors());
// ok: web-cors-origins-listed--typescript
app.use(cors({ origin: '*' }));
app.use((req, res, next) => {
  if (ORIGINS.has(req.headers.origin)) {
    // ok: web-cors-origins-listed--typescript
    res.setHeader('Access-Control-Allow-Origin', req.headers.origin);
    res.setHeader('Access-Control-Allow-Credentials', 'true');
  }
  next();
});
