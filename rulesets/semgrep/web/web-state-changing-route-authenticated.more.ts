import { z } from 'zod'
import { createTRPCRouter, protectedProcedure, publicProcedure } from '@/server/trpc'

export const projects = createTRPCRouter({
  // ruleid: web-state-changing-route-authenticated--trpc
  remove: publicProcedure.input(z.object({ id: z.string() })).mutation(async ({ input, ctx }) => {
    await ctx.prisma.project.delete({ where: { id: input.id } })
  }),
  // ok: web-state-changing-route-authenticated--trpc
  rename: protectedProcedure.input(z.object({ id: z.string() })).mutation(async ({ input, ctx }) => {
    await ctx.prisma.project.update({ where: { id: input.id } })
  }),
  // ok: web-state-changing-route-authenticated--trpc
  list: publicProcedure.query(async ({ ctx }) => ctx.prisma.project.findMany()),
  // ok: web-state-changing-route-authenticated--trpc
  signUp: publicProcedure.input(z.object({ name: z.string() })).mutation(async ({ input }) => register(input)),
})
