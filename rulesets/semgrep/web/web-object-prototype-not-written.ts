const BARRED = new Set(['__proto__', 'constructor', 'prototype'])

function merge(target: any, source: any) {
  for (const key in source) {
    if (typeof source[key] === 'object') {
      // ruleid: web-object-prototype-not-written
      target[key] = merge(target[key] || {}, source[key])
    } else {
      target[key] = source[key]
    }
  }
  return target
}

const deepMerge = (target, source) => {
  Object.keys(source).forEach((key) => {
    if (source[key] instanceof Object) {
      // ruleid: web-object-prototype-not-written
      deepMerge(target[key], source[key])
    } else {
      target[key] = source[key]
    }
  })
}

function setPath(target: any, path: string, value: unknown) {
  const parts = path.split('.')
  let here = target
  for (let i = 0; i < parts.length - 1; i++) {
    here[parts[i]] = here[parts[i]] || {}
    // ruleid: web-object-prototype-not-written
    here = here[parts[i]]
  }
  here[parts[parts.length - 1]] = value
}

function getPath(target: any, path: string) {
  const parts = path.split('.')
  let here = target
  for (const part of parts) {
    // ok: web-object-prototype-not-written
    here = here[part]
  }
  return here
}

function mergeSafely(target: any, source: any) {
  for (const key of Object.keys(source)) {
    if (key === '__proto__' || key === 'constructor') continue
    // ok: web-object-prototype-not-written
    target[key] = mergeSafely(target[key] || {}, source[key])
  }
  return target
}

function setPathSafely(target: any, path: string, value: unknown) {
  const parts = path.split('.')
  if (parts.some((part) => BARRED.has(part))) throw new Error('path')
  let here = target
  for (let i = 0; i < parts.length - 1; i++) {
    // ok: web-object-prototype-not-written
    here = here[parts[i]]
  }
  here[parts[parts.length - 1]] = value
}
