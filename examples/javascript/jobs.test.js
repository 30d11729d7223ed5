import { afterEach, beforeEach, expect, test } from 'vitest'
import { Jobs } from './jobs.js'
import { createWorld } from './world.js'

let world
let jobs

beforeEach(async () => {
  world = await createWorld()
  jobs = new Jobs({ ...world, sleep: () => world.advance('10m') })
})

afterEach(() => world.delete())

test('a job completes', async () => {
  const plan = { runs: '1h', ends: 'completed' }
  const { jobId } = await world.createJob({ referenceId: 'ann', status: 'running', plan })
  expect((await jobs.wait(jobId)).status).toBe('completed')
})

test('a job fails after an hour', async () => {
  const plan = { runs: '1h', ends: 'failed', errors: 'disk full' }
  const { jobId } = await world.createJob({ referenceId: 'ann', status: 'running', plan })
  await expect(jobs.wait(jobId)).rejects.toThrow('disk full')
})

test('the second poll meets a 503', async () => {
  await world.addFault({ operation: 'getJob', nth: 2, effect: { kind: 'status', status: 503 } })
  await jobs.job(3451)
  expect((await jobs.job(3451)).status).toBe('scheduled')
})

test('a job is cancelled once', async () => {
  expect((await jobs.cancel(3451)).status).toBe('cancelled')
  await expect(jobs.cancel(3451)).rejects.toThrow('already been cancelled')
  const verdict = await world.verify({ operation: 'cancelJob', jobId: 3451, exactly: 2 })
  expect(verdict.kept, verdict.summary).toBe(true)
})
