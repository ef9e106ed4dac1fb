import { logger } from './logger'

export function client(apiKey: string, base: string, user: User) {
  // ruleid: log-no-secret-values--typescript
  logger.info(`connecting to ${base} with key ${apiKey}`)
  // ruleid: log-no-secret-values--typescript
  console.log('password', user.password)
  // ruleid: log-no-secret-values--typescript
  console.log(process.env)
  // ruleid: log-no-secret-values--typescript
  logger.debug({ base }, req.headers.authorization)
  // ok: log-no-secret-values--typescript
  logger.info(`connecting to ${base}, key of ${apiKey.length} characters`)
  // ok: log-no-secret-values--typescript
  logger.info('no apiKey, password missing')
  // ok: log-no-secret-values--typescript
  logger.info(`key ${apiKey.slice(0, 4)} ${Boolean(apiKey)} ${!apiKey}`)
  // ok: log-no-secret-values--typescript
  logger.info(`tokens ${usage.totalTokens} ${hasPassword}`)
  // ok: log-no-secret-values--typescript
  logger.info(`mode ${process.env.NODE_ENV}`)
  // ok: log-no-secret-values--typescript
  logger.info(maskSecret(apiKey))
}
