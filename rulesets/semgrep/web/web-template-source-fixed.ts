import ejs from 'ejs';
import nunjucks from 'nunjucks';
import pug from 'pug';
import _ from 'lodash';
import { readFileSync } from 'node:fs';

const LETTER = readFileSync('views/letter.ejs', 'utf8');

app.post('/prompts/preview', requireAuth, (req, res) => {
  // ruleid: web-template-source-fixed--typescript
  const one = ejs.render(req.body.template, req.body.values);
  const { layout } = req.body;
  // ruleid: web-template-source-fixed--typescript
  const two = nunjucks.renderString(layout, {});
  // ruleid: web-template-source-fixed--typescript
  const three = _.template(req.query.text)({});
  res.json({ one, two, three });
});

export function fill(promptTemplate: string, values: Record<string, string>) {
  // ruleid: web-template-source-fixed--typescript
  return pug.render(promptTemplate, values);
}

app.post('/letters', requireAuth, (req, res) => {
  // ok: web-template-source-fixed--typescript
  const one = ejs.render(LETTER, { name: req.body.name });
  // ok: web-template-source-fixed--typescript
  const two = nunjucks.render('letter.njk', { name: req.body.name });
  // ok: web-template-source-fixed--typescript
  const three = ejs.render(TEMPLATES[req.body.kind], { name: req.body.name });
  res.json({ one, two, three });
});

export function greet(values: Record<string, string>) {
  // ok: web-template-source-fixed--typescript
  return _.template('Dear <%= name %>')(values);
}
