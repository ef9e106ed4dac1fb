import express from 'express';
import escapeHtml from 'escape-html';

const app = express();
app.get('/hello', (req, res) => {
  // ruleid: web-request-text-escaped--typescript
  res.send(`<h1>Hello ${req.query.name}</h1>`);
});
app.get('/good', (req, res) => {
  // ok: web-request-text-escaped--typescript
  res.send(`<h1>Hello ${escapeHtml(String(req.query.name))}</h1>`);
});
app.get('/json', (req, res) => {
  // ok: web-request-text-escaped--typescript
  res.json({ name: req.query.name });
});

app.get('/hello', (req, res) => {
  // ruleid: web-request-text-escaped--typescript
  res.status(200).send(`<h1>Hello ${req.query.name}</h1>`);
});

app.get('/page', (req, res) => {
  const html = `<p>${req.query.text}</p>`;
  // ruleid: web-request-text-escaped--typescript
  res.send(html);
});

app.get('/json', (req, res) => {
  // ok: web-request-text-escaped--typescript
  res.send(req.body);
});
