import express from 'express';
import { Body, Controller, Delete, Param, Post, UseGuards } from '@nestjs/common';
import { NextResponse } from 'next/server';

const app = express();
const router = express.Router();
app.use(express.json());

// ruleid: web-state-changing-route-authenticated--typescript
app.delete('/api/flows/:id', async (req, res) => {
  await flows.remove(req.params.id);
  res.json({ ok: true });
});
// ruleid: web-state-changing-route-authenticated--typescript
router.post('/agents', validate(schema), async function (req, res, next) {
  res.json(await agents.insert(req.body));
});
// ruleid: web-state-changing-route-authenticated--typescript
router.put('/agents/:id', agentsController.replace);
// ruleid: web-state-changing-route-authenticated--typescript
fastify.route({ method: 'DELETE', url: '/agents/:id', handler: async (request, reply) => remove(request.params.id) });
// ok: web-state-changing-route-authenticated--typescript
router.delete('/agents/:id', requireUser, async (req, res) => remove(req.params.id));
// ok: web-state-changing-route-authenticated--typescript
fastify.post('/agents', { preHandler: [fastify.authenticate] }, async (request, reply) => insert(request.body));
// ok: web-state-changing-route-authenticated--typescript
app.post('/login', async (req, res) => res.json(await signIn(req.body)));
// ok: web-state-changing-route-authenticated--typescript
const made = await api.post('/agents', { name: 'a' });
// ok: web-state-changing-route-authenticated--typescript
app.post('/agents/own', async (req, res) => {
  if (!req.user) return res.status(401).end();
  res.json(await agents.insert(req.user.id, req.body));
});

@Controller('tools')
export class ToolsController {
  // ruleid: web-state-changing-route-authenticated--nest
  @Post()
  create(@Body() tool: CreateTool) {
    return this.tools.create(tool);
  }

  // ok: web-state-changing-route-authenticated--nest
  @Delete(':id')
  @UseGuards(JwtGuard)
  remove(@Param('id') id: string) {
    return this.tools.remove(id);
  }

  // ok: web-state-changing-route-authenticated--nest
  @Post('mine')
  own(@CurrentUser() user: User, @Body() tool: CreateTool) {
    return this.tools.createFor(user, tool);
  }
}

@Controller('keys')
@UseGuards(JwtGuard)
export class KeysController {
  // ok: web-state-changing-route-authenticated--nest
  @Post()
  create(@Body() key: CreateKey) {
    return this.keys.create(key);
  }
}

// ruleid: web-state-changing-route-authenticated--next
export async function POST(request: Request) {
  const body = await request.json();
  return NextResponse.json(await prisma.agent.create({ data: body }));
}

// ok: web-state-changing-route-authenticated--next
export async function DELETE(request: Request) {
  const session = await getServerSession();
  if (!session) return NextResponse.json({}, { status: 401 });
  await prisma.agent.delete({ where: { owner: session.user.id } });
  return NextResponse.json({ ok: true });
}

// ok: web-state-changing-route-authenticated--next
export async function PUT(request: Request) {
  return NextResponse.json({ length: (await request.text()).length });
}
