import { Router } from 'express';
import { NextResponse } from 'next/server';

const router = Router();
const TARGETS = new Map([['console', '/console']]);

router.get('/sso/return', (req, res) => {
  // ruleid: web-redirect-target-fixed--typescript
  res.redirect(req.query.redirect_uri as string);
});

export async function GET(request: Request) {
  const next = new URL(request.url).searchParams.get('next');
  // ruleid: web-redirect-target-fixed--typescript
  return NextResponse.redirect(next);
}

router.get('/named', (req, res) => {
  // ok: web-redirect-target-fixed--typescript
  res.redirect(TARGETS.get(req.query.target as string) ?? '/');
});

router.get('/file', (req, res) => {
  // ok: web-redirect-target-fixed--typescript
  res.redirect(`/files/${req.params.id}`);
});

router.get('/checked', (req, res) => {
  const target = String(req.query.next);
  if (!isAllowedTarget(target)) return res.status(400).end();
  // ok: web-redirect-target-fixed--typescript
  res.redirect(target);
});
