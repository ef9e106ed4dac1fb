'use server';

import { auth } from '@/auth';
import { prisma } from '@/lib/prisma';

// ruleid: web-state-changing-route-authenticated--server-action
export async function deleteAgent(id: string) {
  await prisma.agent.delete({ where: { id } });
}

// ok: web-state-changing-route-authenticated--server-action
export async function renameAgent(id: string, name: string) {
  const session = await auth();
  if (!session?.user) throw new Error('not logged in');
  await prisma.agent.update({ where: { id, ownerId: session.user.id }, data: { name } });
}

// ok: web-state-changing-route-authenticated--server-action
export async function listAgents() {
  return prisma.agent.findMany();
}
