/**
 * What real services ask for: kinds of backends as their requirements files are written, with pins and ranges of some years. Nothing of
 * it has to be built, for uv would run builds that fettle does not.
 */
export interface UvInput {
  readonly about: string;
  readonly requirements: string;
  readonly constraints?: string;
  /** "3.12 linux": a Python of PYTHONS and a platform of PLATFORMS. */
  readonly on: readonly string[];
  /** Why uv's answer is another one; both are judged then. */
  readonly differs?: string;
}

/** By series, one patch release each: uv takes "3.9" for 3.9.0, fettle for the newest one. */
export const PYTHONS: Readonly<Record<string, string>> = {
  '3.9': '3.9.21',
  '3.10': '3.10.16',
  '3.11': '3.11.11',
  '3.12': '3.12.9',
  '3.13': '3.13.2',
};

const input = (about: string, on: string, requirements: string, constraints?: string): UvInput => ({
  about,
  requirements: requirements.split(' | ').join('\n'),
  on: on.split(', '),
  ...(constraints === undefined ? {} : { constraints: constraints.split(' | ').join('\n') }),
});

export const UV_INPUTS: readonly UvInput[] = [
  input('pins', '3.10 linux, 3.12 linux', 'flask==2.2.5 | werkzeug==2.3.8 | click==8.1.7'),
  input(
    'ranges that bound each other',
    '3.10 linux, 3.12 musl',
    'requests>=2.20,<2.30 | urllib3<2 | idna~=3.4',
  ),
  input('extras', '3.10 linux, 3.13 windows', 'uvicorn[standard]==0.24.0 | httpx[http2]<0.28'),
  input(
    'markers',
    '3.9 linux, 3.12 windows',
    'tomli ; python_version < "3.11" | importlib-metadata<8 ; python_version < "3.12" | colorama ; sys_platform == "win32" | click<8.2',
  ),
  input('an extra of a dependency', '3.10 linux, 3.12 macos', 'celery[redis]~=5.3.0'),
  input(
    'a framework with its database',
    '3.10 linux, 3.12 arm',
    'django==4.2.* | psycopg[pool]>=3.1,<3.2 | sqlparse!=0.5.0',
  ),
  input('a pre-release that a line names', '3.10 linux, 3.12 linux', 'sqlalchemy>=2.0.0b1,<=2.0.0rc3'),
  input(
    'constraints',
    '3.10 linux, 3.12 linux',
    'fastapi<0.116',
    'pydantic<2.8 | starlette!=0.41.3 | anyio<4.5',
  ),
  input(
    'a version that only an older neighbour allows',
    '3.10 linux, 3.12 linux',
    'boto3 | botocore<1.35 | s3transfer',
  ),
  input(
    'FastAPI of 2021',
    '3.9 linux',
    'fastapi==0.68.1 | uvicorn[standard]==0.15.0 | pydantic==1.8.2 | python-multipart==0.0.5',
  ),
  input('FastAPI of today', '3.13 linux', 'fastapi[standard] | sqlalchemy[asyncio] | asyncpg | alembic'),
  input(
    'FastAPI with pydantic 1',
    '3.10 arm',
    'fastapi<0.100 | pydantic<2 | httpx | python-jose[cryptography]',
  ),
  input('pydantic 1 beside settings', '3.11 linux', 'pydantic[dotenv,email]==1.10.* | typing-extensions<4.9'),
  input(
    'pydantic 2 with settings',
    '3.12 windows',
    'pydantic>=2.5,<2.10 | pydantic-settings | email-validator',
  ),
  input(
    'Flask of 2020',
    '3.9 linux',
    'flask<2 | jinja2<3.1 | itsdangerous<2.1 | markupsafe<2.1 | werkzeug<2',
  ),
  input(
    'Flask with its extensions',
    '3.12 linux',
    'flask>=3 | flask-sqlalchemy | flask-migrate | flask-login | flask-wtf | gunicorn',
  ),
  input('Flask behind sockets', '3.11 musl', 'flask-socketio>=5 | eventlet | redis<5'),
  input('Django of 2019', '3.9 linux', 'django~=3.2.0 | djangorestframework<3.15 | django-filter<23 | pytz'),
  input(
    'Django REST',
    '3.12 linux',
    'django>=5,<5.2 | djangorestframework | django-cors-headers | drf-spectacular | psycopg2-binary',
  ),
  input('Django with channels', '3.13 macos', 'channels[daphne] | channels-redis | django<5.3'),
  input(
    'Django and Celery',
    '3.11 arm',
    'django==4.2.11 | celery==5.3.6 | django-celery-beat | redis==5.0.1 | kombu',
  ),
  input('Celery of 2021', '3.9 linux', 'celery==5.1.2 | kombu<5.3 | vine | redis<4'),
  input('Celery on SQS', '3.12 linux', 'celery[redis,tblib]>=5.4 | boto3<1.36 | msgpack'),
  input('Starlette and GraphQL', '3.12 arm', 'strawberry-graphql[fastapi] | starlette<0.47'),
  input('aiohttp', '3.13 linux', 'aiohttp[speedups]<3.12 | aiofiles | yarl'),
  input('aiohttp of 2021', '3.9 linux', 'aiohttp==3.7.4.post0 | async-timeout<4 | chardet<5'),
  input('Tornado and ZeroMQ', '3.12 windows', 'tornado>=6.3,<6.5 | pyzmq'),
  input('Sanic', '3.11 linux', 'sanic==23.12.* | sanic-ext'),
  input('Litestar', '3.12 linux', 'litestar[standard]<2.16 | msgspec'),
  input('AWS', '3.12 linux', 'boto3==1.34.100 | awscli==1.32.100'),
  input('AWS Lambda', '3.13 arm', 'aws-lambda-powertools[tracer,validation] | boto3<1.38 | aws-xray-sdk'),
  input('AWS, asynchronous', '3.11 linux', 'aiobotocore[boto3]<2.14 | s3fs'),
  {
    ...input(
      'Google Cloud',
      '3.12 linux',
      'google-cloud-storage<3 | google-cloud-bigquery | google-cloud-pubsub | google-auth<2.40',
    ),
    differs:
      'either of two gives way: grpcio-status 1.80 bounds protobuf below 7, and the newest protobuf leaves grpcio-status 1.62, which has no upper bound',
  },
  input(
    'Google Cloud with old protobuf',
    '3.10 linux',
    'google-cloud-firestore | google-cloud-logging | protobuf<4 | grpcio<1.60',
  ),
  input('Firebase', '3.12 musl', 'firebase-admin<7 | google-cloud-firestore<2.20'),
  input('Vertex AI', '3.11 linux', 'google-cloud-aiplatform==1.60.0 | shapely<3'),
  input(
    'Azure',
    '3.12 windows',
    'azure-identity | azure-storage-blob | azure-keyvault-secrets | azure-core<1.33',
  ),
  input(
    'Azure functions',
    '3.11 linux',
    'azure-functions | azure-cosmos | azure-servicebus>=7,<8 | msal<1.32',
  ),
  input('gRPC', '3.13 linux', 'grpcio-tools<1.72 | grpcio-health-checking | protobuf>=5'),
  input(
    'gRPC of 2022',
    '3.10 linux',
    'grpcio==1.48.2 | grpcio-status | googleapis-common-protos<1.57 | protobuf~=3.20.0',
  ),
  input('data', '3.12 linux', 'pandas<2.3 | numpy<2 | pyarrow | sqlalchemy<2'),
  input('data of 2021', '3.9 linux', 'pandas==1.3.5 | numpy<1.22 | openpyxl | xlrd<2'),
  input('data on Windows', '3.11 windows', 'polars | duckdb | pandas>=2 | xlsxwriter'),
  input('science', '3.12 macos', 'scipy<1.15 | matplotlib<3.10 | scikit-learn | seaborn'),
  input('science on Arm', '3.11 arm', 'scikit-learn==1.3.* | scipy | joblib<1.4 | numpy>=1.24,<1.27'),
  input('gradient boosting', '3.10 linux', 'xgboost<2 | lightgbm | optuna | shap<0.46'),
  input('language models', '3.12 linux', 'openai<1.60 | tiktoken | langchain-core<0.4 | langchain-openai'),
  input('LangChain of 2023', '3.11 linux', 'langchain==0.1.20 | langchain-community | langchain-core<0.2'),
  input(
    'transformers without a backend',
    '3.11 linux',
    'transformers<4.50 | tokenizers | huggingface-hub<0.30 | safetensors',
  ),
  input('vector stores', '3.12 linux', 'qdrant-client<1.14 | pinecone<6 | redisvl<0.5'),
  input('Jupyter', '3.12 linux', 'jupyterlab<4.4 | notebook>=7 | ipykernel | ipywidgets'),
  input(
    'Jupyter of 2021',
    '3.9 macos',
    'notebook<6.5 | jupyter-client<8 | traitlets<5.10 | nbconvert<7 | ipython<8.13',
  ),
  input(
    'Airflow’s bounds',
    '3.11 linux',
    'sqlalchemy | flask | marshmallow | alembic | connexion[flask]<3 | pendulum',
    'sqlalchemy==1.4.54 | flask==2.2.5 | werkzeug==2.2.3 | marshmallow==3.26.1 | jsonschema==4.23.0',
  ),
  input('dbt', '3.11 linux', 'dbt-core<1.9 | dbt-postgres<1.9'),
  input('Prefect', '3.12 linux', 'prefect<3.2 | pydantic<2.11'),
  input('Dagster', '3.11 arm', 'dagster<1.9 | dagster-webserver<1.9'),
  input('Kafka and Avro', '3.12 linux', 'confluent-kafka[avro]<2.8 | fastavro'),
  input('Elasticsearch and Mongo', '3.13 linux', 'elasticsearch[async]<9 | pymongo<4.12 | motor'),
  input(
    'Sentry and telemetry',
    '3.12 linux',
    'sentry-sdk[fastapi]<2.20 | opentelemetry-sdk<1.30 | opentelemetry-exporter-otlp | opentelemetry-instrumentation-fastapi',
  ),
  input('Datadog', '3.11 linux', 'ddtrace<2.15 | datadog'),
  input('scraping', '3.12 musl', 'scrapy<2.12 | lxml<5.4 | beautifulsoup4'),
  input('testing', '3.9 windows', 'pytest<8 | pytest-asyncio | pytest-cov | pytest-xdist | hypothesis<6.100'),
  input('types and style', '3.10 macos', 'mypy<1.12 | black==23.* | ruff<0.8 | isort<6 | pylint<3.3'),
  input('documents', '3.11 linux', 'sphinx<7.3 | sphinx-rtd-theme<2.1 | myst-parser | furo'),
  input(
    'secrets and tokens',
    '3.12 arm',
    'cryptography<43 | pyjwt[crypto] | passlib[bcrypt] | bcrypt<4.1 | argon2-cffi',
  ),
  input('a command-line program', '3.13 windows', 'typer[all]<0.16 | rich<14 | pyyaml | tqdm'),
];
