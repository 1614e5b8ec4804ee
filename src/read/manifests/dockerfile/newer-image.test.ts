import { expect, it } from 'vitest';
import { newerImage } from './newer-image.ts';

it.each([
  ['python:3.9-slim', '3.9', 'python:3.12-slim'],
  ['python:3.9.7-slim-bookworm', '3.9.7', 'python:3.12-slim-bookworm'],
  ['python:3.9-slim-stretch', '3.9', 'python:3.12-slim'],
  ['python:3.9-alpine3.15', '3.9', 'python:3.12-alpine'],
  ['registry.example:5000/base/python:3.9@sha256:00', '3.9', 'registry.example:5000/base/python:3.12'],
  [
    'tiangolo/uvicorn-gunicorn-fastapi:python3.9-slim',
    '3.9',
    'tiangolo/uvicorn-gunicorn-fastapi:python3.12-slim',
  ],
  ['python:3', '3.9', null],
  ['python', '3.9', null],
  ['localhost:5000/python', '3.9', null],
  ['python:3.11-slim', '3.1', null],
])('%s with a newer Python is %s', (image, from, newer) => {
  expect(newerImage(image, from, '3.12')).toBe(newer);
});
