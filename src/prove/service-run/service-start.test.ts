import { describe, expect, it } from 'vitest';
import { declaredStart } from '../../read/manifests/dockerfile/declared-start.ts';
import { startPlan } from './service-start.ts';

const DOCKERFILE =
  'FROM python:3.12\nENV MODE=prod\nWORKDIR /srv\nCOPY app ./app\nEXPOSE 9000\nCMD ["uvicorn", "app.main:app"]\n';

describe('how a service starts', () => {
  it('is what the Dockerfile says, with the port in PORT', () => {
    expect(startPlan(declaredStart(DOCKERFILE), undefined, [])).toMatchObject({
      command: ['uvicorn', 'app.main:app'],
      environment: { MODE: 'prod', PORT: '9000' },
      ...{ port: 9000, workdir: '/srv', source: '.', isHealthDeclared: false, endpoints: [] },
    });
  });

  it('is what the policy says before that', () => {
    const settings = {
      ...{ command: ['serve'], port: 7000, health: '/up', endpoints: ['/a'] },
      environment: new Map([['MODE', 'test']]),
    };
    expect(startPlan(declaredStart(DOCKERFILE), settings, [])).toMatchObject({
      ...{ command: ['serve'], port: 7000, health: ['/up'], isHealthDeclared: true, endpoints: ['/a'] },
      environment: { MODE: 'test', PORT: '7000' },
    });
  });

  it('is nothing where nobody says it', () => {
    expect(startPlan(declaredStart('FROM python:3.12\n'), undefined, [])).toBeNull();
    expect(startPlan(null, undefined, [])).toBeNull();
  });

  it('starts among the files that were copied there', () => {
    const text = 'FROM python:3.12\nWORKDIR /srv\nCOPY src/ .\nCMD ["x"]\n';
    expect(startPlan(declaredStart(text), undefined, [])?.source).toBe('src');
  });

  it('looks for the health path in the sources, with the prefixes of routers', () => {
    const sources = ['@router.get("/health")\n', 'app.include_router(router, prefix="/api")\n'];
    const plan = startPlan(declaredStart(DOCKERFILE), undefined, sources);
    expect(plan?.health.slice(0, 3)).toEqual(['/health', '/api/health', '/healthz']);
  });
});
